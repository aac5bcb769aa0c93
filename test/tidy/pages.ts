import { posix } from 'node:path'
import { perLine, type SourceFile } from './repository.ts'

/** Links to other sites are the reader's to try; links inside the repository are ours to keep. */
export function brokenLinks(
  page: SourceFile,
  exists: (path: string) => boolean,
  anchors: (path: string) => ReadonlySet<string> | undefined,
): readonly string[] {
  return perLine(page, (line) => {
    const broken = linksOf(line).filter((link) => !leads(page.path, link, exists, anchors))
    return broken.length === 0 ? undefined : `no such place: ${broken.join(', ')}; mend the link`
  })
}

function linksOf(line: string): readonly string[] {
  const prose = line.replaceAll(/`[^`]*`/g, '')
  const inline = [...prose.matchAll(/\]\(([^)\s]+)[^)]*\)/g)].map((match) => match[1] ?? '')
  const named = [...prose.matchAll(/^\s*\[[^\]]+\]:\s*(\S+)/g)].map((match) => match[1] ?? '')
  const html = [...prose.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '')
  return [...inline, ...named, ...html].filter((link) => !/^(https?:|mailto:)/.test(link))
}

function leads(
  from: string,
  link: string,
  exists: (path: string) => boolean,
  anchors: (path: string) => ReadonlySet<string> | undefined,
): boolean {
  const [target = '', anchor] = link.split('#')
  const path = target === '' ? from : posix.join(posix.dirname(from), target).replace(/\/$/, '')
  if (!exists(path)) return false
  return anchor === undefined || (anchors(path)?.has(anchor) ?? false)
}

/** The anchors that GitHub gives to the headings of a page. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const headings = page.matchAll(/^#{1,6} +(.+?) *$/gm)
  return new Set(
    [...headings].map((heading) =>
      (heading[1] ?? '')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(/\s/g, '-'),
    ),
  )
}

/** A page that names a file of ours, such as the test that holds a rule, names one that exists. */
export function missingFiles(
  page: SourceFile,
  exists: (path: string) => boolean,
): readonly string[] {
  return perLine(page, (line) => {
    const spans = [...line.matchAll(/`((?:docs|proto|services|test)\/[\w./-]+)`/g)]
    const missing = spans.map((span) => span[1] ?? '').filter((path) => !exists(path))
    if (missing.length === 0) return undefined
    return `no such file: ${missing.join(', ')}; name the one that is meant`
  })
}

/** A command in the docs that does not exist costs a newcomer more than one that is missing. */
export function unknownCommands(page: SourceFile, scripts: ReadonlySet<string>): readonly string[] {
  return perLine(page, (line) => {
    const run = [...line.matchAll(/npm run ([a-z][\w:-]*)/g)].map((match) => match[1] ?? '')
    const short = [...line.matchAll(/npm (start|test)\b/g)].map((match) => match[1] ?? '')
    const unknown = [...run, ...short].filter((name) => !scripts.has(name))
    if (unknown.length === 0) return undefined
    return `package.json has no script ${unknown.join(', ')}; mend the command`
  })
}

/** The API on one screen: each service's row names its calls, all of them and no other. */
export function apiFindings(readme: string, protos: readonly SourceFile[]): readonly string[] {
  const rows = readme.split('\n').filter((line) => line.startsWith('| ['))
  return protos.flatMap(({ path, text }) => {
    const calls = [...text.matchAll(/^\s*rpc (\w+)/gm)].map((match) => match[1] ?? '')
    if (calls.length === 0) return []
    const row = rows.find((line) => line.includes(`](${path})`))
    const named =
      row
        ?.split('|')[2]
        ?.split(',')
        .map((name) => name.trim()) ?? []
    const wrong = calls.filter((call) => !named.includes(call))
    wrong.push(...named.filter((name) => !calls.includes(name)))
    return wrong.length === 0 ? [] : [`README.md:1: ${path}: ${wrong.join(', ')}; mend its row`]
  })
}

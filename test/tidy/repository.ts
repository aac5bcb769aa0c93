import { spawnSync } from 'node:child_process'
import { globSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '..', '..')

/** A text file of the repository: its path from the root, with slashes, and what is in it. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

const BINARY = /\.(png|jpg|gz|binpb|woff2?|ico)$/

/**
 * Every text file that is, or is about to be, in the repository; generated code and the lockfile
 * left out.
 */
export function sourceFiles(): readonly SourceFile[] {
  return paths()
    .filter((path) => !BINARY.test(path) && !isGenerated(path))
    .filter((path) => statSync(join(ROOT, path), { throwIfNoEntry: false })?.isFile() === true)
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))
}

export function paths(): readonly string[] {
  const options = ['ls-files', '--cached', '--others', '--exclude-standard', '-z']
  const { status, stdout } = spawnSync('git', options, { cwd: ROOT, encoding: 'utf8' })
  if (status === 0 && stdout !== '') return [...new Set(stdout.split('\0'))].filter(Boolean).sort()
  // A copy without .git, such as a release's archive.
  const outside = ['**/node_modules/**', '**/.turbo/**', '**/data/**']
  const found = globSync(['**/*', '.*', '.ci/*'], { cwd: ROOT, exclude: outside })
  return found.map((path) => path.replaceAll('\\', '/')).sort()
}

const GENERATED =
  /^(proto\/gen\/|test\/kubernetes\/gen\/|deploy\/kubernetes\/rendered\/|package-lock\.json$)/

export function isGenerated(path: string): boolean {
  return GENERATED.test(path)
}

export function isTest(path: string): boolean {
  return /(^|\/)test\//.test(path)
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** `path:line: what is wrong; what to do`, for every line that `judge` finds wrong. */
export function perLine(
  file: SourceFile,
  judge: (line: string, number: number) => string | undefined,
): readonly string[] {
  return file.text.split('\n').flatMap((line, index) => {
    const finding = judge(line, index + 1)
    return finding === undefined ? [] : [`${file.path}:${index + 1}: ${finding}`]
  })
}

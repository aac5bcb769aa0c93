// npm run check:protos: style, compatibility, and that gen/ is what the .proto files give.
import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buf, generate } from './generate.ts'

const PROTO = import.meta.dirname

const checks: readonly (readonly [string, () => boolean])[] = [
  ['lint', () => buf(['lint', '--error-format', 'text'])],
  // The vendored files stay as they came.
  ['format', () => buf(['format', '--path', 'evenkeel', '--diff', '--exit-code'])],
  ['compatible', () => compatible(PROTO, released())],
  ['generated', generated],
]

if (import.meta.main) {
  for (const [name, check] of checks) {
    const ok = check()
    console.log(`${ok ? '✔' : '✖'} protos: ${name}`)
    if (!ok) process.exitCode = 1
  }
}

/** The last release, or while there is none, the last commit of main. */
function released(): string | undefined {
  const commit =
    git(['describe', '--tags', '--abbrev=0', '--match', 'v*']) ??
    git(['rev-parse', '--verify', '--quiet', 'main']) ??
    git(['rev-parse', '--verify', '--quiet', 'HEAD'])
  if (commit === undefined) return undefined
  const repository = git(['rev-parse', '--git-common-dir']) ?? '.git'
  return `${repository}#ref=${commit},subdir=proto`
}

export function compatible(folder: string, base: string | undefined): boolean {
  if (base === undefined) {
    console.log('compatible: NOT CHECKED, this is not a git checkout')
    return true
  }
  return buf(['breaking', folder, '--against', base])
}

function git(options: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', options, { cwd: PROTO, encoding: 'utf8' })
  return status === 0 && stdout.trim() !== '' ? stdout.trim() : undefined
}

function generated(): boolean {
  const fresh = mkdtempSync(join(tmpdir(), 'evenkeel-protos-'))
  try {
    if (!generate(fresh)) return false
    const findings = differences(join(PROTO, 'gen'), join(fresh, 'gen'))
    for (const finding of findings) console.log(finding)
    if (findings.length > 0) console.log('gen/ is not what the .proto files give: npm run protos')
    return findings.length === 0
  } finally {
    rmSync(fresh, { recursive: true })
  }
}

/** What a folder of generated files has too much, lacks, or has otherwise than a fresh one. */
export function differences(committed: string, fresh: string): readonly string[] {
  const list = (folder: string): string[] =>
    globSync('**/*.{ts,binpb}', { cwd: folder }).sort((a, b) => (a < b ? -1 : 1))
  const expected = list(fresh)
  const gone = list(committed).filter((file) => !expected.includes(file))
  return [
    ...gone.map((file) => `proto/gen/${file}: no .proto file gives it any more`),
    ...expected.flatMap((file) => {
      const then = read(join(committed, file))
      if (then === undefined) return [`proto/gen/${file}: missing`]
      return then.equals(readFileSync(join(fresh, file))) ? [] : [`proto/gen/${file}: differs`]
    }),
  ]
}

function read(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

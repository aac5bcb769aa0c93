import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { ROOT } from './repository.ts'

/** Code that .oxlintrc.json must refuse where it stands, and what the refusal says. */
const refused: readonly (readonly [why: string, path: string, code: string, says: RegExp])[] = [
  ['the clock', core(), 'export const t = Date.now()', /Date/],
  ['the clock as a type', core(), 'export const t = (d: Date) => d.valueOf()', /milliseconds/],
  ['randomness', core(), 'export const r = Math.random()', /Math\.random/],
  ['pow', core(), 'export const r = Math.pow(2, 3)', /Math\.pow/],
  ['exp, computed', core(), "export const r = Math['exp'](2)", /Math\.exp/],
  ['log, taken out', core(), 'const { log } = Math\nexport const r = log(2)', /by name/],
  ['**', core(), 'export const r = (n: number) => n ** 2', /\*\* is not/],
  ['**=', core(), 'export const r = (n: number) => { n **= 2; return n }', /\*\* is not/],
  ['Intl', core(), 'export const r = new Intl.NumberFormat()', /Intl/],
  ['a timer', core(), 'export const r = () => setTimeout(() => 1, 2)', /setTimeout/],
  ['a promise', core(), 'export const r = () => Promise.resolve(1)', /synchronous/],
  ['a promise as a type', core(), 'export type R = Promise<number>', /synchronous/],
  ['async', core(), 'export const r = async () => 1', /synchronous/],
  ['process', core(), 'export const r = process.pid', /process/],
  ['the console', core(), "export const r = () => console.log('x')", /console/],
  ['globalThis', core(), 'export const r = globalThis', /no globals/],
  ['lower case', core(), 'export const r = (s: string) => s.toLowerCase()', /Unicode tables/],
  ['upper case', core(), 'export const r = (s: string) => s.toUpperCase()', /Unicode tables/],
  ['normalize', core(), 'export const r = (s: string) => s.normalize()', /Unicode tables/],
  ['collation', core(), "export const r = (s: string) => s.localeCompare('a')", /Unicode/],
  ['a Unicode class', core(), 'export const r = /\\p{L}/u', /pattern depends on Unicode/],
  ['case folding', core(), 'export const r = /[a-z]/iu', /pattern depends on Unicode/],
  ['sort by default', core(), 'export const r = (a: number[]) => a.sort()', /comparator/],
  ['toSorted by default', core(), 'export const r = (a: number[]) => a.toSorted()', /compar/],
  ['for-in', core(), 'export const r = (o: object) => { for (const k in o) return k }', /for-in/],
  ['keys of an object', core(), 'export const r = (o: object) => Object.keys(o)', /as a map/],
  ['an empty record', core(), 'export const r: Record<string, 1> = {}', /as a map/],
  ['delete', core(), 'export const r = (o: { a?: 1 }) => delete o.a', /as a map/],
  ['key in object', core(), 'export const r = (k: string, o: object) => k in o', /as a map/],
  ['state of the module', core(), 'export let r = 1\nexport const s = () => { r += 1 }', /undo/],
  ['catch', core(), 'export const r = () => { try { return 1 } catch { return 2 } }', /catch in/],
  [
    "an error's text",
    table(),
    "export const r = () => { try { return '' } catch (e) { return e.message } }",
    /engine's text/,
  ],
  ['the clock in the table', table(), 'export const t = Date.now()', /Date/],
  ['the clock in the protocol', 'services/chassis/protocol/x.ts', 'Date.now()', /Date/],

  ['a core that imports node', core(), "import 'node:fs'", /a core imports/],
  ['a core that imports a package', core(), "import 'fastify'", /a core imports/],
  ['a core that imports the wire', core(), "import '@evenkeel/proto/google/rpc/code'", /core imp/],
  ['a core that imports the log', core(), "import '@evenkeel/chassis/log'", /a core imports/],
  ['a core that imports its shell', core(), "import '../shell/rpc.ts'", /may not import/],
  ['a table that imports the log', table(), "import '../log/index.ts'", /may not import/],
  ['a service that imports another', shell(), "import '@evenkeel/skills'", /may not know skills/],
  ['a way round the door', shell(), "import '../../chassis/table/x.ts'", /another package/],
  [
    'a way round the door of a room',
    'services/chassis/replica/x.ts',
    "import '../table/row.ts'",
    /door table\/index\.ts/,
  ],
  [
    'the wire beyond translate',
    shell(),
    "import '@evenkeel/proto/evenkeel/routing/v1/contact'",
    /generated code stays/,
  ],
  [
    'a chassis that knows a service',
    'services/chassis/serve/x.ts',
    "import '@evenkeel/proto/evenkeel/routing/v1/contact'",
    /generated code stays/,
  ],
  ['code that needs a test', shell(), "import '../test/story.ts'", /is a test's/],
  ['an import that nobody sees', shell(), 'export const r = (s: string) => import(s)', /literal/],

  ['a file in snake_case', 'services/routing/shell/two_words.ts', 'export {}', /kebab-case/],
  ['any', shell(), 'export const r = (a: any) => a === 1', /any/],
  ['a cast to any', shell(), 'export const r = (a: number) => a as any', /any/],
  ['a double cast', shell(), "export const r = 'a' as unknown as number", /double cast/],
  ['an ignored error', shell(), `// @${'ts'}-ignore\nexport const r = 1`, /ts-ignore/],
  ['an expected error', shell(), `// @${'ts'}-expect-error\nexport const r = 1`, /ts-expect/],
  ['a way round the fence', core(), '/// <reference types="node" />\nexport const r = 1', /slash/],
  ['an unused name', shell(), 'const r = 1', /never used/],
  ['a long function', shell(), `export function r() {\n${'r()\n'.repeat(70)}}`, /too many lines/],
  ['the environment', shell(), 'export const r = process.env.X', /process\.env/],
  ['==', shell(), 'export const r = (a: number, b: number) => a == b', /===/],
  [
    'a promise that nobody waits for',
    shell(),
    'const f = () => Promise.resolve(1)\nexport function r() { f() }',
    /[Pp]romise/,
  ],
  [
    'a switch that forgets a case',
    core(),
    "export function r(s: 'a' | 'b') { switch (s) { case 'a': return 1 } return 2 }",
    /exhaustive/,
  ],
  [
    'a switch that hides a case behind default',
    core(),
    "export function r(s: 'a' | 'b') { switch (s) { case 'a': return 1; default: return 2 } }",
    /exhaustive/,
  ],
]

/** Code that looks like the above and is right. */
const accepted: readonly (readonly [why: string, path: string, code: string])[] = [
  ['exact arithmetic', core(), 'export const r = Math.floor(Math.max(1.5, 2)) | 0'],
  ['a total order', core(), 'export const r = (a: number[]) => a.sort((x, y) => x - y)'],
  ['a message that is data', core(), 'export const r = (e: { message: string }) => e.message'],
  ["a core's own imports", core(), "import './y.ts'\nimport '@evenkeel/chassis/table'"],
  ['the wire in translate', translate(), "import '@evenkeel/proto/evenkeel/routing/v1/contact'"],
  ['one process with everything', 'services/evenkeel/x.ts', "import '@evenkeel/skills'"],
  [
    'a default that refuses what the wire may bring',
    shell(),
    "export function r(s: 'a' | 'b') { switch (s) { case 'a': return 1; default: return 2 } }",
  ],
  ['a test that knows the clock', 'services/routing/test/x.test.ts', 'export const t = Date.now()'],
  ['the clock in a shell', shell(), 'export const t = Date.now()'],
  ['the environment', 'services/chassis/config/environment.ts', 'export const r = process.env'],
  [
    "the log's entries in the protocol",
    'services/chassis/protocol/x.ts',
    "import '../log/port.ts'",
  ],
  ['the door of a room', 'services/chassis/replica/x.ts', "import '../table/index.ts'"],
  [
    'a switch with never in its default',
    core(),
    "export function r(s: 'a' | 'b'): 1 | 2 { switch (s) { case 'a': return 1; case 'b': return 2; default: return s satisfies never } }",
  ],
]

let folder = ''
let findings = new Map<string, readonly string[]>()

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-lint-'))
  cpSync(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'))
  cpSync(join(ROOT, 'tsconfig.json'), join(folder, 'tsconfig.json'))
  cpSync(join(ROOT, 'tsconfig.base.json'), join(folder, 'tsconfig.base.json'))
  cpSync(join(ROOT, 'test', 'lint'), join(folder, 'test', 'lint'), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  for (const [index, sample] of [...refused, ...accepted].entries()) {
    const path = join(folder, placed(sample[1], index))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `${sample[2]}\n`)
  }
  findings = lint()
})

after(() => rmSync(folder, { recursive: true }))

describe('the linter refuses', () => {
  for (const [index, [why, path, , says]] of refused.entries()) {
    test(`${why} (${dirname(path)})`, () => {
      const found = findings.get(placed(path, index)) ?? []
      assert.match(found.join('\n'), says)
    })
  }
})

describe('the linter accepts', () => {
  for (const [index, [why, path]] of accepted.entries()) {
    test(`${why} (${dirname(path)})`, () => {
      assert.deepEqual(findings.get(placed(path, refused.length + index)) ?? [], [])
    })
  }
})

function lint(): Map<string, readonly string[]> {
  const bin = join(ROOT, 'node_modules', '.bin', 'oxlint')
  const options = ['--type-aware', '-f', 'unix', 'services']
  const { stdout } = spawnSync(process.execPath, [bin, ...options], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 24,
  })
  const byFile = new Map<string, readonly string[]>()
  for (const line of stdout.split('\n')) {
    const file = /^(services\/[^:]+):\d+:\d+: /.exec(line)?.[1]
    if (file !== undefined) byFile.set(file, [...(byFile.get(file) ?? []), line])
  }
  return byFile
}

/** Every sample in a file of its own, where its rules hold; main.ts is known by its name. */
function placed(path: string, index: number): string {
  if (!path.endsWith('/x.ts')) return path
  return path.replace(/x\.ts$/, `sample-${index}.ts`)
}

function core(): string {
  return 'services/routing/core/x.ts'
}

function table(): string {
  return 'services/chassis/table/x.ts'
}

function shell(): string {
  return 'services/routing/shell/x.ts'
}

function translate(): string {
  return 'services/routing/shell/translate.ts'
}

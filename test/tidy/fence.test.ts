import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { PURE_ROOMS } from '../lint/imports.ts'
import { assertNone } from './findings.ts'
import { isTest, paths, ROOT, readText } from './repository.ts'

/** What the compiler must not know in a core: the world is not in its library. */
const worldly = [
  'export const a = setTimeout',
  'export const a = console',
  'export const a = new TextEncoder()',
  'export const a = document',
  "import { readFileSync } from 'node:fs'\nexport const a = readFileSync",
  "export const a = Buffer.from('a')",
]

let folder = ''

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-fence-'))
  for (const file of ['tsconfig.base.json', 'tsconfig.core.json']) {
    cpSync(join(ROOT, file), join(folder, file))
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  mkdirSync(join(folder, 'services', 'a', 'core'), { recursive: true })
  for (const [index, code] of worldly.entries()) {
    writeFileSync(join(folder, 'services', 'a', 'core', `sample_${index}.ts`), `${code}\n`)
  }
})

after(() => rmSync(folder, { recursive: true }))

describe('the compiler fences the cores', () => {
  test('it does not know the world', () => {
    const bin = join(ROOT, 'node_modules', '.bin', 'tsc')
    const { stdout } = spawnSync(process.execPath, [bin, '-p', 'tsconfig.core.json'], {
      cwd: folder,
      encoding: 'utf8',
    })
    const unseen = worldly.filter((_, index) => !stdout.includes(`sample_${index}.ts`))
    assert.deepEqual(unseen, [], stdout)
  })

  test('every pure file is inside the fence', () => {
    const config = readText('tsconfig.core.json')
    const fenced = ['services/*/core', ...PURE_ROOMS.map((room) => `services/chassis/${room}`)]
    const rooms = fenced.filter((room) => room.includes('*') || pureFiles(room).length > 0)
    assertNone(
      rooms
        .filter((room) => !config.includes(`"${room}/**/*.ts"`))
        .map((room) => `tsconfig.core.json:1: ${room} is not included`),
    )
  })
})

function pureFiles(room: string): readonly string[] {
  return paths().filter((path) => path.startsWith(`${room}/`) && !isTest(path))
}

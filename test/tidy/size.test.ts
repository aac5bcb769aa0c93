import { describe, test } from 'node:test'
import { assertFinds, assertNone } from './findings.ts'
import { sourceFiles } from './repository.ts'
import { longFiles, staleExceptions, tooLong, tooWide } from './size.ts'

const files = sourceFiles()

describe('what a reader can take in', () => {
  test('no line is wider than the page', () => assertNone(files.flatMap(tooWide)))

  test('no file is longer than it should be', () =>
    assertNone(files.flatMap((file) => tooLong(file, longFiles))))

  test('the list of long files names files that exist', () =>
    assertNone(staleExceptions(files, longFiles)))
})

describe('the rules find what they look for', () => {
  test('a wide line', () => {
    const file = { path: 'services/a/core/b.ts', text: `fine\n// ${'x'.repeat(98)}\n` }
    assertFinds(tooWide(file), /^services\/a\/core\/b\.ts:2: 101 columns/)
    assertNone(tooWide({ path: file.path, text: `  '${'x'.repeat(120)}',` }))
    const imported = `} from '${'x'.repeat(90)}'`
    assertNone(tooWide({ path: file.path, text: `import { a ${imported}` }))
    assertFinds(tooWide({ path: file.path, text: `import { a, b ${imported}` }), /columns, at most/)
  })

  test('a long file, unless it is listed with its reason', () => {
    const file = { path: 'services/a/core/b.ts', text: 'x\n'.repeat(401) }
    assertFinds(tooLong(file, new Map()), /401 lines, at most 400/)
    assertNone(tooLong(file, new Map([[file.path, 'one table']])))
  })

  test('a listed file that has become short', () => {
    const file = { path: 'services/a/core/b.ts', text: 'x\n' }
    assertFinds(tooLong(file, new Map([[file.path, 'one table']])), /take it off the list/)
  })

  test('a listed file that is gone', () =>
    assertFinds(staleExceptions([], new Map([['gone.ts', 'one table']])), /does not exist/))

  test('a main.ts that does work itself', () => {
    const file = { path: 'services/a/main.ts', text: 'x\n'.repeat(21) }
    assertFinds(tooLong(file, new Map()), /main\.ts has 21 lines/)
  })
})

import { matchesGlob } from 'node:path'
import { describe, test } from 'node:test'
import { assertFinds, assertNone } from './findings.ts'
import { paths, readText } from './repository.ts'

/** A test that no command runs passes for ever. */
function neverRun(tests: readonly string[], globs: readonly string[]): readonly string[] {
  return tests
    .filter((path) => !globs.some((glob) => matchesGlob(path, glob)))
    .map((path) => `${path}:1: no script runs it; name it in a script of package.json`)
}

describe('every test is run by a script', () => {
  test('in this repository', () => {
    const tests = paths().filter((path) => path.endsWith('.test.ts'))
    const manifests = paths().filter((path) => /^(.+\/)?package\.json$/.test(path))
    assertNone(neverRun(tests, manifests.flatMap(globsOf)))
  })

  test('and one that is not is found', () => {
    assertFinds(neverRun(['a/test/b.test.ts'], ['a/tests/*.test.ts']), /no script runs it/)
    assertNone(neverRun(['a/test/b.test.ts'], ['a/test/*.test.ts']))
  })
})

function globsOf(manifest: string): readonly string[] {
  const folder = manifest.slice(0, -'package.json'.length)
  const quoted = readText(manifest).matchAll(/\\"([^"\\]+\.test\.ts)\\"/g)
  return [...quoted].map((match) => `${folder}${match[1] ?? ''}`)
}

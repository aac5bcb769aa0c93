import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { errorsPage } from './errors-page.ts'
import { operationsPage } from './operations-page.ts'
import { metricsPage } from './metrics.ts'
import { assertFinds, assertNone } from './findings.ts'
import { anchorsOf, apiFindings, brokenLinks, missingFiles, unknownCommands } from './pages.ts'
import { ROOT, readText, sourceFiles } from './repository.ts'

const pages = sourceFiles().filter((file) => file.path.endsWith('.md'))
const scripts = scriptNames()

describe('what the pages say', () => {
  const exists = (path: string): boolean => existsSync(join(ROOT, path))

  test('every link leads somewhere', () => {
    const anchors = (path: string): ReadonlySet<string> | undefined =>
      path.endsWith('.md') ? anchorsOf(readText(path)) : undefined
    assertNone(pages.flatMap((page) => brokenLinks(page, exists, anchors)))
  })

  test('every file that is named exists', () =>
    assertNone(pages.flatMap((page) => missingFiles(page, exists))))

  test('every command exists', () =>
    assertNone(pages.flatMap((page) => unknownCommands(page, scripts))))

  test('the README names every call', () => {
    const protos = sourceFiles().filter(({ path }) => path.endsWith('_service.proto'))
    assertNone(apiFindings(readText('README.md'), protos))
  })

  test('docs/metrics.md is what the metric tables give', () => {
    const stale = 'docs/metrics.md:1: is stale; npm run docs'
    assert.ok(readText('docs/metrics.md') === metricsPage(), stale)
  })

  test('docs/errors.md is what the error tables give', async () => {
    const page = await errorsPage()
    assert.ok(readText('docs/errors.md') === page, 'docs/errors.md:1: is stale; npm run docs')
  })

  test('docs/operations.md has every setting as the processes read it', () => {
    const stale = 'docs/operations.md:1: is stale; npm run docs'
    assert.ok(readText('docs/operations.md') === operationsPage(), stale)
  })
})

describe('the rules find what they look for', () => {
  const only = (path: string) => (candidate: string) => candidate === path
  const anchors = (): ReadonlySet<string> => anchorsOf('# The way, of `a` message\n')

  test('a call that the README does not name, and one that is not there', () => {
    const proto = { path: 'proto/a.proto', text: '  rpc PutA(X) returns (Y);\n' }
    assertFinds(apiFindings('| [A](proto/a.proto) | GetA |', [proto]), /: PutA, GetA;/)
  })

  test('a link to a page that is not there', () => {
    const page = { path: 'docs/a.md', text: 'fine\nsee [b](../b.md)' }
    assertFinds(brokenLinks(page, only('c.md'), anchors), /^docs\/a\.md:2: .*b\.md/)
    assertNone(brokenLinks(page, only('b.md'), anchors))
  })

  test('a picture and a named link', () => {
    assertFinds(
      brokenLinks({ path: 'a.md', text: '<img src="p.svg">' }, only('q'), anchors),
      /p\.svg/,
    )
    assertFinds(
      brokenLinks({ path: 'a.md', text: '[p]: docs/p.md' }, only('q'), anchors),
      /docs\/p/,
    )
  })

  test('a link to a heading that is not there', () => {
    const link = (anchor: string) => ({ path: 'a.md', text: `[x](#${anchor})` })
    assertFinds(brokenLinks(link('the-end'), only('a.md'), anchors), /#the-end/)
    assertNone(brokenLinks(link('the-way-of-a-message'), only('a.md'), anchors))
  })

  test('a file that is not there', () => {
    const page = { path: 'a.md', text: 'held by `test/b.test.ts`, not by `b.test.ts`' }
    assertFinds(missingFiles(page, only('test/c.test.ts')), /no such file: test\/b\.test\.ts;/)
    assertNone(missingFiles(page, only('test/b.test.ts')))
  })

  test('a command that is not there', () => {
    const page = { path: 'a.md', text: 'npm ci && npm run fly && npm test' }
    assertFinds(unknownCommands(page, new Set(['test'])), /no script fly/)
    assertNone(unknownCommands(page, new Set(['test', 'fly'])))
  })
})

function scriptNames(): ReadonlySet<string> {
  const manifest: unknown = JSON.parse(readText('package.json'))
  assert.ok(typeof manifest === 'object' && manifest !== null && 'scripts' in manifest)
  return new Set(Object.keys(manifest.scripts ?? {}))
}

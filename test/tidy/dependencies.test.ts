import { describe, test } from 'node:test'
import {
  differentVersions,
  type Locked,
  type Manifest,
  notAllowed,
  notPinned,
  notPublic,
  reasonsForNothing,
  withoutReason,
} from './dependencies.ts'
import { assertFinds, assertNone } from './findings.ts'
import { paths, readText } from './repository.ts'

const manifests = paths()
  .filter((path) => /^(?:(?:proto|services\/[^/]+)\/)?package\.json$/.test(path))
  .map(readManifest)
const locked = readLockfile()
const contributing = readText('CONTRIBUTING.md')

describe('what is built on', () => {
  test('every licence lets anyone use this', () => assertNone(locked.flatMap(notAllowed)))
  test('every version is exact', () => assertNone(manifests.flatMap(notPinned)))
  test('one version of each across workspaces', () => assertNone(differentVersions(manifests)))
  test('every dependency has its reason', () => assertNone(withoutReason(manifests, contributing)))
  test('every reason has its dependency', () =>
    assertNone(reasonsForNothing(manifests, contributing)))
  test('everything comes from the public registry, unchanged', () =>
    assertNone(locked.flatMap(notPublic)))
})

describe('the rules find what they look for', () => {
  const fine: Locked = {
    path: 'node_modules/x',
    license: 'MIT',
    resolved: undefined,
    integrity: 'sha512-x',
    ours: false,
  }
  const uses = (path: string, version: string): Manifest => ({
    path,
    name: path,
    dependencies: [['x', version]],
  })

  test('a licence that binds whoever ships it', () => {
    assertFinds(notAllowed({ ...fine, license: 'GPL-3.0-only' }), /GPL-3\.0-only/)
    assertFinds(notAllowed({ ...fine, license: undefined }), /no licence/)
    assertFinds(notAllowed({ ...fine, license: '(MIT AND GPL-2.0)' }), /AND GPL/)
    assertNone(notAllowed({ ...fine, license: 'GPL-2.0 OR MIT' }))
  })

  test('a range', () => assertFinds(notPinned(uses('a.json', '^1.0.0')), /pin one exact/))

  test('two versions', () =>
    assertFinds(differentVersions([uses('a', '1.0.0'), uses('b', '1.0.1')]), /1\.0\.0 in a/))

  test('a dependency without a reason, a reason without a dependency', () => {
    assertFinds(withoutReason([uses('a', '1.0.0')], 'none'), /x has no reason/)
    const page = (name: string) =>
      `## Dependencies\n\n| \`${name}\` | why |\n\n## Rest\n| \`z\` | - |`
    assertFinds(reasonsForNothing([uses('a', '1.0.0')], page('y')), /y is no/)
    assertNone(reasonsForNothing([uses('a', '1.0.0')], page('x')))
  })

  test('a download from elsewhere, or of anything', () => {
    const elsewhere = 'https://packages.example.com/x-1.0.0.tgz'
    assertFinds(notPublic({ ...fine, resolved: elsewhere }), /outside/)
    assertFinds(notPublic({ ...fine, integrity: undefined }), /no integrity/)
    assertNone(notPublic({ ...fine, resolved: 'https://registry.npmjs.org/x/-/x-1.0.0.tgz' }))
  })
})

function readManifest(path: string): Manifest {
  const manifest = record(JSON.parse(readText(path)))
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']
  return {
    path,
    name: String(manifest.get('name')),
    dependencies: kinds.flatMap((kind) =>
      [...record(manifest.get(kind))].map(([name, version]) => [name, String(version)] as const),
    ),
  }
}

function readLockfile(): readonly Locked[] {
  const packages = record(record(JSON.parse(readText('package-lock.json'))).get('packages'))
  return [...packages].map(([path, entry]) => {
    const fields = record(entry)
    return {
      path,
      license: optionalText(fields.get('license')),
      resolved: optionalText(fields.get('resolved')),
      integrity: optionalText(fields.get('integrity')),
      ours: fields.get('link') === true || !path.startsWith('node_modules/'),
    }
  })
}

function record(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : [])
}

function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

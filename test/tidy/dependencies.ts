/** What package.json files and the lockfile say, as far as these rules read it. */
export interface Manifest {
  readonly path: string
  readonly name: string
  /** Every kind of dependency in one list. */
  readonly dependencies: readonly (readonly [name: string, version: string])[]
}

export interface Locked {
  /** Place in node_modules. */
  readonly path: string
  readonly license: string | undefined
  readonly resolved: string | undefined
  readonly integrity: string | undefined
  /** A workspace, not a download. */
  readonly ours: boolean
}

const PUBLIC_REGISTRY = 'https://registry.npmjs.org/'

/**
 * Licences under which anyone may ship this with Apache-2.0 code and owe no more than the notice.
 */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
])

/** MIT by the list `licenses`, which npm has not carried into lockfiles since 2013. */
const MIT_BY_OLD_FIELD = new Set(['buildcheck', 'cpu-features', 'ssh2'])

export function notAllowed(locked: Locked): readonly string[] {
  const name = locked.path.replace(/^.*node_modules\//, '')
  const license = locked.license ?? (MIT_BY_OLD_FIELD.has(name) ? 'MIT' : '')
  if (locked.ours || licenceAllowed(license)) return []
  const said = locked.license ?? 'no licence'
  return [`package-lock.json:1: ${locked.path} has ${said}; find another package`]
}

/** SPDX: any alternative of OR will do, every part of AND must. */
function licenceAllowed(expression: string): boolean {
  const flat = expression.replaceAll(/[()]/g, '')
  return flat.split(' OR ').some((choice) => choice.split(' AND ').every((id) => ALLOWED.has(id)))
}

export function notPinned(manifest: Manifest): readonly string[] {
  return manifest.dependencies
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `${manifest.path}:1: ${name} ${version}; pin one exact version`)
}

export function differentVersions(manifests: readonly Manifest[]): readonly string[] {
  const first = new Map<string, { readonly version: string; readonly path: string }>()
  const findings: string[] = []
  for (const { path, dependencies } of manifests) {
    for (const [name, version] of dependencies) {
      const known = first.get(name)
      if (known === undefined) first.set(name, { version, path })
      else if (known.version !== version) {
        findings.push(`${path}:1: ${name} ${version}, but ${known.version} in ${known.path}`)
      }
    }
  }
  return findings
}

/** A dependency is everybody's burden: CONTRIBUTING.md says, in its table, why each is worth it. */
export function withoutReason(
  manifests: readonly Manifest[],
  contributing: string,
): readonly string[] {
  const ours = new Set(manifests.map((manifest) => manifest.name))
  return manifests.flatMap(({ path, dependencies }) =>
    dependencies
      .filter(([name]) => !ours.has(name) && !contributing.includes(`\`${name}\``))
      .map(([name]) => `${path}:1: ${name} has no reason in CONTRIBUTING.md; add a row`),
  )
}

export function reasonsForNothing(
  manifests: readonly Manifest[],
  contributing: string,
): readonly string[] {
  const used = new Set(manifests.flatMap((one) => one.dependencies.map(([name]) => name)))
  const section = /^## Dependencies\n(.*?)(?=^## |$(?![\s\S]))/ms.exec(contributing)?.[1] ?? ''
  const rows = section.matchAll(/^\| `(@?[a-z][\w./-]*)` \|/gm)
  return [...rows]
    .map((row) => row[1] ?? '')
    .filter((name) => !used.has(name))
    .map((name) => `CONTRIBUTING.md:1: ${name} is no dependency any more; remove its row`)
}

/**
 * Downloads come from where everyone can get them, and are what they were when they were chosen.
 */
export function notPublic(locked: Locked): readonly string[] {
  if (locked.ours) return []
  const findings: string[] = []
  if (locked.resolved !== undefined && !locked.resolved.startsWith(PUBLIC_REGISTRY)) {
    findings.push(`package-lock.json:1: ${locked.path} is resolved outside the public registry`)
  }
  if (locked.integrity === undefined) {
    findings.push(`package-lock.json:1: ${locked.path} has no integrity hash`)
  }
  return findings
}

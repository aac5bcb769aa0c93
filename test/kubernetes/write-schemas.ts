// node test/kubernetes/write-schemas.ts KUBECTL: writes gen/schemas.json, what the API server that
// kubectl reaches says of the kinds that we use; without words and what nothing leads to.
// The server must know Strimzi's and the Prometheus operator's kinds.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderedObjects } from './rendered.ts'
import { kindOf, type Schema, type Schemas } from './schema.ts'

const [kubectl = 'kubectl'] = process.argv.slice(2)
const options = { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const
const text = execFileSync(kubectl, ['get', '--raw', '/openapi/v2'], options)
const { definitions } = JSON.parse(text) as { definitions: Record<string, Schema> }

const wanted = new Set(
  ['dev', 'prod'].flatMap((overlay) => renderedObjects(overlay).map((one) => kindOf(one))),
)
const kinds: Record<string, string> = {}
for (const [name, schema] of Object.entries(definitions)) {
  for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'] ?? []) {
    const full = `${group === '' ? '' : `${group}/`}${version} ${kind}`
    if (wanted.has(full)) kinds[full] = name
  }
}
for (const kind of wanted) if (!(kind in kinds)) throw new Error(`the server has no ${kind}`)

const reached: Record<string, Schema> = {}
for (const name of Object.values(kinds)) reach(name)
const schemas: Schemas = { kinds, definitions: reached }
writeFileSync(join(import.meta.dirname, 'gen/schemas.json'), JSON.stringify(schemas))
console.log(`${Object.keys(reached).length} definitions`)

function reach(name: string): void {
  if (name in reached) return
  const schema = definitions[name]
  if (schema === undefined) throw new Error(`no definition ${name}`)
  reached[name] = {}
  reached[name] = bare(schema)
}

const KEPT = [
  'type',
  'format',
  'required',
  'enum',
  'pattern',
  'minimum',
  'maximum',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-int-or-string',
] as const

function bare(schema: Schema): Schema {
  if (schema.$ref !== undefined) {
    reach(schema.$ref.replace('#/definitions/', ''))
    return { $ref: schema.$ref }
  }
  const { items, properties, additionalProperties } = schema
  const own = Object.fromEntries(KEPT.flatMap((key) => (key in schema ? [[key, schema[key]]] : [])))
  const inner = Object.entries(properties ?? {}).map(([key, value]) => [key, bare(value)])
  return {
    ...own,
    ...(items !== undefined && { items: bare(items) }),
    ...(properties !== undefined && { properties: Object.fromEntries(inner) }),
    ...(typeof additionalProperties === 'object' && {
      additionalProperties: bare(additionalProperties),
    }),
  }
}

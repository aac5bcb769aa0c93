import { readFileSync, statSync } from 'node:fs'
import { isUtf8 } from 'node:buffer'
import {
  type DescMessage,
  fromJson,
  type JsonObject,
  type JsonValue,
  toJson,
} from '@bufbuild/protobuf'
import { descriptors } from '@evenkeel/chassis/serve'
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  type YAMLMap,
} from 'yaml'
import { FileRefused } from '../replay/lines.ts'
import { isObject, textOf } from './api.ts'
import { messageIn, type Reading } from './fields.ts'
import { type Kind, kinds } from './kinds.ts'
import { type Problem, ProblemsFound } from './problem.ts'

/** One thing that a pool shall have. */
export interface Item {
  readonly kind: Kind
  /** '' where a pool has just one. */
  readonly id: string
  /** Its message, with the pool and without an etag; defaults are left out. */
  readonly json: JsonObject
  /** e.g. queues[3] */
  readonly path: string
  /** The line of a path inside of it, e.g. callback.offer_above, or of what comes nearest. */
  lineOf(inner: string): number
}

/** One pool, as the file has it. */
export interface Declared {
  readonly pool: string
  /** In the order in which one needs the other. */
  readonly items: readonly Item[]
  /** Those that the file speaks of; of the others it says nothing. */
  readonly kinds: ReadonlySet<Kind>
}

/**
 * Some 20,000 agents, and 1.5 GB of memory while it is read; beyond, `import` takes agents from a
 * table.
 */
const FILE_BYTES_MAX = 8 * 1024 * 1024

/** Each YAML document of a file is a pool. Throws FileRefused, or ProblemsFound with all of them. */
export function readPoolFile(file: string): readonly Declared[] {
  return declaredIn(file, contents(file))
}

function contents(file: string): string {
  try {
    const { size } = statSync(file)
    if (size > FILE_BYTES_MAX) {
      const limit = `${FILE_BYTES_MAX / 1024 / 1024} MiB`
      throw new FileRefused(
        `${file} has ${size} bytes, the limit is ${limit}; leave the agents out and send them by "evenkeel import agents"`,
      )
    }
    const bytes = readFileSync(file)
    if (!isUtf8(bytes)) throw new FileRefused(`${file} is not UTF-8; save it as UTF-8`)
    return bytes.toString('utf8')
  } catch (error) {
    if (error instanceof FileRefused) throw error
    throw new FileRefused(
      `${file} can't be read: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

/** See readPoolFile; `file` is for what is told. */
export function declaredIn(file: string, text: string): readonly Declared[] {
  const lines = new LineCounter()
  const found = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true })
  const problems: Problem[] = []
  const documents: readonly Document[] = Array.isArray(found) ? found : []
  for (const { errors } of documents) {
    for (const { message, pos } of errors) {
      // Its words go on with an excerpt, which the line number does better.
      const said = message.split(/ at line \d+/)[0] ?? message
      problems.push({ line: lines.linePos(pos[0]).line, path: '', text: said })
    }
  }
  if (problems.length > 0) throw new ProblemsFound(file, problems)
  const reader = new Reader(lines, problems)
  const declared = documents.flatMap((document) => reader.pool(document) ?? [])
  if (declared.length === 0 && problems.length === 0) {
    problems.push({ line: 1, path: '', text: 'no pool is in it' })
  }
  if (problems.length > 0) throw new ProblemsFound(file, problems)
  return declared
}

class Reader {
  readonly #lines: LineCounter
  readonly #problems: Problem[]
  readonly #pools = new Set<string>()

  constructor(lines: LineCounter, problems: Problem[]) {
    this.#lines = lines
    this.#problems = problems
  }

  #lineOf(node: Node | null | undefined): number {
    return this.#lines.linePos(node?.range?.[0] ?? 0).line
  }

  pool(document: Document): Declared | undefined {
    const top = document.contents
    if (top === null || (isScalar(top) && top.value === null)) return undefined
    const reading: Reading = {
      document,
      wrong: (node, path, text) =>
        void this.#problems.push({ line: this.#lineOf(node ?? top), path, text }),
    }
    const sections = kinds().map(({ section }) => section)
    if (!isMap(top)) {
      reading.wrong(top, '', `must be a mapping with ${sections.join(', ')}`)
      return undefined
    }
    for (const { key } of top.items) {
      const name = isScalar(key) ? String(key.value) : ''
      if (sections.includes(name)) continue
      reading.wrong(isScalar(key) ? key : top, name, `no such section; ${sections.join(', ')}`)
    }
    const pool = this.#poolId(reading, top)
    const items = kinds().flatMap((kind) => this.#section(reading, top, kind, pool))
    const named = new Set(kinds().filter(({ section }) => top.has(section)))
    return { pool, items, kinds: named }
  }

  #poolId(reading: Reading, top: YAMLMap): string {
    const pool: unknown = top.getIn(['pool', 'pool'])
    const node = top.get('pool', true)
    if (typeof pool !== 'string' || pool === '') {
      reading.wrong(node, 'pool.pool', 'is missing: which pool is this?')
      return ''
    }
    if (this.#pools.has(pool)) reading.wrong(node, 'pool.pool', `${pool} is in the file twice`)
    this.#pools.add(pool)
    return pool
  }

  #section(reading: Reading, top: YAMLMap, kind: Kind, pool: string): Item[] {
    const { section, id } = kind
    if (!top.has(section)) return []
    const node = top.get(section, true)
    if (id === undefined) return this.#item(reading, kind, pool, nodeOf(node), section)
    if (!isSeq(node)) {
      const text = 'must be a list: [] for none; left out, the file says nothing of them'
      reading.wrong(nodeOf(node) ?? top, section, text)
      return []
    }
    const items = node.items.flatMap((one, index) =>
      this.#item(reading, kind, pool, nodeOf(one), `${section}[${index}]`),
    )
    const first = new Map<string, Item>()
    for (const item of items) {
      const before = first.get(item.id)
      if (before === undefined) first.set(item.id, item)
      else {
        const text = `${item.id} is in line ${before.lineOf('')} already`
        this.#problems.push({ line: item.lineOf(''), path: `${item.path}.${id.name}`, text })
      }
    }
    return items
  }

  #item(reading: Reading, kind: Kind, pool: string, node: Node | undefined, path: string): Item[] {
    const found = messageIn(reading, kind.message, node, path)
    if (found === undefined) return []
    const lineOf = (inner: string): number => this.#lineOf(nearest(reading.document, node, inner))
    const other = found['pool']
    if (other !== undefined && other !== pool) {
      const text = `is ${JSON.stringify(other)} in the file of ${pool}; leave it out`
      this.#problems.push({ line: lineOf('pool'), path: `${path}.pool`, text })
    }
    const id = kind.id === undefined ? '' : textOf(found[kind.id.name])
    if (kind.id !== undefined && id === '') {
      this.#problems.push({ line: lineOf(''), path: `${path}.${kind.id.name}`, text: 'is missing' })
      return []
    }
    return [{ kind, id, json: canonical(kind.message, { ...found, pool }), path, lineOf }]
  }
}

/** One way of writing what may be written in several: "1.50s" is "1.500s", and 0 is left out. */
export function canonical(schema: DescMessage, json: JsonValue): JsonObject {
  const { registry } = descriptors()
  const message = fromJson(schema, json, { registry })
  const again = toJson(schema, message, { registry, useProtoFieldName: true })
  return isObject(again) ? again : {}
}

/** As far as the path leads: what is missing has no line of its own. */
function nearest(document: Document, from: Node | undefined, inner: string): Node | undefined {
  let node = from
  for (const step of inner.split(/[.[\]]+/).filter((one) => one !== '')) {
    const resolved = node !== undefined && 'resolve' in node ? node.resolve(document) : node
    const next: unknown = isMap(resolved)
      ? (resolved.get(step, true) ?? resolved.get(camel(step), true))
      : isSeq(resolved)
        ? resolved.get(Number(step), true)
        : undefined
    const found = nodeOf(next)
    if (found === undefined) return node
    node = found
  }
  return node
}

const camel = (name: string): string =>
  name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

function nodeOf(value: unknown): Node | undefined {
  return typeof value === 'object' && value !== null && 'range' in value
    ? (value as Node)
    : undefined
}

import type { JsonObject, JsonValue } from '@bufbuild/protobuf'
import { Document, isMap, isScalar, isSeq, type Node, visit } from 'yaml'
import { kinds } from './kinds.ts'
import type { There } from './there.ts'

/** A pool as a file: the same pool gives the same bytes, in whatever order it was made. */
export function fileOf(pool: string, there: There): string {
  const sections = kinds().flatMap((kind): [string, JsonValue][] => {
    const { section, id } = kind
    const standing = [...(there.get(kind) ?? [])].toSorted(([a], [b]) => (a < b ? -1 : 1))
    if (id !== undefined) return [[section, standing.map(([, { json }]) => withoutPool(json))]]
    return standing.map(([, { json }]) => [section, section === 'pool' ? json : withoutPool(json)])
  })
  const document = new Document(Object.fromEntries(sections), {
    aliasDuplicateObjects: false,
    // Times such as 08:00 are numbers to readers of the older YAML.
    compat: 'yaml-1.1',
  })
  document.commentBefore = [
    ` Pool ${pool}, as "evenkeel export" found it. To change it, edit this file, and`,
    ' "evenkeel apply -f FILE" shows and does what is otherwise.',
  ].join('\n')
  visit(document, {
    Pair: (_, { key, value }) => {
      if (isScalar(key) && isSection(key.value) && isSeq(value)) key.spaceBefore = true
    },
    Map: (_, node) => {
      if (isShort(node)) node.flow = true
    },
    Seq: (_, node) => {
      if (isShort(node)) node.flow = true
    },
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

const isSection = (name: unknown): boolean => kinds().some(({ section }) => section === name)

function withoutPool(json: JsonObject): JsonObject {
  const { pool: _, ...rest } = json
  return rest
}

const SHORT_MAX = 4

/** On one line: what has a few plain values and nothing else. */
function isShort(node: Node): boolean {
  if (isSeq(node)) return node.items.every(isScalar)
  if (!isMap(node) || node.items.length > SHORT_MAX) return false
  return node.items.every(({ value }) => isScalar(value))
}

import type { DescField, DescMessage, JsonObject, JsonValue } from '@bufbuild/protobuf'
import { onlyInAnswers } from '@evenkeel/chassis/serve'
import { Refusal } from '../platform/refusal.ts'
import { type Api, isObject, objectsIn, textOf } from './api.ts'
import { holds, type Kind, kinds, methodOf } from './kinds.ts'

/** One thing that a pool has. */
export interface Standing {
  /** As a file would have it: what the system alone sets is left out. */
  readonly json: JsonObject
  /** What an edit of this has to name. */
  readonly etag: string
}

/** What a pool has, by kind and id. */
export type There = ReadonlyMap<Kind, ReadonlyMap<string, Standing>>

const PAGE_SIZE = 500

/** What the pool has now; nothing, if it is not there. */
export async function whatIsThere(api: Api, pool: string): Promise<There> {
  const there = new Map<Kind, ReadonlyMap<string, Standing>>()
  const [ofPool] = kinds()
  for (const kind of kinds()) {
    const known = ofPool !== undefined && (there.get(ofPool)?.size ?? 1) > 0
    there.set(kind, known ? await standing(api, kind, pool) : new Map())
  }
  return there
}

async function standing(api: Api, kind: Kind, pool: string): Promise<Map<string, Standing>> {
  const found = new Map<string, Standing>()
  for await (const message of listed(api, kind, pool)) {
    const id = kind.id === undefined ? '' : textOf(message[kind.id.name])
    found.set(id, standingOf(kind.message, message))
  }
  return found
}

export function standingOf(schema: DescMessage, message: JsonObject): Standing {
  return { json: asDeclared(schema, message), etag: textOf(message['etag']) }
}

/** All of a kind that a pool has, page after page, as the API shows them. */
export async function* listed(api: Api, kind: Kind, pool: string): AsyncGenerator<JsonObject> {
  const { input, output } = kind.list
  const field = holds(output, kind.message)
  if (output.fields.find(({ name }) => name === field)?.fieldKind !== 'list') {
    const one = await unlessUnknown(() => api.call(kind.list, { pool }))
    if (isObject(one?.[field])) yield one[field]
    return
  }
  const scope = input.fields.some(({ name }) => name === 'pool') ? { pool } : {}
  for (let token = ''; ; ) {
    const request = { ...scope, page_size: PAGE_SIZE, page_token: token }
    const page = await api.call(kind.list, request)
    // Pools are listed of everybody.
    yield* objectsIn(page[field]).filter((message) => message['pool'] === pool)
    token = textOf(page['next_page_token'])
    if (token === '') return
  }
}

/** A pool without a classification says so by a refusal. */
async function unlessUnknown(ask: () => Promise<JsonObject>): Promise<JsonObject | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof Refusal && error.code === 'CLASSIFICATION_UNKNOWN') return undefined
    throw error
  }
}

/** Without its etag and what is only in answers, at any depth. */
export function asDeclared(schema: DescMessage, message: JsonObject): JsonObject {
  const kept = schema.fields.flatMap((field): [string, JsonValue][] => {
    const value = message[field.name]
    if (value === undefined || field.name === 'etag' || onlyInAnswers(field)) return []
    return [[field.name, valueOf(field, value)]]
  })
  return Object.fromEntries(kept)
}

function valueOf({ message }: DescField, value: JsonValue): JsonValue {
  if (message === undefined || message.typeName.startsWith('google.protobuf.')) return value
  if (Array.isArray(value)) {
    return value.map((one) => (isObject(one) ? asDeclared(message, one) : one))
  }
  return isObject(value) ? asDeclared(message, value) : value
}

/** Ids of all pools. */
export async function poolIds(api: Api): Promise<readonly string[]> {
  const list = methodOf('evenkeel.routing.v1.QueueService/ListPools')
  const ids: string[] = []
  for (let token = ''; ; ) {
    const page = await api.call(list, { page_size: PAGE_SIZE, page_token: token })
    ids.push(...objectsIn(page['pools']).map(({ pool }) => textOf(pool)))
    token = textOf(page['next_page_token'])
    if (token === '') return ids
  }
}

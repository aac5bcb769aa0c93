import type { JsonObject } from '@bufbuild/protobuf'
import { commonErrors } from '@evenkeel/chassis/errors'
import { Refusal } from '../platform/refusal.ts'
import { refusalInWords } from '../platform/unreached.ts'
import { type Api, isObject, textOf } from './api.ts'
import { type Change, changesOf } from './changes.ts'
import { gather } from './gather.ts'
import { holds, type Kind, kinds } from './kinds.ts'
import type { Problem } from './problem.ts'
import type { Declared, Item } from './read-file.ts'
import { asDeclared, type Standing, type There, whatIsThere } from './there.ts'

/** One thing to do. */
export type Step =
  | { readonly deed: 'create'; readonly item: Item; readonly etag: string }
  | {
      readonly deed: 'change'
      readonly item: Item
      readonly etag: string
      readonly changes: readonly Change[]
      /** What it means to those who wait, if the server says so. */
      readonly effect: string
    }
  | { readonly deed: 'remove'; readonly kind: Kind; readonly id: string; readonly etag: string }

/** From what a pool has to what the file says. */
export interface Plan {
  readonly pool: string
  readonly steps: readonly Step[]
  /** How many are as the file says. */
  readonly same: number
  /** There, and not in the file's section of their kind; they stay. */
  readonly beyond: readonly { readonly kind: Kind; readonly id: string }[]
  /** What the server would refuse. Nothing is done while there is one. */
  readonly problems: readonly Problem[]
  /** What it would refuse as things stand, and perhaps no longer once the rest is applied. */
  readonly doubts: readonly Problem[]
}

/** What the server says of one item, where the file says it. */
export interface Refused extends Problem {
  readonly code: string
}

interface Tried {
  readonly after: JsonObject | undefined
  readonly effect: string
  readonly problem: Refused | undefined
}

/**
 * Compares what is there with what shall be. Whatever is otherwise is put with validate_only, so
 * that defaults are the server's to know, and what it would refuse is told before anything is done.
 */
export async function planOf(api: Api, declared: Declared, prune: boolean): Promise<Plan> {
  const { pool, items } = declared
  const there = await whatIsThere(api, pool)
  const other = items.filter((item) => !isSame(item, there))
  const tried = await gather(other, (item) => tryOut(api, item, standingFor(item, there)))
  const steps: Step[] = []
  const refused = tried.flatMap(({ problem }) => problem ?? [])
  const isDoubt = ({ code }: Refused) => other.length > 1 && mayBeMended(code)
  for (const [index, item] of other.entries()) {
    const { after, effect = '' } = tried[index] ?? {}
    const before = standingFor(item, there)
    if (before === undefined) steps.push({ deed: 'create', item, etag: '' })
    else {
      const changes = changesOf(before.json, after ?? item.json)
      const { etag } = before
      if (changes.length > 0) steps.push({ deed: 'change', item, etag, changes, effect })
    }
  }
  const extra = beyond(declared, there)
  const removed = prune ? extra.filter(({ kind }) => kind.remove !== undefined) : []
  return {
    pool,
    steps: [...steps, ...removed.map((one) => ({ deed: 'remove', ...one }) as const)],
    same: items.length - steps.length,
    beyond: extra.filter((one) => !removed.includes(one)),
    problems: refused.filter((one) => !isDoubt(one)),
    doubts: refused.filter((one) => isDoubt(one) && !one.code.endsWith('_UNKNOWN')),
  }
}

const standingFor = ({ kind, id }: Item, there: There): Standing | undefined =>
  there.get(kind)?.get(id)

function isSame(item: Item, there: There): boolean {
  const standing = standingFor(item, there)
  return standing !== undefined && changesOf(standing.json, item.json).length === 0
}

function beyond({ items, kinds: named }: Declared, there: There) {
  return kinds().flatMap((kind) => {
    if (kind.id === undefined || !named.has(kind)) return []
    const kept = new Set(items.filter((item) => item.kind === kind).map(({ id }) => id))
    return [...(there.get(kind) ?? [])]
      .filter(([id]) => !kept.has(id))
      .map(([id, { etag }]) => ({ kind, id, etag }))
  })
}

/** What the server would make of it. */
async function tryOut(api: Api, item: Item, before: Standing | undefined): Promise<Tried> {
  const { kind } = item
  try {
    const answer = await api.call(kind.put, putRequest(item, before?.etag ?? '', true), {
      final: ['POOL_UNKNOWN'],
    })
    const put = answer[holds(kind.put.output, kind.message)]
    const change = isObject(answer['change']) ? answer['change']['effect'] : undefined
    return {
      after: isObject(put) ? asDeclared(kind.message, put) : undefined,
      effect: isObject(change) ? textOf(change['sentence']) : '',
      problem: undefined,
    }
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === '') throw error
    return { after: undefined, effect: '', problem: problemOf(item, error) }
  }
}

/** The request that puts it; `etag` of what it replaces, '' to create. */
export function putRequest({ kind, json }: Item, etag: string, validateOnly: boolean): JsonObject {
  return { [holds(kind.put.input, kind.message)]: { ...json, etag }, validate_only: validateOnly }
}

/** A refusal, where the file says what was refused. */
export function problemOf(item: Item, refusal: Refusal): Refused {
  // Named by the request's field: queue.callback.offer_above.
  const { kind } = item
  const name = holds(kind.put.input, kind.message)
  const inner = refusal.field === name ? '' : refusal.field.replace(`${name}.`, '')
  return {
    line: item.lineOf(inner),
    path: inner === '' ? item.path : `${item.path}.${inner}`,
    text: refusalInWords(refusal, ''),
    code: refusal.code,
  }
}

/** Wrong in whatever company. */
const OWN_FAULTS = ['CHANNEL_FIXED', 'CLOSING_TIMES', 'ETAG_MISMATCH', 'VALIDITY_OVERLAPS']

/**
 * A value that is wrong by itself stays so; what names a thing that is not there may be right once
 * the rest of the file is.
 */
const mayBeMended = (code: string): boolean =>
  code === 'POOL_UNKNOWN' || (!Object.hasOwn(commonErrors, code) && !OWN_FAULTS.includes(code))

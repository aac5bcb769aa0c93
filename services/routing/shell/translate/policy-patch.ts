import { idPatterns, parse, refused } from '@evenkeel/chassis/errors'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import * as queues from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import {
  type Command,
  type Field,
  type OptionalField,
  optionalFields,
  type PartPatch,
  partPaths,
  policyFields,
  type PolicyPatch,
} from '../../core/index.ts'
import { inputLimits as max } from '../limits.ts'
import { alternativesPolicy } from './alternatives.ts'
import { entryLimit, unstaffed } from './entry.ts'
import { interruptible } from './interruptible.ts'
import {
  agentChoice,
  callbackPolicy,
  contactOrder,
  escalation,
  etagOf,
  queueHours,
  queuePolicy,
  withinPolicy,
} from './policies.ts'

/** From a queue of which some fields are named to these fields alone, each parsed as PutQueue would. */

export function putPolicy(r: queues.PutPolicyRequest): Command {
  const pool = parse.id('pool', r.pool, idPatterns.slug)
  if (r.queueIds.length === 0) throw refused('FIELD_MISSING', 'queue_ids')
  const ids = parse.list('queue_ids', r.queueIds, max.policyQueues, (field, id) =>
    parse.id(field, id, idPatterns.slug),
  )
  const queueIds = parse.unique('queue_ids', ids, (id) => id)
  const { length } = r.etags
  if (length > 0 && length !== queueIds.length) {
    throw refused('FIELD_OUT_OF_RANGE', 'etags', `0 or ${queueIds.length} of them`, length)
  }
  const etags = r.etags.map((etag, i) => etagOf(`etags[${i}]`, etag))
  const paths = pathsOf(r.updateMask)
  return {
    kind: 'putPolicy',
    pool,
    queues: queueIds.map((queueId, i) => ({ queueId, etag: etags[i] ?? '' })),
    patch: patchOf(parse.message('queue', r.queue), paths),
    requestId: parse.id('request_id', r.requestId),
  }
}

type Paths = ReadonlySet<string>

const namesOf = (fields: readonly (readonly [string, string, string])[]): string[] =>
  fields.map(([, name]) => name)

const known: Paths = new Set([
  ...namesOf(policyFields.plain),
  ...Object.values(partPaths),
  ...Object.entries(partPaths).flatMap(([part, path]) =>
    namesOf(policyFields[part as keyof typeof partPaths]).map((name) => `${path}.${name}`),
  ),
])

function pathsOf(mask: readonly string[] | undefined): Paths {
  if (mask === undefined || mask.length === 0) throw refused('FIELD_MISSING', 'update_mask')
  const paths = parse.list('update_mask.paths', mask, max.policyPaths, (field, path) => {
    if (known.has(path)) return path
    const limit = 'a policy field of Queue, e.g. time_to_live or callback.offer_above'
    throw refused('FIELD_MALFORMED', field, limit, JSON.stringify(path.slice(0, 64)))
  })
  return new Set(parse.unique('update_mask.paths', paths, (path) => path))
}

/** A part of a queue on the wire, and how it is read. */
interface Part<W, T> {
  readonly path: string
  readonly fields: readonly Field<T>[]
  readonly empty: W
  /** Whole: what is not named is read of this, and then left out. */
  readonly standIn: W
  /**
   * The field that says what is done, and the one that says where: without that way nobody would go
   * there, and with it nowhere else.
   */
  readonly ways?: readonly [way: string, destination: string]
  readonly read: (value: W) => T
}

const hours = {
  path: partPaths.hours,
  fields: policyFields.hours,
  empty: queues.QueueHours.fromPartial({}),
  standIn: queues.QueueHours.fromPartial({ calendarId: 'any' }),
  ways: ['when_closed', 'after_hours_queue_id'],
  read: queueHours,
} as const

const choice = {
  path: partPaths.choice,
  fields: policyFields.choice,
  empty: queues.AgentChoice.fromPartial({}),
  standIn: queues.AgentChoice.fromPartial({ rule: 1 }),
  read: agentChoice,
}

const order = {
  path: partPaths.order,
  fields: policyFields.order,
  empty: queues.ContactOrder.fromPartial({}),
  standIn: queues.ContactOrder.fromPartial({ rule: 1 }),
  read: contactOrder,
}

const raising = {
  path: partPaths.escalation,
  fields: policyFields.escalation,
  empty: queues.Escalation.fromPartial({}),
  standIn: queues.Escalation.fromPartial({ afterOffers: 1 }),
  read: escalation,
}

const entering = {
  path: partPaths.entryLimit,
  fields: policyFields.entryLimit,
  empty: queues.EntryLimit.fromPartial({}),
  standIn: queues.EntryLimit.fromPartial({ action: 1 }),
  ways: ['action', 'queue_id'],
  read: entryLimit,
} as const

const staffing = {
  path: partPaths.unstaffed,
  fields: policyFields.unstaffed,
  empty: queues.Unstaffed.fromPartial({}),
  standIn: queues.Unstaffed.fromPartial({ action: 1 }),
  ways: ['action', 'queue_id'],
  read: unstaffed,
} as const

const offering = {
  path: partPaths.alternatives,
  fields: policyFields.alternatives,
  empty: queues.AlternativesPolicy.fromPartial({}),
  standIn: queues.AlternativesPolicy.fromPartial({
    offerAbove: {},
    choices: [{ alternativeId: 'any', kind: 3, after: { seconds: 60 } }],
  }),
  read: alternativesPolicy,
}

const yielding = {
  path: partPaths.interruptible,
  fields: policyFields.interruptible,
  empty: queues.Interruptible.fromPartial({}),
  standIn: queues.Interruptible.fromPartial({ byChannels: [Channel.CHANNEL_VOICE] }),
  read: interruptible,
}

const calling = {
  path: partPaths.callback,
  fields: policyFields.callback,
  empty: queues.CallbackPolicy.fromPartial({}),
  standIn: queues.CallbackPolicy.fromPartial({ offerAbove: {} }),
  read: callbackPolicy,
}

const within = {
  path: partPaths.within,
  fields: policyFields.within,
  empty: queues.WithinPolicy.fromPartial({}),
  standIn: queues.WithinPolicy.fromPartial({}),
  read: withinPolicy,
}

const blank = queues.Queue.fromPartial({})

function patchOf(q: queues.Queue, paths: Paths): PolicyPatch {
  const named = [...paths].filter((path) => !path.includes('.'))
  const given: Record<OptionalField, unknown> = {
    'callback.recover_after': q.callback?.recoverAfter,
    'callback.customer_first': q.callback?.customerFirst,
    'callback.retries': q.callback?.retries.at(0),
    'callback.calling_hours': q.callback?.callingHours,
    redial_within: q.redialWithin,
    warn_before_expiry: q.warnBeforeExpiry,
    wrap_up_max: q.wrapUpMax,
    roster_guard: q.rosterGuard,
  }
  const absent = optionalFields.filter((path) => paths.has(path) && given[path] === undefined)
  return {
    plain: pick(policyFields.plain, queuePolicy(only(blank, q, named)), named),
    ...perhaps('hours', partOf(hours, q.hours, paths)),
    ...perhaps('choice', partOf(choice, q.agentChoice, paths)),
    ...perhaps('order', partOf(order, q.contactOrder, paths)),
    ...perhaps('escalation', partOf(raising, q.escalation, paths)),
    ...perhaps('entryLimit', partOf(entering, q.entryLimit, paths)),
    ...perhaps('unstaffed', partOf(staffing, q.unstaffed, paths)),
    ...perhaps('alternatives', partOf(offering, q.alternatives, paths)),
    ...perhaps('interruptible', partOf(yielding, q.interruptible, paths)),
    ...perhaps('callback', partOf(calling, q.callback, paths)),
    ...perhaps('within', partOf(within, q.callback?.within, paths)),
    ...(absent.length > 0 && { absent }),
  }
}

const perhaps = <K extends string, V>(name: K, value: V | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { readonly [N in K]?: V }

/** What is named whole is replaced; of what is named in part, only that is read. */
function partOf<W extends object, T extends object>(
  { path, fields, empty, standIn, ways, read }: Part<W, T>,
  value: W | undefined,
  paths: Paths,
): PartPatch<T> | undefined {
  if (paths.has(path)) return value ? { kind: 'whole', value: read(value) } : { kind: 'none' }
  const prefix = `${path}.`
  const inside = [...paths].filter((one) => one.startsWith(prefix))
  const own = inside.map((one) => one.slice(prefix.length))
  const names = ways ? together(path, own, ways) : own
  if (!names.some((name) => namesOf(fields).includes(name))) return undefined
  const parsed = read(only(standIn, value ?? empty, names))
  return { kind: 'some', value: pick(fields, parsed, names) }
}

function together(
  path: string,
  names: readonly string[],
  [way, destination]: readonly [way: string, destination: string],
): readonly string[] {
  if (names.includes(way)) return [...names, destination]
  if (!names.includes(destination)) return names
  throw refused('FIELD_MALFORMED', 'update_mask', `${path}.${way} beside ${path}.${destination}`)
}

const camel = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** The named fields of a message, and else what stands in for them. */
function only<W extends object>(standIn: W, from: W, names: readonly string[]): W {
  const keys = new Set(names.map(camel))
  const merged = { ...standIn }
  for (const key in merged) if (keys.has(key)) merged[key] = from[key]
  return merged
}

/** Of what was read, the named fields that are there. */
function pick<T extends object>(
  fields: readonly Field<T>[],
  read: T,
  names: readonly string[],
): Partial<T> {
  const some: Partial<T> = {}
  for (const [key, name] of fields) {
    if (names.includes(name) && read[key] !== undefined) some[key] = read[key]
  }
  return some
}

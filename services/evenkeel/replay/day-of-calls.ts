import type { Arrival, ChannelName, Day, QueuePlan } from '../day/day.ts'
import { MINUTE, SECOND } from '../day/day.ts'
import { callbackHabits } from '../day/generate.ts'
import { Random } from '../day/random.ts'
import type { Call } from './call.ts'
import { type Kind, staffFor } from './staff.ts'

/** What is known of a kind of calls beside the calls themselves. */
export interface KindFacts {
  readonly kind: string
  readonly queueId: string
  readonly displayName: string
  readonly channel: ChannelName
  readonly skillId: string
  readonly handleMeanMs: number
  readonly handleScv: number
  readonly patienceMeanMs: number
}

/**
 * From the studies of the log (Mandelbaum et al.): means and squared coefficients of variation;
 * patience.
 */
const BANK_FACTS: readonly (readonly [string, string, number, number, number])[] = [
  ['ps', 'Regular service', 178, 1.36, 8.1],
  ['pe', 'Regular service, English', 178, 1.36, 8.1],
  ['nw', 'New customers', 102, 1.8, 3.8],
  ['ne', 'Stock trading', 274, 1.45, 15.1],
  ['in', 'Internet support', 419, 1.74, 7.8],
  ['tt', 'Call back desk', 178, 1.36, 8.1],
]

export function bankFacts(calls: readonly Call[]): KindFacts[] {
  const present = new Set(calls.map((call) => call.kind))
  return BANK_FACTS.filter(([kind]) => present.has(kind)).map(
    ([kind, displayName, handleS, handleScv, patienceMin]) => ({
      kind,
      queueId: kind,
      displayName,
      channel: 'voice',
      skillId: kind,
      handleMeanMs: handleS * SECOND,
      handleScv,
      patienceMeanMs: patienceMin * MINUTE,
    }),
  )
}

const HANDLE_MS_UNKNOWN = 5 * MINUTE
const PATIENCE_MS_UNKNOWN = 8 * MINUTE

/**
 * From the file itself: mean handle time, and patience as censored data (exponential, so waits over
 * those who left).
 */
export function measuredFacts(calls: readonly Call[]): KindFacts[] {
  const kinds = Map.groupBy(calls, (call) => call.kind)
  return [...kinds].map(([kind, alike]) => {
    const [queue = kind, channel] = kind.split(':')
    const handles = alike.flatMap((call) => call.handleMs ?? [])
    const mean = handles.reduce((sum, ms) => sum + ms, 0) / handles.length
    const left = alike.filter((call) => !call.patience.censored).length
    const waited = alike.reduce((sum, call) => sum + call.patience.ms, 0)
    return {
      kind,
      queueId: queue,
      displayName: queue,
      channel: channel === 'chat' || channel === 'email' ? channel : 'voice',
      skillId: `queue.${queue}`,
      handleMeanMs: handles.length === 0 ? HANDLE_MS_UNKNOWN : Math.max(SECOND, mean),
      handleScv: 1.4,
      patienceMeanMs: left === 0 ? PATIENCE_MS_UNKNOWN : Math.max(SECOND, waited / left),
    }
  })
}

export interface Naming {
  readonly pool: string
  readonly displayName: string
}

const SKILL_LEVELS = 5
/** Skills of files go up to this. */
const LEVELS_MOST = 10

/**
 * A day that can be run: recorded arrivals, what was not recorded drawn, and staff for the load.
 */
export function dayOfCalls(
  calls: readonly Call[],
  facts: readonly KindFacts[],
  naming: Naming,
  seed: number,
): Day {
  const factsOf = new Map(facts.map((fact) => [fact.kind, fact]))
  const arrivals = calls.flatMap((call) => {
    const fact = factsOf.get(call.kind)
    return fact === undefined ? [] : [arrivalOf(call, fact, seed)]
  })
  const first = arrivals[0]
  const last = arrivals.at(-1)
  if (first === undefined || last === undefined) throw new Error('a day without arrivals')
  const fromMs = Math.floor(first.atMs / MINUTE) * MINUTE
  const kinds: Kind[] = facts.map(({ kind, skillId, channel }) => ({ kind, skillId, channel }))
  const own = new Set(kinds.map((kind) => kind.skillId))
  const required = calls.flatMap((call) => call.requirements)
  const highest = required.reduce((most, { level }) => Math.max(most, level), SKILL_LEVELS)
  const maxLevel = Math.min(LEVELS_MOST, highest)
  const extra = new Set(required.map((one) => one.skillId).filter((id) => !own.has(id)))
  const kindOf = new Map(calls.map((call) => [call.contactId, call.kind]))
  const overheadMs = 5 * SECOND
  return {
    pool: naming.pool,
    displayName: naming.displayName,
    fromMs,
    untilMs: last.atMs + 1,
    skills: [...own, ...extra].map((skillId) => ({ skillId, displayName: skillId, maxLevel })),
    queues: facts.map(queueOf),
    agents: staffFor({
      fromMs,
      untilMs: last.atMs + 1,
      work: arrivals.map(({ atMs, talkMs, wrapUpMs, contactId }) => ({
        atMs,
        workMs: talkMs + wrapUpMs + overheadMs,
        kind: kindOf.get(contactId) ?? '',
      })),
      kinds,
      extraSkills: [...extra],
      maxLevel,
      seed,
    }),
    arrivals,
  }
}

function arrivalOf(call: Call, fact: KindFacts, seed: number): Arrival {
  const random = new Random(seed, `call/${call.contactId}`)
  const { patience } = call
  // Whoever was served after a wait would have waited longer; how much longer does not depend on
  // how long it was.
  const more = patience.censored ? random.exponential(fact.patienceMeanMs) : 0
  const waits = fact.channel === 'email' ? Number.POSITIVE_INFINITY : patience.ms + more
  const drawn = Math.round(random.logNormal(fact.handleMeanMs, fact.handleScv))
  return {
    atMs: call.atMs,
    contactId: call.contactId,
    queueId: fact.queueId,
    requirements: call.requirements,
    priority: call.priority,
    customerKey: call.customerKey === '' ? `caller-${call.contactId}` : call.customerKey,
    attributes: Buffer.from(JSON.stringify({ line: call.line, kind: call.kind })),
    patienceMs: Math.max(SECOND, Math.round(waits)),
    talkMs: Math.max(SECOND, call.handleMs ?? drawn),
    wrapUpMs: Math.round(random.exponential(15 * SECOND)),
    ...callbackHabits(random),
  }
}

function queueOf(fact: KindFacts): QueuePlan {
  const live = fact.channel !== 'email'
  return {
    queueId: fact.queueId,
    displayName: fact.displayName,
    channel: fact.channel,
    requirements: [{ skillId: fact.skillId, level: 1 }],
    targetMs: live ? MINUTE : 120 * MINUTE,
    timeToLiveMs: 120 * MINUTE,
    wrapUpMs: 2 * MINUTE,
    handleMs: Math.round(fact.handleMeanMs),
    callback:
      fact.channel === 'voice'
        ? {
            offerAboveMs: 2 * MINUTE,
            offerCadenceMs: MINUTE,
            withinMs: undefined,
            retryAfterMs: 10 * MINUTE,
            maxAttempts: 3,
          }
        : undefined,
  }
}

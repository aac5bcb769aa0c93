import type { QueueStats } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import type { EndKind, Ledger } from './platform/ledger.ts'
import type { FloorCounts } from './platform/floor.ts'
import type { ServerFigures } from './platform/platform.ts'
import { noTroubles, type TroubleCounts } from './platform/troubles.ts'

/** Counts as the server keeps them, the same for a queue and for the pool. */
export interface Counts {
  readonly accepted: number
  readonly answered: number
  readonly answered_in_target: number
  readonly completed: number
  readonly abandoned: number
  readonly expired: number
  readonly cancelled: number
  readonly callbacks_offered: number
  readonly callbacks_accepted: number
  readonly callbacks_dialled: number
  readonly callbacks_reached: number
  readonly callbacks_given_up: number
  readonly promises_kept: number
  readonly promises_broken: number
  /**
   * Of those who were answered, or gave up after the target: the share answered within it. Null:
   * there were none.
   */
  readonly service_level: number | null
}

export interface Report {
  readonly contacts: {
    readonly accepted: number
    readonly completed: number
    readonly abandoned: number
    readonly expired: number
    readonly cancelled: number
    readonly open: number
  }
  readonly callbacks: {
    readonly offered: number
    readonly accepted: number
    readonly dialled: number
    readonly completed: number
    readonly given_up: number
    readonly double_dials: number
    /** Answered a dial that went ahead of the agents. */
    readonly customer_first: number
    /** Of those, without an agent in the time that their queue allows (2 s unless it says otherwise). */
    readonly nuisances: number
    /** Line time that callbacks spared the platform, less what dialling took. */
    readonly trunk_saved_s: number
  }
  readonly promises: {
    readonly given: number
    readonly kept: number
    readonly broken: number
    /** Of those given; null: there were none. */
    readonly kept_share: number | null
  }
  readonly assignments: { readonly total: number; readonly below_required_skill: number }
  readonly service_level: number | null
  /**
   * On the line: of those who were answered there, from entering the queue to an agent's
   * acceptance.
   */
  readonly wait_ms: { readonly mean: number; readonly p50: number; readonly p95: number }
  /** At home: the same for those who were called back. */
  readonly callback_wait_ms: Report['wait_ms']
  /**
   * Median of how far the first dial was from the promised time, either way. Null: no promise was
   * due.
   */
  readonly promise_error_ms: number | null
  /** What befell the platform, and what came of it. */
  readonly troubles: {
    readonly agents_vanished: number
    readonly dials_without_agent: number
    readonly endpoints_dead: number
    readonly legs_dropped: number
    readonly legs_reconciled: number
    readonly called_again: number
  }
  /** How often a queue was told to drift, and how many agents went to another channel and back. */
  readonly floor: FloorCounts
  readonly violations: number
  readonly violation_details: readonly string[]
  readonly log: { readonly records: number; readonly bytes: number }
  readonly per_queue: Readonly<Record<string, Counts>>
}

function countsOf(stats: QueueStats): Counts {
  const late = stats.abandoned - stats.abandonedInTarget
  const judged = stats.answered + late
  return {
    accepted: stats.accepted,
    answered: stats.answered,
    answered_in_target: stats.answeredInTarget,
    completed: stats.completed,
    abandoned: stats.abandoned,
    expired: stats.expired,
    cancelled: stats.cancelled,
    callbacks_offered: stats.callbacksOffered,
    callbacks_accepted: stats.callbacksAccepted,
    callbacks_dialled: stats.dialled,
    callbacks_reached: stats.callbacksReached,
    callbacks_given_up: stats.callbacksGivenUp,
    promises_kept: stats.promisesKept,
    promises_broken: stats.promisesBroken,
    service_level: judged === 0 ? null : stats.answeredInTarget / judged,
  }
}

/** Of a sorted list, by nearest rank; 0 of an empty one. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}

function waits(ms: readonly number[]): Report['wait_ms'] {
  const sorted = ms.toSorted((a, b) => a - b)
  const sum = sorted.reduce((total, wait) => total + wait, 0)
  const mean = sorted.length === 0 ? 0 : Math.round(sum / sorted.length)
  return { mean, p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) }
}

function promiseError(errors: readonly number[]): number | null {
  if (errors.length === 0) return null
  return quantile(
    errors.map(Math.abs).sort((a, b) => a - b),
    0.5,
  )
}

/**
 * The day in figures: the server's, against which the ledger's are held. `whole`: the ledger saw
 * the day from its beginning, so that every difference is a violation.
 */
export function reportOf(
  figures: ServerFigures,
  ledger: Ledger,
  whole: boolean,
  told: {
    readonly troubles?: Readonly<TroubleCounts>
    readonly floor?: Readonly<FloorCounts> | undefined
  } = {},
): Report {
  const { troubles = noTroubles, floor = { drifts: 0, moves: 0, returns: 0, in_breaks: 0 } } = told
  const total = (pick: (stats: QueueStats) => number) =>
    figures.queues.reduce((sum, stats) => sum + pick(stats), 0)
  const { health } = figures
  const contacts = {
    accepted: total((stats) => stats.accepted),
    completed: total((stats) => stats.completed),
    abandoned: total((stats) => stats.abandoned),
    expired: total((stats) => stats.expired),
    cancelled: total((stats) => stats.cancelled),
    open: health.openContacts,
  }
  const givenUp = total((stats) => stats.callbacksGivenUp)
  const late = contacts.abandoned - total((stats) => stats.abandonedInTarget)
  const judged = total((stats) => stats.answered) + late
  const found = [
    ...ledger.details,
    ...health.violationDetails,
    ...differences(contacts, givenUp, ledger, whole),
  ]
  const unnamed = ledger.violations - ledger.details.length
  const unnamedByServer = health.violations - health.violationDetails.length
  if (health.pastDeadline > 0) found.push(`${health.pastDeadline} entities past their deadline`)
  const low = health.assignmentsBelowRequiredSkill
  if (low > 0) found.push(`${low} assignments below a required level, says the server`)
  return {
    contacts,
    callbacks: callbacksOf(total, ledger),
    promises: promisesOf(
      total((stats) => stats.promisesKept),
      total((stats) => stats.promisesBroken),
      ledger.promisesGiven,
    ),
    assignments: {
      total: health.assignments,
      below_required_skill: Math.max(
        health.assignmentsBelowRequiredSkill,
        ledger.belowRequiredSkill,
      ),
    },
    service_level: judged === 0 ? null : total((stats) => stats.answeredInTarget) / judged,
    wait_ms: waits(ledger.waitsMs),
    callback_wait_ms: waits(ledger.callbackWaitsMs),
    promise_error_ms: promiseError(ledger.promiseErrorsMs),
    troubles: troublesOf(troubles),
    floor: { ...floor },
    violations: found.length + unnamed + unnamedByServer,
    violation_details: found,
    log: { records: health.logRecords, bytes: health.logBytes },
    per_queue: Object.fromEntries(
      figures.queues.map((stats) => [stats.queueId, countsOf(stats)] as const),
    ),
  }
}

const callbacksOf = (
  total: (pick: (stats: QueueStats) => number) => number,
  { doubleDials }: Ledger,
): Report['callbacks'] => ({
  offered: total((stats) => stats.callbacksOffered),
  accepted: total((stats) => stats.callbacksAccepted),
  dialled: total((stats) => stats.dialled),
  completed: total((stats) => stats.callbacksReached),
  given_up: total((stats) => stats.callbacksGivenUp),
  double_dials: doubleDials,
  customer_first: total((stats) => stats.customersHeld),
  nuisances: total((stats) => stats.nuisances),
  trunk_saved_s: Math.round(total((stats) => seconds(stats.trunkSaved))),
})

const seconds = (span: QueueStats['trunkSaved']): number =>
  span === undefined ? 0 : span.seconds + span.nanos / 1_000_000_000

const troublesOf = (counts: Readonly<TroubleCounts>): Report['troubles'] => ({
  agents_vanished: counts.agentsVanished,
  dials_without_agent: counts.dialsWithoutAgent,
  endpoints_dead: counts.endpointsDead,
  legs_dropped: counts.legsDropped,
  legs_reconciled: counts.legsReconciled,
  called_again: counts.calledAgain,
})

/** `given` as the ledger knows it, which may not have seen a day's beginning. */
function promisesOf(kept: number, broken: number, booked: number): Report['promises'] {
  const given = Math.max(booked, kept + broken)
  return { given, kept, broken, kept_share: given === 0 ? null : kept / given }
}

/** What the server says of itself, and what was acknowledged to us, must be the same. */
function differences(
  contacts: Report['contacts'],
  givenUp: number,
  ledger: Ledger,
  whole: boolean,
): string[] {
  const found: string[] = []
  const { accepted, completed, abandoned, expired, cancelled, open } = contacts
  const ended = completed + abandoned + expired + cancelled + givenUp
  if (accepted !== ended + open) {
    found.push(`${accepted} contacts were accepted, but ${ended} ended and ${open} are open`)
  }
  if (!whole) return found
  const compare = (what: string, server: number, own: number) => {
    if (server !== own) found.push(`${what}: ${server} by the server, ${own} by the ledger`)
  }
  const own = (kind: EndKind) => ledger.ended.get(kind) ?? 0
  compare('accepted', accepted, ledger.accepted)
  compare('completed', completed, own('completed'))
  compare('abandoned', abandoned, own('abandoned'))
  compare('expired', expired, own('expired'))
  compare('cancelled', cancelled, own('cancelled'))
  compare('callbacks given up', givenUp, own('given_up'))
  compare('open', open, ledger.open)
  return found
}

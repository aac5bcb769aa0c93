import type { Moment } from '@evenkeel/chassis/protocol'
import type { AttemptFacts, CallbackPolicy, DialOutcome } from '@evenkeel/routing/core'
import { must } from '../failure.ts'
import type { Entry } from './entry.ts'

/** What is promised of the dials of one contact, by its entry in the ledger. */

const retried: ReadonlySet<DialOutcome> = new Set([
  'machine',
  'messageLeft',
  'busy',
  'noAnswer',
  'unknown',
])

/** A dial is asked for: never a second one, never before its time. */
export function dialAsked(entry: Entry, e: AttemptFacts, at: Moment): void {
  const { id, attempt, notBefore } = entry
  must(attempt === undefined || attempt.closed, () => `${id} is to be dialled twice at once`)
  must(entry.callback === 'accepted', () => `${id} is dialled, its callback is ${entry.callback}`)
  must(!entry.held, () => `${id} is dialled and is on the line`)
  must(at.time >= notBefore, () => `${id} is dialled ${notBefore - at.time} ms before its schedule`)
  const ahead = e.customerFirst
  must((e.agentId === '') === ahead, () => `${id} is dialled for "${e.agentId}"`)
  must(!ahead || !entry.agentFirst, () => `${id} was let go, and is dialled ahead again`)
  entry.attempt = { id: e.attemptId, claimant: '', closed: false, ahead }
  entry.first = false
}

/** A dial is over. */
export function dialClosed(
  entry: Entry,
  { attemptId, outcome }: AttemptFacts,
  policy: CallbackPolicy | undefined,
  at: Moment,
): void {
  const { attempt } = entry
  must(attempt?.id === attemptId && !attempt.closed, () => `${attemptId} was closed unopened`)
  if (attempt === undefined || outcome === 'none') return
  attempt.closed = true
  if (attempt.claimant !== '') entry.dialled += 1
  entry.unknownDial = outcome === 'unknown'
  entry.held = outcome === 'human' && attempt.ahead
  entry.first = entry.held || outcome === 'agentGone'
  if (outcome === 'human' && !entry.held) entry.callback = 'over'
  if (outcome === 'human' || outcome === 'calledIn') return
  entry.live = undefined
  if (retried.has(outcome)) tryLater(entry, outcome, policy, at)
}

/** Not before the delay that the queue's schedule has for the outcome; an unknown one is none. */
export function tryLater(
  entry: Entry,
  ended: DialOutcome,
  policy: CallbackPolicy | undefined,
  at: Moment,
): void {
  const outcome = ended === 'unknown' ? 'noAnswer' : ended
  const tries = (entry.tries.get(outcome) ?? 0) + 1
  entry.tries.set(outcome, tries)
  const delays = policy?.retries?.find((rule) => rule.outcome === outcome)?.delaysMs
  const delay = delays?.[Math.min(tries, delays.length) - 1] ?? policy?.retryAfterMs ?? 0
  entry.notBefore = at.time + delay
}

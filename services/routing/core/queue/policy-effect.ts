import type { Moment } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { isOfferDue } from '../callback/review.ts'
import { servedUntil } from './hours.ts'
import { closingRuleAt } from './opening.ts'
import { policyChanges, type Settings } from './policy-fields.ts'
import { settingsOf } from './policy.ts'
import type { QueueRow } from '../schema.ts'
import { many } from '../explain/spoken.ts'
import { isQueued, type RoutingState } from '../state.ts'
import { aheadOfNewcomer } from '../wait/wait.ts'

/** What a change of policy means to those who wait, in figures and in words. */
export interface PolicyEffect {
  readonly sentence: string
  readonly waiting: number
  readonly lookedAt: number
  readonly callbacksOfferedNow: number
  readonly cancelledNow: number
  readonly aboveMaxWaiting: number
  readonly aheadOfNewcomer: number
  readonly staffedAgents: number
}

/**
 * Of a queue as it is after the change; `before`: undefined, it did not exist. Asked right after
 * the change, before the work list has begun with those who wait. At most `lookMax` are looked at.
 */
export function policyEffect(
  s: RoutingState,
  queue: QueueRow,
  before: Settings | undefined,
  at: Moment,
  lookMax: number,
): PolicyEffect {
  const { time } = at
  const waiting = s.inQueue.size(queue.slot)
  const fields = policyChanges(before, settingsOf(queue)).map(({ field }) => field)
  const figures = {
    waiting,
    ...lookAt(s, queue, fields, time, lookMax),
    aboveMaxWaiting: Math.max(0, waiting - queue.policy.maxWaiting),
    aheadOfNewcomer: aheadOfNewcomer(s, queue, 0, time),
    staffedAgents: s.staffing.agentsFor(queue.ownClass),
  }
  return { ...figures, sentence: sentenceOf(figures, fields) }
}

function lookAt(
  s: RoutingState,
  queue: QueueRow,
  fields: readonly string[],
  time: number,
  lookMax: number,
) {
  const offers = fields.some((field) => field.startsWith('callback.offer_'))
  const hours = fields.some((field) => field.startsWith('hours.'))
  const closes =
    hours && servedUntil(s, queue, time) <= time && closingRuleAt(queue, time) === 'cancel'
  let [lookedAt, callbacksOfferedNow, cancelledNow] = [0, 0, 0]
  let slot = s.inQueue.first(queue.slot)
  for (; slot !== NONE && lookedAt < lookMax; slot = s.inQueue.next(slot)) {
    const contact = s.contacts.at(slot)
    lookedAt += 1
    const ends = closes && isQueued(contact.state) && !contact.awaitsOpening
    if (ends) cancelledNow += 1
    else if (offers && isOfferDue(s, contact, time)) callbacksOfferedNow += 1
  }
  return { lookedAt, callbacksOfferedNow, cancelledNow }
}

type Figures = Omit<PolicyEffect, 'sentence'>

function sentenceOf(f: Figures, fields: readonly string[]): string {
  if (fields.length === 0) return 'Nothing changes.'
  const one = f.waiting === 1
  const [wait, keep] = one ? ['waits', 'keeps'] : ['wait', 'keep']
  const kept = `${wait} and ${keep} place, time to live and required skills`
  const said = [
    f.waiting === 0
      ? 'Nobody waits; it holds for whoever comes.'
      : `${many(f.waiting, 'customer')} ${kept}; the rest holds for whoever comes.`,
  ]
  const least = f.lookedAt < f.waiting ? 'At least ' : ''
  if (f.callbacksOfferedNow > 0) {
    said.push(`${least}${f.callbacksOfferedNow} of them will be offered a callback now.`)
  }
  if (f.cancelledNow > 0) {
    said.push(`${least}${f.cancelledNow} of them will be sent away: by its new hours it is closed.`)
  }
  if (f.aboveMaxWaiting > 0) {
    said.push(
      `That is ${f.aboveMaxWaiting} more than may wait; until they have gone, whoever comes is refused.`,
    )
  }
  if (f.staffedAgents === 0) said.push('Nobody at work has the skills that it asks for.')
  return said.join(' ')
}

import { ContactState } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { OfferEnd } from '@evenkeel/proto/evenkeel/routing/v1/events'
import type { Acknowledged, Deed } from '../book/book.ts'
import type { Kind, Published } from './published.ts'

export interface Effects {
  /** Acknowledged, and no event tells of it. */
  readonly lost: readonly string[]
  /** Told of by two events of different ids. */
  readonly doubled: readonly string[]
  /** Decided after the position that the answer stated. */
  readonly late: readonly string[]
}

/** What one event says has happened, and whether it may happen again. */
interface Said {
  readonly key: string
  readonly again: boolean
}

/** The one effect of each acknowledged deed, by pool: found once, and no later than was said. */
export function effectsOf(book: readonly Acknowledged[], events: readonly Published[]): Effects {
  const found = new Map<string, Published>()
  const doubled: string[] = []
  for (const event of events) {
    for (const { key, again } of saidBy(event.kind)) {
      const name = `${event.pool}: ${key}`
      const first = found.get(name)
      if (first === undefined) found.set(name, event)
      else if (!again) doubled.push(`${name}, by ${first.id} and ${event.id}`)
    }
  }
  const lost: string[] = []
  const late: string[] = []
  for (const entry of book) {
    const name = `${entry.pool}: ${expected(entry.deed)}`
    const event = found.get(name)
    if (event === undefined) lost.push(`${name} (acknowledged at ${entry.position})`)
    // Of a claim only the end of the dial tells, which comes later.
    else if (entry.deed.kind !== 'dialClaimed' && after(event, entry.position))
      late.push(`${name}, by ${event.id} > ${entry.position}`)
  }
  return { lost, doubled, late }
}

function after(event: Published, position: string): boolean {
  const [, partition, offset] = /^(\d+)\/(\d+)$/.exec(position) ?? []
  if (partition === undefined) return false
  return Number(partition) !== event.partition || event.offset > Number(offset)
}

function expected(deed: Deed): string {
  const { contactId } = deed
  switch (deed.kind) {
    case 'submitted':
      return deed.answeredId === contactId
        ? `${contactId} accepted`
        : `${contactId} merged into ${deed.answeredId}`
    case 'accepted':
      return `offer ${deed.offer.id} of ${contactId} taken by ${deed.offer.by}`
    case 'declined':
      return `offer ${deed.offer.id} of ${contactId} turned down by ${deed.offer.by}`
    case 'connected':
      return `${contactId} connected`
    case 'ended':
      return `${contactId} ended ${stateName(deed.state)}`
    case 'callbackChosen':
      return `${contactId} is to be called back`
    case 'dialClaimed':
      return `dial ${deed.dial.id} of ${contactId} by ${deed.dial.by}`
    case 'dialReported':
      return `dial ${deed.dial.id} of ${contactId} over`
    default:
      return deed satisfies never
  }
}

const stateNames = new Map<number, string>(
  Object.entries(ContactState).map(([name, value]) => [value, name.slice('CONTACT_STATE_'.length)]),
)

export const stateName = (state: ContactState): string => stateNames.get(state) ?? String(state)

const once = (key: string): Said[] => [{ key, again: false }]

function saidBy(kind: Kind): Said[] {
  switch (kind.$case) {
    case 'contactAccepted':
      return once(`${kind.value.contact?.contactId} accepted`)
    case 'contactMerged':
      return once(`${kind.value.mergedContactId} merged into ${kind.value.contactId}`)
    case 'offerAccepted': {
      const { offerId, contactId, agentId } = kind.value
      return once(`offer ${offerId} of ${contactId} taken by ${agentId}`)
    }
    case 'offerClosed': {
      const { offerId, contactId, agentId, end } = kind.value
      if (end !== OfferEnd.OFFER_END_DECLINED) return []
      return once(`offer ${offerId} of ${contactId} turned down by ${agentId}`)
    }
    case 'contactConnected':
      // Given to another agent, it is connected again.
      return [{ key: `${kind.value.contactId} connected`, again: true }]
    case 'callbackAccepted':
      return once(`${kind.value.contactId} is to be called back`)
    case 'dialClosed': {
      const { contactId, attempt } = kind.value
      const over = `dial ${attempt?.attemptId} of ${contactId} over`
      if (attempt === undefined || attempt.claimant === '') return once(over)
      const claimed = `dial ${attempt.attemptId} of ${contactId} by ${attempt.claimant}`
      return [...once(over), ...once(claimed)]
    }
    case 'contactEnded': {
      const { contactId, state = ContactState.CONTACT_STATE_UNSPECIFIED } = kind.value.contact ?? {}
      return once(`${contactId} ended ${stateName(state)}`)
    }
    default:
      return []
  }
}

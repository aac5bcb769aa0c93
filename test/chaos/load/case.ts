import { Random } from 'evenkeel/day/random.ts'
import type { Contact, ContactState } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { PEOPLE, type QueueName } from './plan.ts'

/** What is drawn for a contact before it comes. */
export interface Traits {
  readonly queueId: QueueName
  readonly onStream: boolean
  readonly patienceMs: number | undefined
  readonly takesCallback: boolean
  readonly callsAgainMs: number | undefined
  readonly mediaEnds: boolean
  readonly talkMs: number
}

/** A contact as its platform knows it. */
export interface Case {
  readonly contactId: string
  readonly traits: Traits
  /** Newest version told. */
  version: number
  state: ContactState | undefined
  /** The state of which the platform has taken note. */
  noted: string
  asked: boolean
  /** Dials that the diallers have taken note of. */
  readonly dials: Set<string>
}

export function traitsOf(seed: number, contactId: string): Traits {
  const random = new Random(seed, contactId)
  const between = ([from, to]: readonly [number, number]) => random.between(from, to)
  const impatient = random.chance(PEOPLE.impatient)
  const takesCallback = random.chance(PEOPLE.callback)
  const callsAgain = takesCallback && random.chance(PEOPLE.callsAgain)
  return {
    queueId: random.chance(PEOPLE.expert) ? 'experts' : 'calls',
    onStream: random.chance(PEOPLE.onStream),
    patienceMs: impatient ? between(PEOPLE.patienceMs) : undefined,
    takesCallback,
    callsAgainMs: callsAgain ? between(PEOPLE.callsAgainMs) : undefined,
    mediaEnds: random.chance(PEOPLE.mediaEnds),
    talkMs: between(PEOPLE.talkMs),
  }
}

export function openCase(seed: number, contactId: string): Case {
  const traits = traitsOf(seed, contactId)
  const dials = new Set<string>()
  return { contactId, traits, version: -1, state: undefined, noted: '', asked: false, dials }
}

/** Takes a newer state; false: an older one, or of no change of state. */
export function news(one: Case, contact: Contact): boolean {
  if (contact.version <= one.version) return false
  one.version = contact.version
  one.state = contact.state
  return true
}

import { type Alternative, explainContact } from '../core/index.ts'
import { minute } from './office.ts'
import type { Story } from './story.ts'

/** What stories of alternatives share: what is offered, how it is asked for and answered. */

export const of = (kind: Alternative['kind'], more: Partial<Alternative> = {}): Alternative => ({
  alternativeId: kind,
  kind,
  queueId: '',
  afterMs: 0,
  requirements: [],
  insteadOf: [],
  ...more,
})

export const calls = of('callback', { queueId: 'calls' })
export const ticket = of('ticket', { queueId: 'tickets' })
export const later = of('later', { afterMs: 30 * minute })
export const english = of('requirements', {
  alternativeId: 'english',
  requirements: [{ skillId: 'english', minimumLevel: 3 }],
  insteadOf: ['finnish'],
})

export const asking = {
  offerAboveMs: minute,
  offerLevelBp: 5_000,
  offerCadenceMs: 2 * minute,
  offerTimeoutMs: minute / 2,
}

/** A customer who waits in Finnish, and is asked. */
export const answer = (contactId: string, alternativeId: string | undefined, addressRef = '') =>
  ({
    kind: 'respondToCallbackOffer',
    pool: 'p',
    contactId,
    accept: alternativeId !== undefined,
    addressRef,
    actor: 'bot-1',
    ...(alternativeId !== undefined && { alternativeId }),
  }) as const

export const offers = (s: Story): string[] =>
  s.told('alternativesOffered').map(({ contactId, choices }) => {
    return `${contactId}: ${choices.map((one) => one.alternativeId).join(' ')}`
  })

export const sentence = (s: Story, contactId: string): string =>
  explainContact(s.state, s.state.contacts.must(`p/${contactId}`), s.at).sentence

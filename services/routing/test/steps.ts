import fc from 'fast-check'
import { type Command, idOf } from '../core/index.ts'
import { profileOf, short } from './brute.ts'
import type { Story } from './story.ts'

/** Whoever the random days are about. */
export const agentIds = ['ann', 'bob', 'cid', 'dee', 'eve']
const kinds = [
  'submit',
  'submit',
  'submit',
  'submit',
  'accept',
  'accept',
  'accept',
  'answered',
  'ended',
  'failed',
  'complete',
  'complete',
  'complete',
  'decline',
  'presence',
  'signIn',
  'profile',
  'removeProfile',
  'hold',
  'resume',
  'requeue',
  'transfer',
  'abandon',
  'cancel',
  'wantsCallback',
  'claim',
  'report',
  'pass',
] as const

const cancelled = 'waiting offered connected interrupted held dialable dialling'.split(' ')

export type Step = readonly [kind: (typeof kinds)[number], a: number, b: number]

export const steps = fc.array(fc.tuple(fc.constantFrom(...kinds), fc.nat(1_000), fc.nat(1_000)), {
  minLength: 30,
  maxLength: 120,
})

const pick = <T>(from: readonly T[], n: number): T | undefined => from[n % from.length]

/** The command of a step, by what there is; undefined: nothing to do it with. */
export function commandOf(s: Story, [kind, a, b]: Step): Command | undefined {
  const agentId = pick(agentIds, a) ?? ''
  const of = (...states: readonly string[]): string => {
    const rows = s.state.contacts.inKeyOrder().filter((c) => states.includes(c.state))
    const row = pick(rows, b)
    return row ? idOf(row.id) : ''
  }
  const on = (contactId: string) => (contactId === '' ? undefined : { pool: 'p', contactId })
  const offer = pick(
    s.state.offers.inKeyOrder().filter((o) => o.status === 'open'),
    a,
  )
  const answer = offer && { pool: 'p', agentId: short(offer.agent), offerId: offer.id }
  const dialled = of('dialling')
  const dial = dialled !== '' && { ...on(dialled), attemptId: s.attemptId(dialled), claimant: 'd' }
  const media = (status: 'answered' | 'ended' | 'failed', ...states: readonly string[]) => {
    const cause = pick(['none', 'customer', 'agent', 'network'] as const, a) ?? 'none'
    const contact = on(of(...states))
    return contact && ({ kind: 'reportMedia', ...contact, status, cause } as const)
  }
  const plain = (kind: 'holdContact' | 'resumeContact' | 'abandonContact', contactId: string) =>
    contactId === '' ? undefined : ({ kind, pool: 'p', contactId } as const)
  switch (kind) {
    case 'submit':
      return submission(s, a, b)
    case 'accept':
      return answer && { kind: 'acceptOffer', ...answer }
    case 'decline':
      return answer && { kind: 'declineOffer', ...answer, retryAfterMs: (b % 4) * 2_000 }
    case 'answered':
      return media('answered', 'connecting')
    case 'ended':
      return media('ended', 'connected')
    case 'failed':
      return media('failed', 'connecting')
    case 'complete': {
      const contactId = of('connected', 'wrapUp', 'interrupted')
      if (contactId === '') return undefined
      const owner = s.contact(contactId).agentId
      return { kind: 'completeContact', pool: 'p', contactId, agentId: owner }
    }
    case 'presence': {
      const presence = pick(['ready', 'paused', 'draining', 'signedOut', 'ready'] as const, b)
      return { kind: 'setPresence', pool: 'p', agentId, presence: presence ?? 'ready', reason: '' }
    }
    case 'signIn':
      return { kind: 'signIn', pool: 'p', agentId, ready: b % 4 > 0 }
    case 'profile':
      return profileOf(agentId, b, s.time)
    case 'removeProfile':
      return b % 3 > 0 ? undefined : { kind: 'removeProfile', pool: 'p', agentId }
    case 'hold':
      return plain('holdContact', of('connected'))
    case 'resume':
      return plain('resumeContact', of('held'))
    case 'requeue': {
      const contact = on(of('offered', 'connecting', 'connected', 'wrapUp', 'interrupted'))
      return contact && { kind: 'requeueContact', ...contact, requestId: `r${s.offset}` }
    }
    case 'transfer': {
      const contact = on(of('waiting', 'connected', 'held'))
      const to = { queueId: 'any', requirements: [], requestId: `t${s.offset}` }
      return contact && s.contact(contact.contactId).channel === 'voice'
        ? { kind: 'transferContact', ...contact, ...to }
        : undefined
    }
    case 'abandon':
      return plain('abandonContact', of('waiting', 'offered', 'connecting'))
    case 'cancel': {
      const contact = on(of(...cancelled))
      return contact && { kind: 'cancelContact', ...contact, reason: '' }
    }
    case 'wantsCallback': {
      const contact = on(of('waiting'))
      const answered = { accept: b % 5 > 0, addressRef: 'tel' }
      return contact && { kind: 'respondToCallbackOffer', ...contact, ...answered }
    }
    case 'claim':
      return dial ? { kind: 'claimDial', pool: 'p', contactId: dialled, ...dial } : undefined
    case 'report': {
      const outcome = pick(['human', 'busy', 'invalid', 'congestion', 'agentGone'] as const, b)
      return dial && outcome
        ? { kind: 'reportDial', pool: 'p', contactId: dialled, ...dial, outcome }
        : undefined
    }
    case 'pass':
      return undefined
    default:
      return kind satisfies never
  }
}

function submission(s: Story, a: number, b: number): Command {
  const queueId = pick(['any', 'x2', 'web', 'x1y1', 'mail'], a) ?? 'any'
  const named = (n: number) => (n % 4 === 0 ? [pick(agentIds, n >> 2) ?? ''] : [])
  return s.submission(`c${s.offset}`, queueId, {
    priority: (b % 5) - 2,
    requirements: b % 3 === 0 ? [{ skillId: 'y', minimumLevel: 1 + (b % 2) }] : [],
    preferredAgentIds: named(b),
    holdOutMs: b % 8 === 0 ? 3_000 : 0,
    excludedAgentIds: named(a),
    customerKey: b % 6 === 0 ? 'k' : '',
  })
}

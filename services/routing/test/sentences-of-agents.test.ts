import { describe } from 'node:test'
import type { Presence } from '../core/index.ts'
import { calledAway } from './called-away.ts'
import { explainedAgents, type Row } from './sentences.ts'
import { Story } from './story.ts'
import { working } from './work.ts'

const minute = 60_000
const drill = { pool: 'p', reason: 'fire drill', actor: 'sue' } as const

/** Ann is at work and skilled for tax; then something happens. */
function ann(happens: (s: Story) => void = () => {}): Story {
  const s = new Story()
  s.queue('tax')
  s.queue('mail', { channel: 'email' })
  s.agent('ann', { tax: 3 }, { voice: 100, email: 50 })
  happens(s)
  return s
}

const force = (presence: Presence, holdMs = 0) =>
  ann((s) => {
    const by = { ...drill, agentId: 'ann', requestId: 'f1', holdMs, releaseWork: false }
    s.do({ kind: 'forceAgentState', ...by, presence })
  })

describe('whether an agent is at work is told', () => {
  const table: Record<Presence, Row> = {
    signedOut: [
      'ann is not at work, and gets nothing before signing in.',
      () => ann((s) => s.presence('ann', 'signedOut')),
    ],
    ready: ['ann is free: nothing that ann is skilled for waits.', () => ann()],
    paused: [
      'ann is paused: lunch. Until ann is ready again nothing is offered.',
      () => ann((s) => s.presence('ann', 'paused', 'lunch')),
    ],
    draining: [
      'ann finishes 1 open contact, gets nothing new, and leaves then.',
      () =>
        ann((s) => {
          s.submit('c1', 'tax')
          s.talk('ann')
          s.presence('ann', 'draining')
        }),
    ],
  }
  explainedAgents(table)
  explainedAgents({
    'paused without a reason': [
      'ann is paused: no reason was given. Until ann is ready again nothing is ' + 'offered.',
      () => ann((s) => s.presence('ann', 'paused')),
    ],
    'just signed in': [
      'ann is paused: has just signed in and is not ready yet. Until ann is ready ' +
        'again nothing is offered.',
      () =>
        ann((s) => {
          s.presence('ann', 'signedOut')
          s.do({ kind: 'signIn', pool: 'p', agentId: 'ann', ready: false })
        }),
    ],
    'an offer missed': [
      'ann is paused: an offer was not answered. Until ann is ready again nothing is ' + 'offered.',
      () =>
        ann((s) => {
          s.submit('c1', 'tax')
          s.pass(minute)
        }),
    ],
    'the desk lost': [
      'ann is paused: the connection to the desk was lost. Until ann is ready again ' +
        'nothing is offered.',
      () =>
        ann((s) => {
          s.openDesk('ann', 't1')
          s.cutDesk('ann', 't1')
          s.submit('c1', 'tax')
          s.pass(16_000)
        }),
    ],
    'the profile gone': [
      'ann finishes 1 open contact, gets nothing new, and leaves then, since the ' +
        'profile was removed.',
      () =>
        ann((s) => {
          s.submit('c1', 'tax')
          s.talk('ann')
          s.do({ kind: 'removeProfile', pool: 'p', agentId: 'ann' })
        }),
    ],
    'paused by a supervisor': [
      'ann is paused by sue: fire drill. Until ann is ready again nothing is offered.',
      () => force('paused'),
    ],
    'held paused': [
      'ann is paused by sue: fire drill. Until ann is ready again nothing is offered. ' +
        'Only a supervisor can end that within 10 minutes from now.',
      () => force('paused', 10 * minute),
    ],
    'sent home': [
      'ann is not at work, and gets nothing before signing in. sue wants it so (fire ' + 'drill).',
      () => force('signedOut'),
    ],
  })
})

describe('why who is ready has nothing, or no more, is told', () => {
  const off = { offersOff: true, dialsOff: undefined, learningOff: undefined } as const
  explainedAgents({
    'an offer to answer': [
      'ann has an offer to answer: contact c1 of the queue tax; unless ann answers ' +
        'within 20 seconds, it goes to somebody else.',
      () => ann((s) => s.submit('c1', 'tax')),
    ],
    'a call, and one waits': [
      'ann works on 1 contact, which takes all that ann can do at once; 1 contact ' +
        'that ann is skilled for waits.',
      () =>
        ann((s) => {
          s.submit('c1', 'tax')
          s.talk('ann')
          s.submit('c2', 'tax')
        }),
    ],
    'what waits is not for ann': [
      'ann is free; what waits is kept for other agents or must not go to ann.',
      () => ann((s) => s.submit('c1', 'tax', { excludedAgentIds: ['ann'] })),
    ],
    'offers switched off': [
      'ann is free; sue has switched all offers off (fire drill), so nothing is ' +
        'offered until somebody switches them on again.',
      () =>
        ann((s) => {
          working(s, { kind: 'setPoolSwitches', ...off, ...drill })
          s.submit('c1', 'tax')
        }),
    ],
    'emails only': [
      'ann is free: nothing that ann is skilled for waits. For now ann is given only ' +
        'emails (mail is late), for another 10 minutes.',
      () =>
        ann((s) => {
          const only = {
            channels: ['email' as const],
            reason: 'mail is late',
            until: s.time + 10 * minute,
          }
          s.do({ kind: 'setActiveChannels', pool: 'p', agentId: 'ann', ...only })
        }),
    ],
    'a phone out of reach': [
      'ann is free: nothing that ann is skilled for waits. For calls the phone or ' +
        'screen of ann cannot be reached, so ann gets none until it is tried again.',
      () =>
        ann((s) => {
          const phone = { channels: ['voice'], reachable: false, forMs: 10 * minute } as const
          s.do({ kind: 'setEndpointState', pool: 'p', agentId: 'ann', ...phone })
        }),
    ],
    'calls outside': [
      'ann is free: nothing that ann is skilled for waits. Calls outside this system ' +
        'take 80% of what ann can do at once.',
      () =>
        ann((s) => {
          const load = { weight: 80, forMs: 5 * minute }
          s.do({ kind: 'setExternalLoad', pool: 'p', agentId: 'ann', ...load })
        }),
    ],
    'an email set aside': [
      'ann works on 2 contacts, which take all that ann can do at once; nothing that ' +
        'ann is skilled for waits. 1 contact is set aside; before ann has gone on with ' +
        'that only calls and chats come.',
      () => calledAway(),
    ],
  })
})

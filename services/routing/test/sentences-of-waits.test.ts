import { describe } from 'node:test'
import { minute, Office, plainHours } from './office.ts'
import { explained } from './sentences.ts'
import { Story } from './story.ts'
import { working } from './work.ts'

const tax3 = [{ skillId: 'tax', minimumLevel: 3 }]
const off = { offersOff: undefined, dialsOff: undefined, learningOff: undefined } as const
const drill = { pool: 'p', reason: 'fire drill', actor: 'sue' } as const

/** A queue for which tax at level 3 is needed; c1 comes after what was done. */
function taxed(happens: (s: Story) => void = () => {}, more: object = {}, policy = {}): Story {
  const s = new Story()
  s.queue('tax', { requirements: tax3, policy })
  happens(s)
  s.submit('c1', 'tax', more)
  return s
}

const switched = (s: Story, what: object): void =>
  void working(s, { kind: 'setPoolSwitches', ...off, ...what, ...drill })

function closed(until: boolean): Office {
  const s = new Office()
  s.queue('tax')
  s.submit('c1', 'tax')
  const when = until ? s.time + 30 * minute : undefined
  s.work({
    ...{ kind: 'setQueueState', ...drill, queueId: 'tax', state: 'closed', until: when },
    ...{ rule: undefined, whenClosed: undefined, destination: '' },
  })
  return s
}

function atNight(): Office {
  const s = new Office()
  s.open('tax', { ...plainHours })
  s.submit('c1', 'tax')
  s.skip(2 * 60 * minute)
  return s
}

function dead(): Story {
  const s = new Story()
  const breaker = { windowMs: 30_000, minFailures: 3, probeEveryMs: 5_000, pausedShareBp: 5_000 }
  s.do({ kind: 'putEndpointBreaker', pool: 'p', policy: breaker })
  s.queue('tax')
  for (const name of ['ann', 'bob', 'cem', 'dan']) s.agent(name, {})
  for (let n = 2; n <= 8; n++) s.submit(`c${n}`, 'tax')
  for (const name of ['ann', 'bob', 'cem']) {
    const contactId = s.offered(name)
    s.accept(name)
    s.media(contactId, 'failed', 'network')
  }
  s.submit('c1', 'tax')
  return s
}

const unstaffed = (action: 'refuse' | 'overflow'): Story => {
  const s = new Story()
  const queueId = action === 'overflow' ? 'night' : ''
  s.queue('night')
  const policy = { unstaffed: { action, graceMs: minute, queueId } as const }
  s.queue('tax', { requirements: tax3, policy })
  s.submit('c1', 'tax')
  s.pass(1_000)
  return s
}

function overflown(): Story {
  const s = new Story()
  s.queue('night')
  const limit = { waitingMax: 1, waitP80MaxMs: 0, action: 'overflow', queueId: 'night' } as const
  s.queue('tax', { policy: { entryLimit: limit } })
  s.submit('c0', 'tax')
  s.submit('c1', 'tax')
  return s
}

/** Sent on as its queue was closed, or as nobody came who could serve it there. */
function sentOn(why: 'closed' | 'unstaffed'): Story {
  if (why === 'unstaffed') {
    const s = unstaffed('overflow')
    s.agent('bob', {})
    s.presence('bob', 'paused')
    s.pass(minute)
    return s
  }
  const s = new Office()
  s.queue('night')
  s.open('tax', { whenClosed: 'afterHours', afterHoursQueueId: 'night' })
  s.skip(2 * 60 * minute)
  s.submit('c1', 'tax')
  return s
}

const escalated = (): Story => {
  const escalation = { afterOffers: 1, priorityBump: 5, queueId: '' }
  const s = taxed((story) => story.agent('ann', { tax: 3 }), {}, { escalation })
  s.decline('ann')
  return s
}

describe('why nobody has it yet is told of who waits', () => {
  explained({
    'with nobody known who is skilled': [
      'The customer waits in place 1 of the queue tax for an agent with tax from ' +
        'level 3; no agent is known who has the skills for it. Of the agents at work, 1 ' +
        'has tax below the level needed. Unless an agent comes, it ends in 4 hours.',
      () => taxed((s) => s.agent('ann', { tax: 1 })),
    ],
    'with nobody skilled at work': [
      'The customer waits in place 1 of the queue tax for an agent with tax from ' +
        'level 3; nobody at work has the skills for it. Unless an agent comes, it ends ' +
        'in 4 hours.',
      () => taxed((s) => s.profile('ann', { tax: 3 })),
    ],
    'with nobody ready': [
      'The customer waits in place 1 of the queue tax for an agent with tax from ' +
        'level 3; of those who have the skills for it nobody is ready, so nobody knows ' +
        'how long. Of the agents at work, 1 is paused or about to leave. Unless an ' +
        'agent comes, it ends in 4 hours.',
      () =>
        taxed((s) => {
          s.agent('ann', { tax: 3 })
          s.presence('ann', 'paused', 'lunch')
        }),
    ],
    'with nobody free': [
      'The customer waits in place 1 of the queue tax for an agent with tax from ' +
        'level 3; the wait is about 4 minutes. Of the agents at work, 1 is busy, 1 has ' +
        'no skill tax.',
      () =>
        taxed((s) => {
          s.agent('ann', { tax: 3 })
          s.submit('c0', 'tax')
          s.talk('ann')
          s.agent('bob', {})
        }),
    ],
    'for a preferred agent': [
      'The customer waits in the queue tax for a preferred agent (ann), who cannot ' +
        'take it yet; in 30 seconds it may go to anybody skilled for it.',
      () =>
        taxed(
          (s) => {
            s.agent('ann', { tax: 3 })
            s.submit('c0', 'tax')
            s.talk('ann')
          },
          { preferredAgentIds: ['ann'], holdOutMs: 30_000 },
        ),
    ],
    'for a closed queue': [
      'The customer waits at the same place: sue has closed the queue tax (fire ' +
        'drill), and it opens in 30 minutes.',
      () => closed(true),
    ],
    'for a queue that is closed until somebody opens it': [
      'The customer waits at the same place: sue has closed the queue tax (fire ' +
        'drill) until somebody opens it again.',
      () => closed(false),
    ],
    'for the next day': [
      'The customer waits at the same place: the queue tax is closed at this hour, ' +
        'and it opens in 21 hours.',
      atNight,
    ],
    'while offers are off': [
      'The customer waits in place 1 of the queue tax for an agent with tax from ' +
        'level 3, and keeps it. Nobody is offered anything until somebody switches that ' +
        'on again: sue has switched it off (fire drill).',
      () => taxed((s) => switched(s, { offersOff: true })),
    ],
    'while endpoints are dead': [
      'The customer waits in place 5 of the queue tax, and keeps it. The phones or ' +
        'screens of the agents cannot be reached, so nobody is offered anything; it is ' +
        'tried again every few seconds.',
      dead,
    ],
    'in vain, to be refused': [
      'The customer waits in place 1 of the queue tax for an agent with tax from ' +
        'level 3; no agent is known who has the skills for it. Unless one comes within ' +
        '59 seconds, it ends.',
      () => unstaffed('refuse'),
    ],
    'in vain, to be sent on': [
      'The customer waits in place 1 of the queue tax for an agent with tax from ' +
        'level 3; no agent is known who has the skills for it. Unless one comes within ' +
        '59 seconds, it goes to the queue night, if there is one there.',
      () => unstaffed('overflow'),
    ],
    'where it was sent on to': [
      'The customer waits in place 1 of the queue night; no agent is known who takes ' +
        'calls. Unless an agent comes, it ends in 4 hours. It was sent to tax, which ' +
        'took nobody more.',
      overflown,
    ],
    'where it was sent on to from a closed queue': [
      'The customer waits in place 1 of the queue night; no agent is known who takes ' +
        'calls. Unless an agent comes, it ends in 4 hours. It was sent to tax, which ' +
        'was closed.',
      () => sentOn('closed'),
    ],
    'where it was sent on to, since nobody came': [
      'The customer waits in place 1 of the queue night; of those who take calls ' +
        'nobody is ready, so nobody knows how long. Of the agents at work, 1 is paused or ' +
        'about to leave. Unless an agent comes, it ends in 4 hours. It was sent to tax, ' +
        'where nobody at work could serve it.',
      () => sentOn('unstaffed'),
    ],
    'after offers in vain': [
      'The customer waits in place 1 of the queue tax for an agent with tax from ' +
        'level 3; the wait is about 4 minutes. Of the agents at work, 1 has declined it ' +
        'or must not have it. It was offered in vain, so it has been escalated.',
      escalated,
    ],
  })
})

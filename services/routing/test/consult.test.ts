import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Command, StartConsult } from '../core/index.ts'
import { Story } from './story.ts'
import { working } from './work.ts'

const of = { pool: 'p', contactId: 'c1' } as const
const tax = (minimumLevel: number) => [{ skillId: 'tax', minimumLevel }]

const consult = (more: Partial<StartConsult> = {}): StartConsult => ({
  ...{ kind: 'startConsult', ...of, agentId: 'bo', legContactId: 'ask', queueId: 'experts' },
  ...{ requirements: tax(4), expertMayTakeOver: false, fingerprint: 'f', ...more },
})
const warm: Command = {
  ...{ kind: 'transferContact', ...of, queueId: '', requirements: [], requestId: 'w1' },
  consultContactId: 'ask',
}
const requeue: Command = { kind: 'requeueContact', ...of, requestId: 'r1' }

/** Bo talks to a customer, and eve is an expert. */
function talking(): Story {
  const s = new Story()
  s.queue('calls')
  s.queue('experts')
  s.agent('bo', {})
  s.submit('c1', 'calls', {
    attributes: Uint8Array.of(0, 255, 7),
    references: ['urn:case:1'],
    customerKey: 'kim',
    excludedAgentIds: ['nell'],
  })
  s.talk('bo')
  s.agent('eve', { tax: 4 })
  return s
}

/** And has her on the line. */
function consulting(more: Partial<StartConsult> = {}): Story {
  const s = talking()
  s.pass(3_000)
  s.do(consult(more))
  s.talk('eve')
  return s
}

/** A supervisor sends Bo home, who gives back what is open. */
const sendHome: Command = {
  ...{ kind: 'forceAgentState', pool: 'p', agentId: 'bo', presence: 'signedOut', reason: 'ill' },
  ...{ actor: 'sue', requestId: 'f1', holdMs: 0, releaseWork: true },
}

const ends = (s: Story) => s.told('legEnded').map(({ contactId, end }) => `${contactId} ${end}`)

describe('a consult', () => {
  test('goes to an expert with everything that is known, and the owner stays', () => {
    const s = talking()
    const taken = s.time
    s.pass(3_000)
    s.do(consult())
    assert.equal(s.offered('eve'), 'ask')
    const leg = s.contact('ask')
    assert.deepEqual(leg.attributes, Uint8Array.of(0, 255, 7))
    assert.deepEqual([leg.references, leg.customerKey], [['urn:case:1'], 'kim'])
    const span = { agentId: 'bo', queueId: 'calls', from: taken, until: s.time }
    assert.deepEqual(leg.history, [{ ...span, outcome: 'consulting' }])
    assert.deepEqual([leg.leg, leg.parentContactId], ['consult', 'c1'])
    const { state, agentId, openLegContactId } = s.contact('c1')
    assert.deepEqual([state, agentId, openLegContactId], ['connected', 'bo', 'ask'])
    assert.deepEqual([s.view('bo').load, s.view('eve').load], [100, 100])
  })

  test('is below nobody: who is not skilled enough is not asked, nor is who asks', () => {
    const s = talking()
    s.presence('eve', 'paused')
    s.agent('tom', { tax: 3 })
    s.profile('bo', { tax: 5 }, { voice: 50 })
    s.do(consult())
    assert.equal(s.contact('ask').state, 'waiting')
    assert.deepEqual([s.offered('tom'), s.offered('bo')], ['', ''])
  })

  test('is no arrival: the figures of both queues are those of one customer', () => {
    const s = consulting()
    s.complete('eve', 'ask')
    s.complete('bo', 'c1')
    const { accepted, answered, completed } = s.figures('calls')
    assert.deepEqual([accepted, answered, completed], [1, 1, 1])
    const experts = s.figures('experts')
    assert.deepEqual([experts.accepted, experts.answered, experts.completed], [0, 0, 0])
    assert.equal(s.told('contactAccepted').length, 1)
    assert.equal(s.told('legStarted').length, 1)
  })

  test('is never offered a callback, however long it waits', () => {
    const s = talking()
    s.queue('experts', { callback: { offerAboveMs: 0 } })
    s.presence('eve', 'paused')
    s.do(consult())
    s.pass(120_000)
    assert.equal(s.contact('ask').callback, undefined)
    assert.deepEqual(s.told('callbackOffered'), [])
  })

  test('is given no callback either that somebody asks for: no customer is behind it', () => {
    const s = talking()
    s.queue('experts', { callback: {} })
    s.presence('eve', 'paused')
    s.do(consult())
    const asks = { kind: 'requestCallback', ...of, contactId: 'ask', addressRef: 'tel' } as const
    assert.equal(s.refuse(asks), 'CONTACT_STATE')
    assert.equal(s.contact('ask').state, 'waiting')
  })

  test('said again it is the same; other content, or a second one, is refused', () => {
    const s = consulting()
    s.do(consult())
    assert.equal(s.told('legStarted').length, 1)
    assert.equal(s.refuse(consult({ fingerprint: 'g' })), 'CONTACT_EXISTS')
    assert.equal(s.refuse(consult({ legContactId: 'more' })), 'TOO_MANY')
    s.complete('eve', 'ask')
    s.do(consult({ legContactId: 'more' }))
    const nested = { contactId: 'more', agentId: 'eve', legContactId: 'deep' }
    s.talk('eve')
    assert.equal(s.refuse(consult(nested)), 'LEG_NESTED')
  })

  test('ends as its queue closes, waiting or given back: nobody asks an expert tomorrow', () => {
    const closed: Command = {
      ...{ kind: 'setQueueState', pool: 'p', queueId: 'experts', state: 'closed' },
      ...{ reason: 'training', actor: 'sue', until: undefined, rule: undefined },
      ...{ whenClosed: undefined, destination: '' },
    }
    const waiting = talking()
    waiting.presence('eve', 'paused')
    waiting.do(consult())
    working(waiting, closed)
    const offered = talking()
    offered.do(consult())
    working(offered, closed)
    offered.presence('eve', 'paused')
    for (const s of [waiting, offered]) {
      const { endCause, state } = s.contact('ask')
      assert.deepEqual([state, endCause], ['cancelled', 'queueClosed'])
      assert.deepEqual(ends(s), ['ask over'])
      assert.deepEqual([s.contact('c1').state, s.contact('c1').openLegContactId], ['connected', ''])
    }
  })

  test('is for whoever has the contact on the line', () => {
    const s = talking()
    assert.equal(s.refuse(consult({ agentId: 'eve' })), 'CONTACT_NOT_YOURS')
    assert.equal(s.refuse(consult({ queueId: 'none' })), 'QUEUE_UNKNOWN')
    s.hold('c1')
    assert.equal(s.refuse(consult()), 'CONTACT_STATE')
    s.complete('bo', 'c1')
    assert.equal(s.refuse(consult()), 'CONTACT_ENDED')
  })
})

describe('either leg may end alone', () => {
  test('the expert leaves: the owner goes on', () => {
    const s = consulting()
    s.media('ask', 'ended')
    assert.deepEqual(ends(s), ['ask over'])
    assert.equal(s.contact('ask').state, 'wrapUp')
    const { state, openLegContactId } = s.contact('c1')
    assert.deepEqual([state, openLegContactId], ['connected', ''])
  })

  test('the customer leaves: the expert is told, and writes it up', () => {
    const s = consulting()
    s.media('c1', 'ended')
    assert.deepEqual(ends(s), ['ask parentLeft'])
    assert.deepEqual([s.contact('c1').state, s.contact('ask').state], ['wrapUp', 'wrapUp'])
    s.pass(30_000)
    assert.equal(s.contact('ask').state, 'completed')
  })

  for (const [what, move] of [
    ['is put on hold', (s: Story) => s.hold('c1')],
    ['is completed', (s: Story) => s.complete('bo', 'c1')],
    ['is cancelled', (s: Story) => s.cancel('c1')],
    ['is requeued', (s: Story) => s.do(requeue)],
  ] as const) {
    test(`nobody has answered yet, and the contact ${what}: the offer is taken back`, () => {
      const s = talking()
      s.do(consult())
      move(s)
      assert.equal(s.contact('ask').state, 'cancelled')
      assert.equal(s.contact('ask').endCause, 'parentLeft')
      assert.ok(s.told('offerClosed').some((e) => e.contactId === 'ask'))
    })
  }

  test('what is left for the expert to write up goes to nobody else', () => {
    const s = consulting()
    s.media('ask', 'ended')
    const again: Command = { kind: 'requeueContact', ...of, contactId: 'ask', requestId: 'r2' }
    assert.equal(s.refuse(again), 'CONTACT_STATE')
  })

  test('the queue gives the expert no time to write it up: it is over at once', () => {
    const s = talking()
    s.queue('experts', { policy: { wrapUpMs: 0 } })
    s.do(consult())
    s.talk('eve')
    s.media('c1', 'ended')
    assert.equal(s.contact('ask').state, 'completed')
    assert.deepEqual(ends(s), ['ask parentLeft'])
  })
})

describe('a warm transfer', () => {
  test('gives the expert the contact with its history, the former owner writes it up', () => {
    const s = consulting()
    const { enteredAt } = s.contact('c1')
    s.pass(2_000)
    s.do(warm)
    const moved = s.contact('c1')
    assert.deepEqual([moved.state, moved.agentId, moved.queueId], ['connected', 'eve', 'experts'])
    assert.deepEqual([moved.enteredAt, moved.queueEnteredAt], [enteredAt, s.time])
    assert.deepEqual(moved.requirements, tax(4))
    assert.deepEqual(
      moved.history.map(({ agentId, queueId, outcome }) => [agentId, queueId, outcome]),
      [['bo', 'calls', 'handedOver']],
    )
    const { state, agentId } = s.contact('ask')
    assert.deepEqual([state, agentId], ['wrapUp', 'bo'])
    assert.deepEqual([s.view('bo').load, s.view('eve').load], [100, 100])
    assert.deepEqual(ends(s), ['ask handedOver'])
    const [told] = s.told('contactTransferred')
    assert.deepEqual([told?.fromAgentId, told?.toAgentId], ['bo', 'eve'])
    s.do(warm)
    assert.equal(s.told('contactTransferred').length, 1)
    s.complete('eve', 'c1')
    s.pass(30_000)
    assert.deepEqual([s.view('bo').load, s.view('eve').load], [0, 0])
    assert.deepEqual([s.figures('calls').accepted, s.figures('experts').completed], [1, 1])
  })

  test('not before the expert is on the line, and not by the id of no consult', () => {
    const s = talking()
    assert.equal(s.refuse(warm), 'CONSULT_UNKNOWN')
    s.do(consult())
    assert.equal(s.refuse(warm), 'CONTACT_STATE')
  })

  test('not below the floor: the level was lowered meanwhile', () => {
    const s = consulting()
    s.profile('eve', { tax: 3 })
    assert.equal(s.refuse(warm), 'ASSIGN_REFUSED')
    assert.equal(s.contact('c1').agentId, 'bo')
  })
})

describe('the owner is gone', () => {
  test('the expert has it at once, if that was said', () => {
    const s = consulting({ expertMayTakeOver: true })
    s.do(requeue)
    assert.deepEqual([s.contact('c1').state, s.contact('c1').agentId], ['connected', 'eve'])
    s.do(requeue)
    assert.equal(s.told('contactTransferred').length, 1)
  })

  test('else it waits at its place, and the consult is over', () => {
    const s = consulting()
    s.presence('bo', 'paused')
    s.do(requeue)
    assert.deepEqual([s.contact('c1').state, s.contact('ask').state], ['waiting', 'wrapUp'])
  })
})

describe('an agent who asks an expert is sent home', () => {
  test('the expert who may take over has the customer', () => {
    const s = consulting({ expertMayTakeOver: true })
    working(s, sendHome)
    assert.equal(s.contact('c1').agentId, 'eve')
    assert.deepEqual(ends(s), ['ask handedOver'])
    assert.equal(s.view('bo').presence, 'signedOut')
  })

  test('otherwise the consult is over, and the customer is first in the queue', () => {
    const s = consulting()
    s.agent('kay', {})
    working(s, sendHome)
    assert.equal(s.offered('kay'), 'c1')
    assert.equal(ends(s).length, 1)
    assert.equal(s.view('bo').presence, 'signedOut')
  })
})

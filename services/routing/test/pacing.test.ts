import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DialPacing } from '../core/index.ts'
import { Story } from './story.ts'

const minute = 60_000
const second = 1_000

const names = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}${String(n).padStart(3, '0')}`)

function paced(s: Story, dialPacing: DialPacing): void {
  const etag = s.state.pools.must('p').etag
  s.do({ kind: 'putPool', pool: 'p', displayName: 'Pool', dialPacing, etag })
}

/** So many want to be called back; nobody is at work. */
function wanting(count: number, dialPacing?: DialPacing): { s: Story; customers: string[] } {
  const s = new Story()
  if (dialPacing) paced(s, dialPacing)
  s.queue('tax', { callback: {} })
  const customers = names(count, 'c')
  for (const id of customers) {
    s.submit(id, 'tax')
    s.wantsCallback(id)
  }
  return { s, customers }
}

/** Everybody who is offered something takes it. */
function allAccept(s: Story, agents: readonly string[]): void {
  for (const agent of agents) if (s.offered(agent) !== '') s.accept(agent)
}

const requested = (s: Story): string[] => s.told('dialRequested').map((e) => e.contactId)

describe('a pool dials', () => {
  test('as many in a second as its pace allows, in the order in which agents accepted', () => {
    const { s, customers } = wanting(9, { perSecond: 4, inFlightMax: 100 })
    const agents = names(9, 'a')
    for (const id of agents) s.agent(id, {})
    allAccept(s, agents)
    assert.deepEqual(requested(s), customers.slice(0, 4))
    for (const id of customers) assert.equal(s.contact(id).state, 'dialling')

    s.pass(second)
    assert.deepEqual(requested(s), customers.slice(0, 8))
    s.pass(second)
    assert.deepEqual(requested(s), customers)
  })

  test('no more at once than may be in flight; the next when one is over', () => {
    const { s, customers } = wanting(3, { perSecond: 100, inFlightMax: 2 })
    const agents = names(3, 'a')
    for (const id of agents) s.agent(id, {})
    allAccept(s, agents)
    s.pass(5 * second)
    assert.deepEqual(requested(s), customers.slice(0, 2))

    s.claim('c000')
    s.report('c000', 'human')
    s.pass(second)
    assert.deepEqual(requested(s), customers)
  })

  test('nobody whose turn does not come in time: the agent is free, the place kept', () => {
    const { s } = wanting(2, { perSecond: 1, inFlightMax: 1 })
    s.agent('ann', {})
    s.accept('ann')
    s.agent('bob', {})
    s.accept('bob')
    s.claim('c000')
    s.pass(30 * second)
    assert.deepEqual(
      [s.contact('c000').state, s.contact('c001').state],
      ['dialling', 'callbackWaiting'],
    )
    assert.equal(s.view('bob').load, 0)
    assert.deepEqual(requested(s), ['c000'])
    assert.equal(s.told('dialClosed').length, 0, 'nobody had heard of the other one')
    assert.equal(s.told('contactRequeued').at(-1)?.cause, 'dialPaced')
  })

  test('nobody who has called in, or was cancelled, before the turn came', () => {
    const s = new Story()
    paced(s, { perSecond: 1, inFlightMax: 1 })
    s.queue('tax', { callback: {} })
    const agents = names(3, 'a')
    for (const [i, id] of ['c0', 'c1', 'c2'].entries()) {
      s.submit(id, 'tax', { customerKey: id })
      s.wantsCallback(id)
      s.agent(`a00${i}`, {})
    }
    allAccept(s, agents)
    s.submit('c1-again', 'tax', { customerKey: 'c1' })
    assert.deepEqual([s.contact('c1').state, s.contact('c1').agentId], ['connecting', 'a001'])
    s.cancel('c2')
    s.claim('c0')
    s.report('c0', 'human')
    s.pass(5 * second)
    assert.deepEqual(requested(s), ['c0'])
    assert.equal(s.view('a002').load, 0)
  })

  test('at ten a second unless it says otherwise', () => {
    const { s } = wanting(25)
    const agents = names(25, 'a')
    for (const id of agents) s.agent(id, {})
    allAccept(s, agents)
    assert.equal(requested(s).length, 10)
    s.pass(second)
    assert.equal(requested(s).length, 20)
  })

  test('nobody while dials are switched off, and then at its pace', () => {
    const { s } = wanting(4, { perSecond: 2, inFlightMax: 10 })
    const agents = names(4, 'a')
    for (const id of agents) s.agent(id, {})
    allAccept(s, agents)
    switchDials(s, true)
    s.pass(3 * second)
    assert.equal(requested(s).length, 2)
    switchDials(s, false)
    s.pass(second)
    assert.equal(requested(s).length, 4)
  })
})

test('after twenty minutes without a log 500 callbacks that fell due go out at the pace', () => {
  const perSecond = 10
  const s = new Story()
  s.queue('tax', { callback: {} })
  const agents = names(100, 'a')
  for (const id of agents) s.agent(id, {})
  for (const agentId of agents) setPresence(s, agentId, 'paused')
  switchDials(s, true)
  const customers = names(500, 'c')
  for (const contactId of customers) {
    s.apply(s.submission(contactId, 'tax'))
    const answer = { contactId, accept: true, addressRef: 'tel' }
    s.apply({ kind: 'respondToCallbackOffer', pool: 'p', ...answer })
    assert.equal(s.contact(contactId).state, 'callbackWaiting')
  }
  switchDials(s, false)

  // Customers' time has gone on, and machines' time has not.
  s.time += 20 * minute
  let seen = 0
  for (let n = 1; n <= 60; n++) {
    s.pass(second)
    for (const id of agents) {
      setPresence(s, id, 'ready')
      if (s.offered(id) === '') continue
      s.apply({ kind: 'acceptOffer', pool: 'p', agentId: id, offerId: s.offerId(id) })
    }
    const dialled = requested(s).slice(seen)
    assert.ok(dialled.length <= perSecond, `${dialled.length} in a second`)
    seen += dialled.length
    for (const contactId of dialled) {
      const attempt = { pool: 'p', contactId, attemptId: s.attemptId(contactId), claimant: 'd' }
      s.apply({ kind: 'claimDial', ...attempt })
      s.apply({ kind: 'reportDial', ...attempt, outcome: 'invalid' })
    }
  }
  assert.deepEqual(requested(s).toSorted(), customers)
})

function setPresence(s: Story, agentId: string, presence: 'ready' | 'paused'): void {
  s.apply({ kind: 'setPresence', pool: 'p', agentId, presence, reason: '' })
}

function switchDials(s: Story, dialsOff: boolean): void {
  const others = { offersOff: undefined, learningOff: undefined, reason: 'drill', actor: 'sue' }
  s.do({ kind: 'setPoolSwitches', pool: 'p', dialsOff, ...others })
}

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { explainContact, findContact, queueStats, type Command } from '../core/index.ts'
import { working } from './work.ts'
import { Story } from './story.ts'

const policy = { windowMs: 30_000, minFailures: 3, probeEveryMs: 5_000, pausedShareBp: 5_000 }
const watching: Command = { kind: 'putEndpointBreaker', pool: 'p', policy }

/** Four agents and eight customers, of whom four are offered. */
function centre(): Story {
  const s = new Story()
  s.do(watching)
  s.queue('tax')
  for (const name of ['ann', 'bob', 'cem', 'dan']) s.agent(name, {})
  for (let n = 1; n <= 8; n++) s.submit(`c${n}`, 'tax')
  return s
}

/** Whoever is offered something accepts, and the switch does not reach the phone. */
function fails(s: Story, agentId: string): void {
  const contactId = s.offered(agentId)
  s.accept(agentId)
  s.media(contactId, 'failed', 'network')
}

function dead(): Story {
  const s = centre()
  for (const name of ['ann', 'bob', 'cem']) fails(s, name)
  return s
}

const why = (s: Story, id: string): string => {
  const contact = findContact(s.state, 'p', id)
  assert.ok(contact)
  return explainContact(s.state, contact, s.at).sentence
}

const offeredOf = (s: Story, names: readonly string[]): string[] =>
  names.map((name) => s.offered(name)).filter((id) => id !== '')

const offeredNow = (s: Story): string[] => offeredOf(s, ['ann', 'bob', 'cem', 'dan'])

describe('when most endpoints of a pool fail', () => {
  test('offers are held, contacts keep their places, nobody is paused', () => {
    const s = dead()
    // Ann's first went to bob when he was free, before it was clear; what failed last waits.
    assert.deepEqual(
      ['c2', 'c8'].map((id) => s.contact(id).state),
      ['waiting', 'waiting'],
    )
    const ready = ['ann', 'bob', 'cem', 'dan'].map((name) => s.view(name).presence)
    assert.deepEqual(new Set(ready), new Set(['ready']))
    s.submit('late', 'tax')
    assert.equal(s.contact('late').state, 'waiting')
    assert.deepEqual(
      s.told('endpointsChanged').map((e) => [e.reachable, e.failed]),
      [[false, 3]],
    )
  })

  test('it is said why, in words and in the figures of the queue', () => {
    const s = dead()
    assert.match(why(s, 'c8'), /cannot be reached.*tried again every few seconds/)
    const stats = queueStats(s.state, s.state.queues.must('p/tax'), s.at)
    assert.equal(stats.offersHeld, true)
  })

  test('one is tried at a time, and the next when that fails', () => {
    const s = dead()
    const before = offeredNow(s)
    s.pass(5_000)
    const tried = offeredNow(s).filter((id) => !before.includes(id))
    assert.equal(tried.length, 1)
    s.pass(5_000)
    assert.deepEqual(
      offeredNow(s).filter((id) => !before.includes(id)),
      tried,
    )
    const agent = ['ann', 'bob', 'cem'].find((name) => s.offered(name) === tried[0]) ?? ''
    fails(s, agent)
    assert.equal(offeredNow(s).filter((id) => !before.includes(id)).length, 0)
    s.pass(5_000)
    assert.equal(offeredNow(s).filter((id) => !before.includes(id)).length, 1)
  })

  test('whoever can be served is found behind any number who can not', () => {
    const s = new Story()
    s.do(watching)
    s.queue('law', { requirements: [{ skillId: 'law', minimumLevel: 1 }] })
    s.queue('tax')
    for (let n = 1; n <= 70; n++) s.submit(`l${n}`, 'law')
    for (const name of ['ann', 'bob', 'cem']) s.agent(name, {})
    for (let n = 1; n <= 8; n++) s.submit(`c${n}`, 'tax')
    for (const name of ['ann', 'bob', 'cem']) fails(s, name)
    const before = offeredOf(s, ['ann', 'bob', 'cem'])
    s.pass(5_000)
    assert.equal(offeredOf(s, ['ann', 'bob', 'cem']).length, before.length + 1)
  })

  test('who is free is tried however many who wait are kept from that agent', () => {
    const s = centre()
    s.agent('zoe', {})
    s.presence('zoe', 'paused', 'lunch')
    const kept = { excludedAgentIds: ['zoe'] }
    for (let n = 1; n <= 60; n++) s.submit(`k${n}`, 'tax', kept)
    s.submit('last', 'tax')
    for (const name of ['ann', 'bob', 'cem']) fails(s, name)
    for (let n = 1; n <= 8; n++) s.cancel(`c${n}`)
    for (const name of ['ann', 'bob', 'cem', 'dan']) s.presence(name, 'paused', 'no line')
    s.presence('zoe', 'ready')
    for (let looks = 0; looks < 3 && s.offered('zoe') === ''; looks++) s.pass(5_000)
    assert.equal(s.offered('zoe'), 'last')
  })

  test('one that comes through ends it: everybody who is free gets the next', () => {
    const s = dead()
    const before = offeredNow(s)
    s.pass(5_000)
    const tried = offeredNow(s).find((id) => !before.includes(id)) ?? ''
    const agent = ['ann', 'bob', 'cem'].find((name) => s.offered(name) === tried) ?? ''
    s.accept(agent)
    working(s, {
      kind: 'reportMedia',
      pool: 'p',
      contactId: tried,
      status: 'answered',
      cause: 'none',
    })
    assert.equal(s.told('endpointsChanged').at(-1)?.reachable, true)
    assert.equal(offeredNow(s).length, 3)
    assert.equal(s.state.breakers.size, 0)
  })

  test('other channels go on', () => {
    const s = centre()
    s.queue('chat', { channel: 'chat' })
    s.agent('eve', {}, { chat: 30 })
    for (const name of ['ann', 'bob', 'cem']) fails(s, name)
    s.submit('chat1', 'chat')
    assert.equal(s.offered('eve'), 'chat1')
  })

  test('without a breaker nothing is held', () => {
    const s = dead()
    working(s, { ...watching, policy: 'none' })
    assert.ok(offeredNow(s).length > 1)
  })
})

describe('a few failures', () => {
  test('among calls that work hold nothing, and are forgotten when the window is over', () => {
    const s = centre()
    fails(s, 'ann')
    for (const name of ['bob', 'cem', 'dan']) s.talk(name)
    fails(s, 'ann')
    assert.equal(s.told('endpointsChanged').length, 0)
    s.pass(30_000)
    assert.equal(s.state.breakers.size, 0)
  })
})

describe('agents who do not answer', () => {
  test('are paused up to the share of the pool that may be; the others stay ready', () => {
    const s = centre()
    s.pass(20_000)
    const paused = ['ann', 'bob', 'cem', 'dan'].filter((n) => s.view(n).presence === 'paused')
    assert.equal(paused.length, 2)
  })
})

describe('an operator', () => {
  const off = { kind: 'setPoolSwitches', pool: 'p', reason: 'fire drill', actor: 'sue' } as const
  const all = { offersOff: undefined, dialsOff: undefined, learningOff: undefined }

  test('switches offers off: contacts are taken in and wait; on again, they are matched', () => {
    const s = new Story()
    s.queue('tax')
    s.agent('ann', {})
    s.do({ ...off, ...all, offersOff: true })
    s.submit('c1', 'tax')
    assert.equal(s.contact('c1').state, 'waiting')
    assert.match(why(s, 'c1'), /sue has switched it off \(fire drill\)/)
    working(s, { ...off, ...all, offersOff: false })
    assert.equal(s.offered('ann'), 'c1')
    assert.equal(s.told('poolSwitched').length, 2)
  })

  test('switches dials off: callbacks keep their places and come back when they are on', () => {
    const s = new Story()
    s.queue('tax', { callback: {} })
    s.submit('c1', 'tax')
    s.wantsCallback('c1')
    working(s, { ...off, ...all, dialsOff: true })
    assert.equal(s.contact('c1').state, 'callbackWaiting')
    s.agent('ann', {})
    s.pass(60_000)
    assert.equal(s.offered('ann'), '')
    s.do({ ...off, ...all, dialsOff: false })
    s.pass(30_000)
    assert.equal(s.offered('ann'), 'c1')
  })

  test('switches learning off: handle times stay as they are', () => {
    const s = new Story()
    s.queue('tax')
    s.agent('ann', {})
    s.do({ ...off, ...all, learningOff: true })
    s.submit('c1', 'tax')
    s.talk('ann')
    s.pass(1_000)
    s.complete('ann', 'c1')
    assert.equal(s.state.queues.must('p/tax').handleMs, 300_000)
  })
})

test('an agent is paused after so many missed offers in a row as the pool says', () => {
  const s = new Story()
  s.do({ ...watching, policy: { ...policy, pauseAfter: 2 } })
  s.queue('tax')
  s.agent('ann', {})
  s.submit('c1', 'tax')
  s.submit('c2', 'tax')
  s.pass(20_000)
  assert.equal(s.view('ann').presence, 'ready')
  assert.equal(s.offered('ann'), 'c2', 'the first goes to somebody else for a while')
  s.pass(20_000)
  assert.equal(s.view('ann').presence, 'paused')
})

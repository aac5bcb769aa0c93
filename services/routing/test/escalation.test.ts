import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Escalation } from '../core/index.ts'
import { Story } from './story.ts'

const minute = 60_000

/** A queue that escalates, and agents who decline whatever they are offered. */
function declining(escalation: Partial<Escalation>, agentIds = ['a', 'b']): Story {
  const s = new Story()
  s.queue('second', { requirements: [{ skillId: 'tax', minimumLevel: 4 }] })
  s.queue('calls', {
    policy: { escalation: { afterOffers: 2, priorityBump: 0, queueId: '', ...escalation } },
  })
  for (const agentId of agentIds) {
    s.agent(agentId, {})
    s.pass(1_000)
  }
  return s
}

describe('offers in vain', () => {
  test('as many as the queue allows change nothing but the flag and the priority', () => {
    const s = declining({ priorityBump: 5 })
    s.submit('c1', 'calls')
    s.decline('a')
    assert.equal(s.contact('c1').escalatedAt, undefined)
    s.decline('b')
    assert.equal(s.contact('c1').escalatedAt, s.time)
    assert.equal(s.contact('c1').priority, 5)
    const told = { pool: 'p', contactId: 'c1', queueId: 'calls', priority: 5, offersMade: 2 }
    assert.deepEqual(s.told('contactEscalated'), [{ kind: 'contactEscalated', ...told }])
  })

  test('put it before whoever came earlier by less than the bump is worth', () => {
    const s = declining({ priorityBump: 2 })
    s.submit('older', 'calls', { excludedAgentIds: ['a', 'b'] })
    s.pass(50_000)
    s.submit('c1', 'calls')
    s.decline('a')
    s.decline('b')
    s.presence('a', 'paused')
    s.presence('b', 'paused')
    s.agent('new', {})
    assert.equal(s.offered('new'), 'c1')
  })

  test('send it to the second line, whose floor holds', () => {
    const s = declining({ queueId: 'second' })
    s.agent('expert', { tax: 4 })
    s.presence('expert', 'paused')
    s.submit('c1', 'calls', { requirements: [{ skillId: 'french', minimumLevel: 1 }] })
    assert.equal(s.contact('c1').state, 'waiting')
    s.profile('a', { french: 1 })
    s.decline('a')
    s.profile('b', { french: 2 })
    s.decline('b')
    assert.equal(s.contact('c1').queueId, 'second')
    assert.deepEqual(s.contact('c1').requirements, [
      { skillId: 'french', minimumLevel: 1 },
      { skillId: 'tax', minimumLevel: 4 },
    ])
    s.presence('expert', 'ready')
    assert.equal(s.offered('expert'), '')
    s.profile('expert', { tax: 4, french: 1 })
    assert.equal(s.offered('expert'), 'c1')
  })

  test('count when they expire, and when nobody could be connected', () => {
    const s = declining({ priorityBump: 1 })
    s.submit('c1', 'calls')
    s.pass(20_000)
    assert.equal(s.contact('c1').agentId, 'b')
    s.accept('b')
    s.media('c1', 'failed', 'network')
    assert.equal(s.contact('c1').priority, 1)
  })

  test('escalate it once', () => {
    const s = declining({ afterOffers: 1, priorityBump: 3 })
    s.submit('c1', 'calls')
    s.decline('a')
    s.decline('b')
    assert.equal(s.contact('c1').priority, 3)
    assert.equal(s.told('contactEscalated').length, 1)
  })

  test('never lift it above the highest priority', () => {
    const s = declining({ afterOffers: 1, priorityBump: 100 })
    s.submit('c1', 'calls', { priority: 99 })
    s.decline('a')
    assert.equal(s.contact('c1').priority, 100)
  })

  for (const queueId of ['', 'calls']) {
    test(`keep the floors of who stays, whatever it asks for by now (to "${queueId}")`, () => {
      const s = declining({ afterOffers: 1 }, ['a'])
      s.submit('c1', 'calls')
      s.queue('calls', {
        requirements: [{ skillId: 'tax', minimumLevel: 3 }],
        policy: { escalation: { afterOffers: 1, priorityBump: 1, queueId } },
      })
      s.decline('a')
      assert.equal(s.contact('c1').priority, 1)
      assert.deepEqual(s.contact('c1').requirements, [])
      s.agent('unskilled', {})
      assert.equal(s.offered('unskilled'), 'c1')
    })
  }

  test('leave an accepted callback in its queue', () => {
    const s = new Story()
    s.queue('second')
    const escalation = { afterOffers: 1, priorityBump: 4, queueId: 'second' }
    s.queue('calls', { callback: {}, policy: { escalation } })
    s.submit('c1', 'calls')
    s.wantsCallback('c1')
    s.agent('a', {})
    s.decline('a')
    assert.equal(s.contact('c1').queueId, 'calls')
    assert.equal(s.contact('c1').priority, 4)
  })

  test('give who has a time to keep the better place for afterwards', () => {
    const s = new Story()
    const within = { withinMs: 10 * minute, slackMs: minute, windowMs: 60 * minute }
    s.queue('calls', {
      callback: { offerAboveMs: 0, within: { ...within, windows: 1, shareBp: 10_000, only: true } },
      policy: { escalation: { afterOffers: 1, priorityBump: 4, queueId: '' } },
    })
    s.agent('a', {})
    s.submit('c0', 'calls')
    s.talk('a')
    s.submit('older', 'calls', { excludedAgentIds: ['a', 'b'] })
    s.pass(minute)
    s.submit('c1', 'calls')
    s.wantsCallback('c1')
    s.pass(9 * minute)
    s.complete('a', 'c0')
    assert.equal(s.contact('c1').callback?.steppedAhead, true)
    s.decline('a')
    assert.equal(s.contact('c1').callback?.steppedAhead, true, 'the time is still to be kept')
    s.presence('a', 'paused')
    s.agent('b', {})
    s.accept('b')
    s.claim('c1')
    s.report('c1', 'busy')
    s.presence('b', 'paused')
    s.pass(10 * minute)
    s.agent('new', {})
    assert.equal(s.offered('new'), 'c1')
  })
})

describe('a queue that escalates', () => {
  const put = (s: Story, queueId: string, to: string) =>
    s.refuse({
      kind: 'putQueue',
      pool: 'p',
      queueId,
      displayName: '',
      channel: 'chat',
      policy: {
        ...s.state.queues.must('p/calls').policy,
        escalation: { afterOffers: 1, priorityBump: 0, queueId: to },
      },
      callback: undefined,
      etag: '',
    })

  test('to a queue that is not there is refused', () => {
    const s = declining({})
    assert.equal(put(s, 'new', 'nowhere'), 'QUEUE_UNKNOWN')
  })

  test('to a queue of another channel is refused', () => {
    const s = declining({})
    assert.equal(put(s, 'new', 'second'), 'TRANSFER_CHANNEL')
  })
})

describe('the order of a queue’s contacts', () => {
  test('by aging: the target says nothing', () => {
    const s = new Story()
    const slow = { serviceLevelTargetMs: 10 * minute }
    s.queue('slow', { policy: { ...slow, order: { rule: 'aging', overtakingMax: 0 } } })
    s.queue('fast', { policy: { order: { rule: 'aging', overtakingMax: 0 } } })
    s.submit('first', 'slow')
    s.pass(1_000)
    s.submit('second', 'fast')
    s.agent('a', {})
    assert.equal(s.offered('a'), 'first')
  })

  test('no contact overtakes more than the cap as it enters', () => {
    const arrivals = fc.array(fc.record({ priority: fc.nat(20), wait: fc.nat(30_000) }), {
      minLength: 3,
      maxLength: 20,
    })
    const cap = fc.integer({ min: 1, max: 4 })
    fc.assert(
      fc.property(arrivals, cap, (sequence, overtakingMax) => {
        const s = new Story()
        s.queue('calls', { policy: { order: { rule: 'serviceLevel', overtakingMax } } })
        for (const [i, { priority, wait }] of sequence.entries()) {
          s.skip(wait + 1)
          const rows = s.state.contacts.inKeyOrder().map(({ key }) => key)
          s.submit(`c${i}`, 'calls', { priority })
          const { key, enteredAt } = s.state.contacts.must(`p/c${i}`)
          const unbent = enteredAt + 20_000
          const wanted = unbent - priority * 30_000
          const before = rows.filter((one) => one <= unbent)
          const overtaken = before.filter((one) => one > key).length
          assert.ok(overtaken <= overtakingMax, `${overtaken} of ${overtakingMax}`)
          // As far ahead as the cap lets it.
          const couldMore = before.filter((one) => one > wanted).length
          assert.ok(key === wanted || (couldMore > overtakingMax && overtaken <= overtakingMax))
        }
      }),
      { numRuns: 30, seed: 20_261_122 },
    )
  })
})

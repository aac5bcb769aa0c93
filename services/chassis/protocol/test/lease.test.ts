import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CHALLENGES_MAX, LEASE_MS, TICK_GAP_MS_MAX } from '../index.ts'
import { Script, start } from './script.ts'

/** 'a' and 'b' have joined, 'a' leads since `start`. */
function led(): Script {
  const script = Script.begun()
  script.join('b', 'boot-b')
  assert.equal(script.claim('a', start).kind, 'applied')
  return script
}

const leader = (script: Script) => script.partition.lease().leader
const uptime = (script: Script) => script.partition.now().uptime

describe('a claim', () => {
  test('counts while nobody leads, and the next one does not', () => {
    const script = Script.begun()
    script.join('b', 'boot-b')
    assert.equal(leader(script), '')
    assert.equal(script.claim('b', start).kind, 'applied')
    assert.deepEqual(script.claim('a', start), { kind: 'ignored', reason: 'lease_held' })
    assert.equal(leader(script), 'b')
  })

  const cases = [
    ['a ms before the lease is over', LEASE_MS - 1, 'a'],
    ['when the lease is over', LEASE_MS, 'b'],
    ['after a gap that is a slow day', TICK_GAP_MS_MAX, 'b'],
    ['after an outage, which uptime skips', TICK_GAP_MS_MAX + 1, 'b'],
  ] as const
  for (const [when, ms, leads] of cases) {
    test(`${when}: ${leads} leads`, () => {
      const script = led()
      script.claim('b', start + ms)
      assert.equal(leader(script), leads)
    })
  }

  test('that wins nothing moves time all the same', () => {
    const script = led()
    const before = uptime(script)
    script.claim('b', start + 1_000)
    assert.equal(uptime(script), before + 1_000)
    script.claim('b', start + LEASE_MS)
    assert.equal(leader(script), 'b')
  })

  test('of whoever leads renews', () => {
    const script = led()
    script.claim('a', start + 2_000)
    script.claim('b', start + LEASE_MS)
    assert.equal(leader(script), 'a')
  })

  test('when an outage went by with the Join of another', () => {
    const script = led()
    script.join('c', 'boot-c', { clockMs: start + 60_000 })
    script.claim('b', start + 60_001)
    assert.equal(leader(script), 'b')
  })

  test(`made ${CHALLENGES_MAX} times in a silence counts, though time stands still`, () => {
    const script = led()
    for (let n = 1; n < CHALLENGES_MAX; n++) {
      script.claim('b', start - 60_000)
      assert.equal(leader(script), 'a')
    }
    script.claim('b', start - 60_000)
    assert.equal(leader(script), 'b')
  })

  test('is disputed anew once the leader was heard of', () => {
    const script = led()
    for (let n = 1; n < CHALLENGES_MAX; n++) script.claim('b', start - 60_000)
    script.tick(start - 60_000)
    script.claim('b', start - 60_000)
    assert.equal(leader(script), 'a')
  })
})

describe('the lease', () => {
  test('is renewed by the ticks of whoever leads, not by those of others', () => {
    const script = led()
    script.tick(start + 2_000)
    script.claim('b', start + LEASE_MS)
    assert.equal(leader(script), 'a')
    script.tickOf('b', start + LEASE_MS + 1_000)
    script.claim('b', start + LEASE_MS + 2_000)
    assert.equal(leader(script), 'b')
  })

  test('of a leader that slept through an outage goes on when nobody has claimed', () => {
    const script = led()
    script.tick(start + 60_000)
    script.claim('b', start + 60_001)
    assert.equal(leader(script), 'a')
  })

  test('ends with a release, which only the leader can make', () => {
    const script = led()
    const release = { kind: 'release' } as const
    const verdict = script.take({ replica: 'b', body: release })
    assert.deepEqual(verdict, { kind: 'ignored', reason: 'not_leading' })
    assert.equal(leader(script), 'a')
    script.take({ body: release })
    assert.equal(leader(script), '')
    assert.equal(script.claim('b', start).kind, 'applied')
  })

  test('ends with the next run of the leader, which has to claim itself', () => {
    const script = led()
    script.join('a', 'boot-2')
    assert.equal(leader(script), '')
    script.claim('a', start)
    assert.equal(script.partition.lease().epoch, script.partition.standing('a')?.epoch)
  })

  test('is not taken by a run that has been fenced', () => {
    const script = led()
    const { epoch, sequence } = script.partition.standing('a') ?? assert.fail()
    script.join('a', 'boot-2')
    const body = { kind: 'claim' } as const
    const verdict = script.take({ body, epoch, sequence: sequence + 1 })
    assert.deepEqual(verdict, { kind: 'ignored', reason: 'fenced' })
    assert.equal(leader(script), '')
  })
})

test('those who could lead have their ranks, and the leader is not among them', () => {
  const script = led()
  script.join('c', 'boot-c')
  const ranks = () => ['a', 'b', 'c'].map((replica) => script.partition.rank(replica))
  assert.deepEqual(ranks().slice(1), [0, 1])
  script.take({ body: { kind: 'release' } })
  assert.deepEqual(ranks(), [0, 1, 2])
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AgentPlan, Day } from '../day/day.ts'
import { floors, HOUR, shortened } from '../day/day.ts'
import { DAY_KINDS, type DayKind } from '../day/demand.ts'
import { keyOf, nameOf } from '../day/day-name.ts'
import { generateDay } from '../day/generate.ts'
import { pastIntervals } from '../day/history.ts'
import { DEMO_QUEUES } from '../day/pool.ts'
import { Random } from '../day/random.ts'

const OPEN = Date.UTC(2026, 2, 2, 7)
const SEEDS = 12
const days = (kind: DayKind) =>
  Array.from({ length: SEEDS }, (_, seed) => generateDay(kind, seed, OPEN))
const ORDINARY = days('ordinary')
const SURGING = days('surge')
const DRIFTING = days('drift')

describe('a generated day', () => {
  test('is the same for the same seed, and another for another', () => {
    assert.deepEqual(generateDay('surge', 7, OPEN), generateDay('surge', 7, OPEN))
    assert.notDeepEqual(
      generateDay('ordinary', 8, OPEN).arrivals,
      generateDay('ordinary', 7, OPEN).arrivals,
    )
  })

  test('has its arrivals in order, each once, within its hours', () => {
    const day = generateDay('surge', 3, OPEN)
    const times = day.arrivals.map((arrival) => arrival.atMs)
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    )
    assert.ok(times.every((at) => at >= day.fromMs && at < day.untilMs))
    assert.equal(new Set(day.arrivals.map((one) => one.contactId)).size, day.arrivals.length)
  })

  const count = (all: readonly Day[], from: number, until: number, queueId?: string) =>
    all
      .flatMap((day) => day.arrivals)
      .filter((arrival) => queueId === undefined || arrival.queueId === queueId)
      .map((arrival) => arrival.atMs - OPEN)
      .filter((since) => since >= from * HOUR && since < until * HOUR).length

  test('drifts: few calls and many mails in the morning, a surge of calls later', () => {
    const ratio = (queueId: string, from: number, until: number) =>
      count(DRIFTING, from, until, queueId) / count(ORDINARY, from, until, queueId)
    near(ratio('service', 2, 5), 0.55, 0.06)
    near(ratio('email', 1, 5), 2 * 4.5, 0.6)
    near(ratio('service', 7, 10), 1.8, 0.06)
    near(ratio('service', 10, 13), 1, 0.06)
  })

  test('drifts with people who have work of their own and help out if asked', () => {
    const asked = ({ agents }: Day) =>
      agents.filter(({ channels }) => channels.some(({ onRequest }) => onRequest === true))
    assert.equal(asked(ORDINARY[0] ?? assert.fail()).length, 0)
    const drifting = DRIFTING[0] ?? assert.fail()
    assert.ok(asked(drifting).length > 10)
    for (const { channels } of drifting.agents) {
      assert.ok(channels.some(({ onRequest }) => onRequest !== true))
    }
  })

  test('comes after weeks like it', () => {
    const past = pastIntervals('ordinary', 1, OPEN, 8)
    const mean = (queueId: string) => {
      const own = past.filter((one) => one.queueId === queueId)
      return own.reduce((sum, { arrivals }) => sum + arrivals, 0) / (5 * 8)
    }
    for (const { plan, perDay } of DEMO_QUEUES) near(mean(plan.queueId), 0.94 * perDay, 0.12)
    assert.ok(past.every(({ fromMs }) => fromMs < OPEN))
    assert.deepEqual(past, pastIntervals('ordinary', 1, OPEN, 8))
    const atAnyMinute = pastIntervals('ordinary', 1, OPEN + 9 * 60_000, 8)
    assert.deepEqual(atAnyMinute, past, 'it is told by the intervals that forecasting has')
  })

  test('surges by six tenths from 11:00 on, and not before', () => {
    assert.equal(count(SURGING, 0, 4), count(ORDINARY, 0, 4))
    const ratio = count(SURGING, 4, 13) / count(ORDINARY, 4, 13)
    assert.ok(Math.abs(ratio - 1.6) < 0.03, `ratio ${ratio}`)
  })

  for (const { plan, perDay, handleScv, patienceMeanMs } of DEMO_QUEUES) {
    test(`${plan.queueId}: volume, handle time and patience are the published ones`, () => {
      const all = ORDINARY.flatMap((day) => day.arrivals).filter(
        (one) => one.queueId === plan.queueId,
      )
      const expected = perDay * SEEDS
      assert.ok(Math.abs(all.length - expected) < 5 * Math.sqrt(expected), `${all.length}`)
      const talk = moments(all.map((one) => one.talkMs))
      near(talk.mean, plan.handleMs, 0.08)
      near(talk.scv, handleScv, 0.4)
      if (patienceMeanMs === Number.POSITIVE_INFINITY) {
        assert.ok(all.every((one) => one.patienceMs === patienceMeanMs))
      } else {
        near(moments(all.map((one) => one.patienceMs)).mean, patienceMeanMs, 0.08)
      }
    })
  }

  for (const kind of DAY_KINDS) {
    test(`${kind}: 42 agents, and at no time a requirement that nobody at work meets`, () => {
      const day = generateDay(kind, 1, OPEN)
      assert.equal(new Set(day.agents.map((agent) => agent.agentId)).size, 42)
      assert.deepEqual(unstaffed(day), [])
    })
  }

  test('agents take breaks within their shift, one after the other', () => {
    for (const { shift, breaks } of generateDay('ordinary', 1, OPEN).agents) {
      let last = shift.fromMs
      for (const { fromMs, untilMs } of breaks) {
        assert.ok(fromMs >= last && untilMs > fromMs && untilMs <= shift.untilMs)
        last = untilMs
      }
    }
  })

  test('can be shortened, and then has the same beginning', () => {
    const day = generateDay('ordinary', 1, OPEN)
    const short = shortened(day, 2 * HOUR)
    assert.equal(short.untilMs, OPEN + 2 * HOUR)
    assert.deepEqual(short.arrivals, day.arrivals.slice(0, short.arrivals.length))
    assert.ok(short.arrivals.length > 100)
  })

  test('is named so that it can be made again', () => {
    const key = { kind: 'surge', seed: 12, openMs: OPEN, durationMs: 90 * 60_000 } as const
    assert.deepEqual(keyOf(nameOf(key)), key)
    assert.equal(keyOf('An ordinary day'), undefined)
  })
})

describe('draws', () => {
  test('a log-normal has the mean and variation asked for', () => {
    const random = new Random(1, 'moments')
    const { mean, scv } = moments(
      Array.from({ length: 200_000 }, () => random.logNormal(178, 1.36)),
    )
    near(mean, 178, 0.02)
    near(scv, 1.36, 0.1)
  })

  test('streams of one seed differ, and each is the same every time', () => {
    const first = () => new Random(1, 'a').unit()
    assert.equal(first(), first())
    assert.notEqual(first(), new Random(1, 'b').unit())
    assert.notEqual(first(), new Random(2, 'a').unit())
  })
})

function moments(values: readonly number[]): { mean: number; scv: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return { mean, scv: variance / mean ** 2 }
}

function near(actual: number, expected: number, share: number): void {
  assert.ok(Math.abs(actual / expected - 1) < share, `${actual} is not near ${expected}`)
}

/** Arrivals that nobody whose shift covers their time could take. */
function unstaffed(day: Day): string[] {
  const queues = new Map(day.queues.map((queue) => [queue.queueId, queue]))
  const found: string[] = []
  for (const arrival of day.arrivals) {
    const queue = queues.get(arrival.queueId)
    assert.ok(queue !== undefined)
    const required = floors(queue, arrival)
    const able = (agent: AgentPlan) =>
      agent.shift.fromMs <= arrival.atMs &&
      arrival.atMs < agent.shift.untilMs &&
      agent.channels.some((own) => own.channel === queue.channel) &&
      [...required].every(([skillId, level]) =>
        agent.skills.some((own) => own.skillId === skillId && own.level >= level),
      )
    if (!day.agents.some(able)) found.push(arrival.contactId)
  }
  return found
}

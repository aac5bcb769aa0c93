import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { type ManualClock, manualClock } from '../clock.ts'
import { bytes, ending, text, unheard } from '../conformance/subject.ts'
import {
  type Fate,
  type Faults,
  MemoryLog,
  MemoryStreams,
  noFaults,
  noOdds,
  type Odds,
  type SeededFaults,
  seededFaults,
} from '../memory/index.ts'
import { type Entry, LogAmbiguous, LogRefused, LogUnusable } from '../port.ts'

const start = Date.UTC(2026, 0, 5, 8)

/** Everything that is ready happens; what waits for the clock goes on waiting. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await nextTurn()
}

async function pass(clock: ManualClock, ms: number): Promise<void> {
  await settle()
  clock.advance(ms)
  await settle()
}

function brokerWith(faults: Partial<Faults>, clock = manualClock(start)) {
  const broker = new MemoryLog({ partitions: 1, clock, faults: { ...noFaults, ...faults } })
  const stored = () => broker.entries(0).map((entry) => text(entry.bytes))
  return { broker, clock, stored }
}

/** What has become of a promise, without waiting for it. */
function watched<T>(promise: Promise<T>): { state: string } {
  const seen = { state: 'outstanding' }
  promise.then(
    (value) => {
      seen.state = `done ${String(value)}`
    },
    (error: unknown) => {
      seen.state = error instanceof Error ? error.name : 'rejected'
    },
  )
  return seen
}

const fates: readonly {
  readonly fate: Fate
  readonly atOnce: readonly [string, number]
  readonly later: readonly [string, number]
}[] = [
  {
    fate: { kind: 'written', delayMs: 0, ackDelayMs: 0 },
    atOnce: ['done 0', 1],
    later: ['done 0', 1],
  },
  {
    fate: { kind: 'written', delayMs: 50, ackDelayMs: 0 },
    atOnce: ['outstanding', 0],
    later: ['done 0', 1],
  },
  {
    fate: { kind: 'written', delayMs: 0, ackDelayMs: 50 },
    atOnce: ['outstanding', 1],
    later: ['done 0', 1],
  },
  { fate: { kind: 'refused' }, atOnce: ['LogRefused', 0], later: ['LogRefused', 0] },
  {
    fate: { kind: 'ack_lost', delayMs: 0 },
    atOnce: ['LogAmbiguous', 1],
    later: ['LogAmbiguous', 1],
  },
  { fate: { kind: 'lost', delayMs: 50 }, atOnce: ['outstanding', 0], later: ['LogAmbiguous', 0] },
  { fate: { kind: 'late', delayMs: 50 }, atOnce: ['LogAmbiguous', 0], later: ['LogAmbiguous', 1] },
]

for (const { fate, atOnce, later } of fates) {
  test(`an append that meets ${JSON.stringify(fate)}`, async () => {
    const { broker, clock, stored } = brokerWith({ append: () => fate })
    const append = watched(broker.client('a').append(0, [bytes('x')]))
    await settle()
    assert.deepEqual([append.state, stored().length], atOnce)
    await pass(clock, 100)
    assert.deepEqual([append.state, stored().length], later)
  })
}

test('a late append may land behind its own retry: the log does not judge', async () => {
  const course: Fate[] = [{ kind: 'late', delayMs: 50 }]
  const append = () => course.shift() ?? noFaults.append('a', 0)
  const { broker, clock, stored } = brokerWith({ append })
  const log = broker.client('a')
  await assert.rejects(log.append(0, [bytes('x')]), LogAmbiguous)
  assert.equal(await log.append(0, [bytes('x')]), 0)
  await pass(clock, 50)
  assert.deepEqual(stored(), ['x', 'x'])
})

for (const [lands, expected] of [
  [true, ['x']],
  [false, []],
] as const) {
  test(`a crash silences a client; what it had sent ${lands ? 'lands' : 'is lost'}`, async () => {
    const slow: Fate = { kind: 'written', delayMs: 50, ackDelayMs: 0 }
    const { broker, clock, stored } = brokerWith({
      append: (client) => (client === 'a' ? slow : noFaults.append(client, 0)),
      landsAfterCrash: () => lands,
    })
    const [dead, living] = [broker.client('a'), broker.client('b')]
    const heard: string[] = []
    dead.tail(
      0,
      0,
      (entries) => void heard.push(...entries.map((entry) => text(entry.bytes))),
      unheard,
    )
    const append = watched(dead.append(0, [bytes('x')]))
    await settle()
    broker.crash('a')
    const afterlife = watched(dead.append(0, [bytes('ghost')]))
    await pass(clock, 100)
    assert.deepEqual(stored(), expected)
    await living.append(0, [bytes('y')])
    await pass(clock, 100)
    assert.deepEqual([append.state, afterlife.state], ['outstanding', 'outstanding'])
    assert.deepEqual(heard, [])
    assert.equal(await broker.client('a').head(0), expected.length + 1)
  })
}

test("the log's own clock may be off, and even step back", async () => {
  const steps = [0, 3_600_000, -3_600_000]
  const { broker } = brokerWith({ clockOffMs: () => steps.shift() ?? 0 })
  const log = broker.client('a')
  for (const name of ['x', 'y', 'z']) await log.append(0, [bytes(name)])
  const times = broker.entries(0).map((entry) => entry.timestampMs - start)
  assert.deepEqual(times, [0, 3_600_000, -3_600_000])
})

test('a log that loses its end ends the tails beyond it', async () => {
  const { broker } = brokerWith({})
  const log = broker.client('a')
  await log.append(0, ['x', 'y', 'z'].map(bytes))
  const end = ending<Entry>((from, onBatch, onEnd) => log.tail(0, from, onBatch, onEnd), 3, unheard)
  await settle()
  broker.truncate(0, 1)
  assert.ok((await end) instanceof LogUnusable)
  assert.equal(await log.bytes(0), 1)
  assert.equal(await log.append(0, [bytes('w')]), 1)
})

test('a log that has dropped its start says where it begins, and ends a tail before', async () => {
  const { broker } = brokerWith({})
  const log = broker.client('a')
  await log.append(0, ['x', 'y', 'z'].map(bytes))
  broker.cut(0, 2)
  assert.equal(await log.first(0), 2)
  assert.equal(await log.head(0), 3)
  assert.equal(await log.bytes(0), 1)
  const end = ending<Entry>((from, onBatch, onEnd) => log.tail(0, from, onBatch, onEnd), 1, unheard)
  assert.match((await end).message, /begins at 2: 1 is gone/)
  assert.ok((await end) instanceof LogUnusable)
})

test('two who publish may leave an event twice, never a gap', async () => {
  const faults = { ...noFaults, repeats: () => true }
  const streams = new MemoryStreams({ clock: manualClock(start), faults })
  const [first, second] = [streams.client('a'), streams.client('b')]
  await first.publish('routing/0', 0, ['x', 'y'].map(bytes))
  await second.publish('routing/0', 1, ['y', 'z'].map(bytes))
  await assert.rejects(first.publish('routing/0', 5, [bytes('?')]), LogUnusable)
  const stored = streams.entries('routing/0').map((entry) => text(entry.bytes))
  assert.deepEqual(stored, ['x', 'y', 'y', 'z'])
})

const allOdds: Odds = {
  ...noOdds,
  refused: 0.1,
  ackLost: 0.1,
  lost: 0.1,
  late: 0.1,
  delayed: 0.3,
  deliveryDelayed: 0.3,
  deliverySplit: 0.3,
  broken: 0,
  clockStepped: 0.1,
}

/** Three clients append numbers and each tails all; crashes now and then; told as text. */
async function storm(
  seed: number,
): Promise<{ readonly story: string; readonly broker: MemoryLog; readonly faults: SeededFaults }> {
  const clock = manualClock(start)
  const faults = seededFaults(seed, allOdds)
  // All that is ready, in the order in which it became so: nothing is left to the event loop.
  const ready: (() => void)[] = []
  const broker = new MemoryLog({
    partitions: 1,
    clock,
    faults,
    schedule: (step) => ready.push(step),
  })
  const story: string[] = []
  const heard = new Map<string, number>()
  const begin = (name: string) => {
    const log = broker.client(name)
    heard.set(name, 0)
    const hear = (entries: readonly Entry[]) => {
      for (const entry of entries) {
        assert.equal(entry.offset, heard.get(name))
        heard.set(name, entry.offset + 1)
      }
      story.push(`${name} heard ${entries.length}`)
    }
    log.tail(0, 0, hear, unheard)
    return log
  }
  const logs = new Map(['a', 'b', 'c'].map((name) => [name, begin(name)]))
  const names = [...logs.keys()]
  for (let step = 0; step < 200; step += 1) {
    const name = names[step % 3] ?? 'a'
    if (step % 67 === 66) {
      broker.crash(name)
      logs.set(name, begin(name))
    }
    logs
      .get(name)
      ?.append(0, [bytes(`${name}${step}`), bytes('second')])
      .then(
        (offset) => story.push(`${name}${step} at ${offset}`),
        (error: unknown) =>
          story.push(
            `${name}${step} ${error instanceof LogRefused ? error.causeCode : String(error)}`,
          ),
      )
    clock.advance(100)
    for (const next of ready.splice(0)) next()
    await Promise.resolve()
  }
  faults.change(noOdds)
  while (ready.length > 0 || clock.nextAt() !== Number.POSITIVE_INFINITY) {
    for (const next of ready.splice(0)) next()
    clock.advance(10_000)
    await nextTurn()
  }
  for (const [name, count] of heard) assert.equal(count, broker.entries(0).length, name)
  return { story: story.join('\n'), broker, faults }
}

test('the same seed gives the same run, and another seed another', async () => {
  const [first, again, other] = [await storm(7), await storm(7), await storm(8)]
  assert.equal(again.story, first.story)
  assert.notEqual(other.story, first.story)
  for (const kind of ['refused', 'ack_lost', 'lost', 'late', 'delayed', 'split'] as const) {
    assert.ok(first.faults.count(kind) > 0, `no ${kind} in seed 7`)
  }
})

test('under all faults tails bring every entry once, in order, batches whole', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(1_000_000), async (seed) => {
      const { broker, story } = await storm(seed)
      const entries = broker.entries(0)
      for (const [offset, entry] of entries.entries()) {
        assert.equal(entry.offset, offset)
        assert.equal(text(entry.bytes) === 'second', offset % 2 === 1)
      }
      for (const [, name, offset] of story.matchAll(/^(\w+) at (\d+)$/gm)) {
        const acknowledged = entries[Number(offset)]
        assert.equal(acknowledged && text(acknowledged.bytes), name)
      }
    }),
    { numRuns: 20 },
  )
})

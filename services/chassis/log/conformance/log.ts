import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { manualClock } from '../clock.ts'
import { appendRecordsMax, batchEntriesMax, recordBytesMax } from '../limits.ts'
import { type Entry, type Log, LogRefused, LogUnusable } from '../port.ts'
import {
  bytes,
  ending,
  type Freedoms,
  onNew,
  type Opened,
  read,
  type SubjectFactory,
  text,
  unheard,
} from './subject.ts'

const start = Date.UTC(2026, 0, 5, 8)

/** Brokers of tests run on this machine, or on one that keeps time. */
const CLOCK_APART_MS_MAX = 60_000

type Story = (opened: Opened, reopen: () => Promise<Opened>) => Promise<void>

/** Registers the tests that every Log must pass, whatever holds its records. */
export function logConformance(
  adapter: string,
  make: SubjectFactory,
  freedoms: Freedoms = {},
): void {
  describe(`${adapter} keeps the promises of Log`, () => {
    const holds: Holds = (guarantee, story) =>
      void test(guarantee, () => onNew(make, manualClock(start), story))
    appends(holds)
    reports(holds, freedoms)
    refusals(holds)
    tails(holds)
    batches(holds)
    endings(holds)
    durability(holds)
    test("record times are the log's clock's", () =>
      freedoms.ownClock ? brokerTimes(make) : recordTimes(make))
  })
}

type Holds = (guarantee: string, story: Story) => void

const follow = (log: Log, partition: number) => log.tail.bind(log, partition)
const payloads = (entries: readonly Entry[]) => entries.map((entry) => text(entry.bytes))
const offsets = (entries: readonly Entry[]) => entries.map((entry) => entry.offset)
const refusedAs = (code: string) => (error: unknown) => {
  assert.ok(error instanceof LogRefused)
  assert.equal(error.causeCode, code)
  return true
}

/** `count` records, `<from>`, `<from + 1>`... */
function numbered(from: number, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => bytes(String(from + index)))
}

function appends(holds: Holds): void {
  holds('offsets are 0, 1, 2... in each partition by itself', async ({ log }) => {
    assert.equal(await log.append(0, [bytes('a')]), 0)
    assert.equal(await log.append(1, [bytes('b')]), 0)
    assert.equal(await log.append(0, [bytes('c'), bytes('d')]), 1)
    assert.equal(await log.append(0, [bytes('e')]), 3)
    assert.deepEqual(offsets(await read(follow(log, 0), 0, 4)), [0, 1, 2, 3])
    assert.deepEqual(payloads(await read(follow(log, 1), 0, 1)), ['b'])
  })

  holds('records appended together stand next to each other, in order', async ({ log }) => {
    for (let batch = 0; batch < 20; batch += 1) {
      const first = await log.append(0, numbered(batch * 7, 7))
      assert.equal(first, batch * 7)
    }
    const entries = await read(follow(log, 0), 0, 140)
    assert.deepEqual(
      payloads(entries),
      entries.map((entry) => String(entry.offset)),
    )
  })

  holds('what the caller does with its buffer afterwards changes no record', async ({ log }) => {
    const buffer = bytes('kept')
    const appended = log.append(0, [buffer])
    buffer.fill(0)
    await appended
    assert.deepEqual(payloads(await read(follow(log, 0), 0, 1)), ['kept'])
  })

  holds('a record may be empty, or as large as the limit', async ({ log }) => {
    await log.append(0, [new Uint8Array(0), new Uint8Array(recordBytesMax).fill(7)])
    const entries = await read(follow(log, 0), 0, 2)
    assert.deepEqual(
      entries.map((entry) => entry.bytes.length),
      [0, recordBytesMax],
    )
    assert.equal(entries[1]?.bytes.at(-1), 7)
  })
}

function reports(holds: Holds, { framing }: Freedoms): void {
  holds('first, head and bytes say what is there', async ({ log }) => {
    assert.equal(await log.first(0), 0)
    assert.equal(await log.head(0), 0)
    assert.equal(await log.bytes(0), 0)
    await log.append(0, [bytes('four'), bytes('seven__')])
    await log.append(1, [bytes('x')])
    assert.equal(await log.first(0), 0)
    assert.equal(await log.head(0), 2)
    const found = [await log.bytes(0), await log.bytes(1)]
    if (framing)
      assert.ok(
        found.every((size, at) => size > (at === 0 ? 11 : 1)),
        found.join(),
      )
    else assert.deepEqual(found, [11, 1])
  })
}

function refusals(holds: Holds): void {
  holds('a second append while one is outstanding is refused', async ({ log }) => {
    const first = log.append(0, [bytes('first')])
    await assert.rejects(log.append(0, [bytes('second')]), refusedAs('busy'))
    assert.equal(await first, 0)
    assert.equal(await log.append(0, [bytes('third')]), 1)
    assert.deepEqual(payloads(await read(follow(log, 0), 0, 2)), ['first', 'third'])
  })

  holds('an outstanding append holds up no other partition', async ({ log }) => {
    assert.deepEqual(await Promise.all([0, 1].map((at) => log.append(at, [bytes('a')]))), [0, 0])
  })

  const tooMuch: readonly (readonly [string, readonly Uint8Array[]])[] = [
    ['empty', []],
    ['too_large', [bytes('small'), new Uint8Array(recordBytesMax + 1)]],
    ['too_large', Array.from({ length: 9 }, () => new Uint8Array(recordBytesMax))],
    ['too_many', Array.from({ length: appendRecordsMax + 1 }, () => bytes('x'))],
  ]
  holds('an append beyond the limits is refused, and nothing of it is there', async ({ log }) => {
    for (const [code, records] of tooMuch) {
      await assert.rejects(log.append(0, records), refusedAs(code))
    }
    assert.equal(await log.head(0), 0)
    assert.equal(await log.append(0, [bytes('next')]), 0)
  })

  holds('a partition that does not exist is a defect', async ({ log }) => {
    for (const partition of [-1, 2, 0.5]) {
      await assert.rejects(log.append(partition, [bytes('a')]), RangeError)
      assert.throws(() => follow(log, partition)(0, unheard, unheard), RangeError)
    }
  })
}

function tails(holds: Holds): void {
  holds('a tail brings what is there, then what comes, each once', async ({ log }) => {
    await log.append(0, numbered(0, 3))
    const reading = read(follow(log, 0), 0, 50)
    for (let next = 3; next < 50; next += 1) await log.append(0, numbered(next, 1))
    const entries = await reading
    assert.deepEqual(
      offsets(entries),
      Array.from({ length: 50 }, (_, offset) => offset),
    )
    assert.deepEqual(payloads(entries), offsets(entries).map(String))
  })

  holds('a tail from the middle', async ({ log }) => {
    await log.append(0, numbered(0, 10))
    assert.deepEqual(offsets(await read(follow(log, 0), 6, 4)), [6, 7, 8, 9])
  })

  holds('a tail from the end brings only what comes', async ({ log }) => {
    await log.append(0, numbered(0, 5))
    const reading = read(follow(log, 0), 5, 1)
    await log.append(0, [bytes('new')])
    assert.deepEqual(payloads(await reading), ['new'])
  })

  holds('tails at different places do not disturb each other', async ({ log }) => {
    const all = read(follow(log, 0), 0, 2_000)
    for (let next = 0; next < 2_000; next += 100) await log.append(0, numbered(next, 100))
    const [first, second, third] = await Promise.all([
      all,
      read(follow(log, 0), 0, 2_000),
      read(follow(log, 0), 1_500, 500),
    ])
    assert.deepEqual(second, first)
    assert.deepEqual(third, first.slice(1_500))
  })
}

function batches(holds: Holds): void {
  holds('onBatch is never called concurrently', async ({ log }) => {
    let inHand = 0
    let handled = 0
    const done = Promise.withResolvers<void>()
    const tail = log.tail(
      0,
      0,
      async (entries) => {
        inHand += 1
        assert.equal(inHand, 1)
        await nextTurn()
        await nextTurn()
        assert.equal(inHand, 1)
        inHand -= 1
        handled += entries.length
        if (handled === 1_100) done.resolve()
      },
      done.reject,
    )
    for (let next = 0; next < 1_100; next += 50) await log.append(0, numbered(next, 50))
    await done.promise
    await tail.stop()
  })

  holds('batches are never empty nor above the limit, and others get turns between', async (at) => {
    const { log } = at
    await log.append(0, numbered(0, 5_000))
    let turns = 0
    let counting = true
    const count = () => {
      turns += 1
      if (counting) setImmediate(count)
    }
    count()
    const seenAt: number[] = []
    let seen = 0
    const done = Promise.withResolvers<void>()
    const tail = log.tail(
      0,
      0,
      (entries) => {
        assert.ok(entries.length > 0 && entries.length <= batchEntriesMax)
        seenAt.push(turns)
        seen += entries.length
        if (seen === 5_000) done.resolve()
      },
      done.reject,
    )
    await done.promise
    counting = false
    await tail.stop()
    assert.equal(new Set(seenAt).size, seenAt.length)
  })
}

function endings(holds: Holds): void {
  holds('stop means silence', async ({ log }) => {
    const heard: string[] = []
    const hear = (entries: readonly Entry[]) => void heard.push(...payloads(entries))
    const tail = log.tail(0, 0, hear, unheard)
    await log.append(0, [bytes('before')])
    await read(follow(log, 0), 0, 1)
    await tail.stop()
    const heardBefore = [...heard]
    await log.append(0, [bytes('after')])
    await read(follow(log, 0), 0, 2)
    assert.deepEqual(heard, heardBefore)
    await tail.stop()
  })

  holds('stop waits for the batch in hand', async ({ log }) => {
    const begun = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const story: string[] = []
    const hold = async () => {
      begun.resolve()
      await release.promise
      story.push('handled')
    }
    const tail = log.tail(0, 0, hold, unheard)
    await log.append(0, [bytes('a')])
    await begun.promise
    const stopped = tail.stop().then(() => story.push('stopped'))
    await nextTurn()
    release.resolve()
    await stopped
    assert.deepEqual(story, ['handled', 'stopped'])
  })

  holds('a handler that fails ends its tail with its error, and no other', async ({ log }) => {
    await log.append(0, [bytes('a')])
    const broken = new Error('handler is broken')
    const threw = ending(follow(log, 0), 0, () => {
      throw broken
    })
    const rejected = ending(follow(log, 0), 0, async () => {
      throw broken
    })
    assert.equal(await threw, broken)
    assert.equal(await rejected, broken)
    assert.deepEqual(payloads(await read(follow(log, 0), 0, 1)), ['a'])
  })

  holds('a tail from beyond the end ends as unusable', async ({ log }) => {
    await log.append(0, [bytes('a')])
    const error = await ending(follow(log, 0), 2, unheard)
    assert.ok(error instanceof LogUnusable)
  })

  holds('a closed log takes nothing and says nothing', async ({ log }) => {
    await log.append(0, [bytes('a')])
    const heard: string[] = []
    log.tail(0, 1, (entries) => void heard.push(...payloads(entries)), unheard)
    await log.close()
    await assert.rejects(log.append(0, [bytes('b')]), refusedAs('closed'))
    await nextTurn()
    assert.deepEqual(heard, [])
  })
}

function durability(holds: Holds): void {
  holds('reopening gives the acknowledged prefix', async ({ log }, reopen) => {
    await log.append(0, numbered(0, 700))
    await log.append(1, [bytes('other')])
    await log.append(0, numbered(700, 7))
    const before = await read(follow(log, 0), 0, 707)
    const size = await log.bytes(0)
    const { log: again } = await reopen()
    assert.equal(await again.head(0), 707)
    assert.equal(await again.bytes(0), size)
    assert.deepEqual(await read(follow(again, 0), 0, 707), before)
    assert.equal(await again.append(0, [bytes('next')]), 707)
    assert.deepEqual(payloads(await read(follow(again, 0), 706, 2)), ['706', 'next'])
    assert.deepEqual(payloads(await read(follow(again, 1), 0, 1)), ['other'])
  })
}

async function recordTimes(make: SubjectFactory): Promise<void> {
  const clock = manualClock(start)
  await onNew(make, clock, async ({ log }) => {
    await log.append(0, numbered(0, 2))
    clock.advance(1_500)
    await log.append(0, numbered(2, 1))
    const entries = await read(follow(log, 0), 0, 3)
    assert.deepEqual(
      entries.map((entry) => entry.timestampMs),
      [start, start, start + 1_500],
    )
  })
}

/** Of a broker's clock only this is sure: it is near ours, and a later record is not earlier. */
async function brokerTimes(make: SubjectFactory): Promise<void> {
  await onNew(make, manualClock(start), async ({ log }) => {
    const before = Date.now()
    await log.append(0, numbered(0, 2))
    await log.append(0, numbered(2, 1))
    const after = Date.now()
    const times = (await read(follow(log, 0), 0, 3)).map((entry) => entry.timestampMs)
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    )
    assert.equal(times[0], times[1])
    assert.ok(times.every((time) => time >= before - CLOCK_APART_MS_MAX))
    assert.ok(times.every((time) => time <= after + CLOCK_APART_MS_MAX))
  })
}

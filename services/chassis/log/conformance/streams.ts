import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { manualClock } from '../clock.ts'
import { type EventStreams, LogUnusable, type StreamEntry } from '../port.ts'
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

const payloads = (entries: readonly StreamEntry[]) => entries.map((entry) => text(entry.bytes))
const events = (...names: readonly string[]) => names.map(bytes)
const follow = (streams: EventStreams, stream: string) => streams.tail.bind(streams, stream)

/** Registers the tests that every EventStreams must pass. */
export function streamsConformance(
  adapter: string,
  make: SubjectFactory,
  { repeats }: Freedoms = {},
): void {
  describe(`${adapter} keeps the promises of EventStreams`, () => {
    const holds = (
      guarantee: string,
      story: (opened: Opened, reopen: () => Promise<Opened>) => Promise<void>,
    ) => void test(guarantee, () => onNew(make, manualClock(0), story))

    holds('events are read in the order of publishing', async ({ streams }) => {
      const reading = read(follow(streams, 'routing/0'), 0, 3)
      await streams.publish('routing/0', 0, events('a', 'b'))
      await streams.publish('routing/0', 2, events('c'))
      const entries = await reading
      assert.deepEqual(payloads(entries), ['a', 'b', 'c'])
      assert.deepEqual(
        entries.map((entry) => entry.position),
        [0, 1, 2],
      )
    })

    holds('streams are apart from each other', async ({ streams }) => {
      await streams.publish('routing/0', 0, events('r'))
      await streams.publish('skills/0', 0, events('s'))
      assert.deepEqual(payloads(await read(follow(streams, 'routing/0'), 0, 1)), ['r'])
      assert.deepEqual(payloads(await read(follow(streams, 'skills/0'), 0, 1)), ['s'])
    })

    holds('publishing again what is there adds only what is new', async ({ streams }) => {
      await streams.publish('routing/0', 0, events('a', 'b', 'c'))
      await streams.publish('routing/0', 0, events('a', 'b', 'c'))
      await streams.publish('routing/0', 1, events('b'))
      await streams.publish('routing/0', 2, events('c', 'd'))
      await streams.publish('routing/0', 4, [])
      await streams.publish('routing/0', 4, events('e'))
      const entries = await read(follow(streams, 'routing/0'), 0, 5)
      assert.deepEqual(payloads(entries), ['a', 'b', 'c', 'd', 'e'])
    })

    if (!repeats) {
      holds('a gap is an error, and leaves the stream as it was', async ({ streams }) => {
        await streams.publish('routing/0', 0, events('a'))
        await assert.rejects(streams.publish('routing/0', 2, events('c')), LogUnusable)
        await streams.publish('routing/0', 1, events('b'))
        assert.deepEqual(payloads(await read(follow(streams, 'routing/0'), 0, 2)), ['a', 'b'])
      })
    }

    holds('a tail from the middle, and one from beyond the end', async ({ streams }) => {
      await streams.publish('routing/0', 0, events('a', 'b', 'c'))
      assert.deepEqual(payloads(await read(follow(streams, 'routing/0'), 2, 1)), ['c'])
      const error = await ending(follow(streams, 'routing/0'), 4, unheard)
      assert.ok(error instanceof LogUnusable)
    })

    holds('where a stream begins and ends is told', async ({ streams }) => {
      const bounds = async () => [await streams.first('routing/0'), await streams.head('routing/0')]
      assert.deepEqual(await bounds(), [0, 0])
      await streams.publish('routing/0', 0, events('a', 'b', 'c'))
      assert.deepEqual(await bounds(), [0, 3])
      assert.equal(await streams.head('skills/0'), 0)
    })

    holds('stop means silence', async ({ streams }) => {
      const heard: string[] = []
      const hear = (entries: readonly StreamEntry[]) => void heard.push(...payloads(entries))
      const tail = streams.tail('routing/0', 0, hear, unheard)
      await tail.stop()
      await streams.publish('routing/0', 0, events('a'))
      await read(follow(streams, 'routing/0'), 0, 1)
      assert.deepEqual(heard, [])
    })

    holds('reopening gives what was published', async ({ streams }, reopen) => {
      await streams.publish('routing/0', 0, events('a', 'b'))
      const { streams: again } = await reopen()
      await again.publish('routing/0', 1, events('b', 'c'))
      const all = repeats ? ['a', 'b', 'b', 'c'] : ['a', 'b', 'c']
      assert.deepEqual(payloads(await read(follow(again, 'routing/0'), 0, all.length)), all)
    })
  })
}

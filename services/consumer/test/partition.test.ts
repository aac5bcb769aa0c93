import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { type Mark, markBefore, MarkMoved, sameMark, type Trouble } from '../index.ts'
import { Partition } from '../partition.ts'
import { eventBytes, topicOf } from './topic.ts'

/** A process that reads one partition, its memory and its disk; `dies` says when it is gone. */
class Reader {
  readonly handed: number[] = []
  readonly foreign: string[] = []
  readonly troubles: Trouble[] = []
  readonly waits: number[] = []
  disk: Mark | undefined
  /** Thrown by the handler or the store instead of succeeding, as often as it is there. */
  readonly failures: ('handler' | 'store' | 'quarantine')[] = []
  moved = false
  partition = this.start()

  start(): Partition<unknown> {
    this.partition = new Partition<unknown>({
      partition: 0,
      mark: this.disk ?? markBefore(0),
      kept: this.disk,
      store: {
        load: async () => this.disk,
        save: async (_partition, mark, before) => {
          this.#fail('store')
          if (this.moved || !sameMark(before, this.disk)) throw new MarkMoved('moved')
          this.disk = mark
        },
      },
      onEvent: async ({ timeMs }) => {
        this.#fail('handler')
        this.handed.push(timeMs)
      },
      onForeign: ({ reason }) => {
        this.#fail('quarantine')
        this.foreign.push(reason)
      },
      onTrouble: (trouble) => void this.troubles.push(trouble),
      wait: async (ms) => void this.waits.push(ms),
      onIdle: () => {},
    })
    return this.partition
  }

  #fail(kind: 'handler' | 'store' | 'quarantine'): void {
    if (this.failures[0] !== kind) return
    this.failures.shift()
    throw new Error(`${kind} fails`)
  }

  async reads(values: readonly (Uint8Array | null)[], first = 0): Promise<void> {
    this.partition.push(topicOf(values, first))
    while (this.partition.backlog > 0 && this.partition.state !== 'stopped') await turn()
  }
}

const events = (...numbers: number[]) => numbers.map((n) => eventBytes(n))

describe('a partition', () => {
  test('hands over each event once, in order, and keeps the mark after each', async () => {
    const reader = new Reader()
    await reader.reads(events(0, 1, 0, 1, 2, 1, 3))
    assert.deepEqual(reader.handed, [0, 1, 2, 3])
    assert.deepEqual(reader.disk, reader.partition.mark)
    assert.equal(reader.partition.repeats, 3)
  })

  test('tries a failed event again until it succeeds, and nothing else meanwhile', async () => {
    const reader = new Reader()
    reader.failures.push('handler', 'handler', 'handler')
    await reader.reads(events(0, 1, 2))
    assert.deepEqual(reader.handed, [0, 1, 2])
    assert.deepEqual(reader.waits, [100, 200, 400])
    assert.deepEqual(
      reader.troubles.map((one) => one.kind),
      ['handler', 'handler', 'handler'],
    )
  })

  test('does not hand over again what only could not be kept', async () => {
    const reader = new Reader()
    reader.failures.push('store', 'store')
    await reader.reads(events(0, 1))
    assert.deepEqual(reader.handed, [0, 1])
    assert.equal(reader.disk?.position, 1)
  })

  test('stops when another has moved its mark', async () => {
    const reader = new Reader()
    await reader.reads(events(0))
    reader.moved = true
    await reader.reads(events(1, 2), 1)
    assert.deepEqual(reader.handed, [0, 1])
    const last = reader.troubles.at(-1)
    assert.deepEqual(last, { kind: 'stopped', partition: 0, why: { kind: 'taken' } })
    assert.equal(reader.partition.state, 'stopped')
  })

  test('stops before a gap, and takes nothing further', async () => {
    const reader = new Reader()
    await reader.reads(events(0))
    await reader.reads(events(1, 2), 5)
    await reader.reads(events(1), 1)
    assert.deepEqual(reader.handed, [0])
    const why = { kind: 'gap', expected: 1, found: 5 }
    assert.deepEqual(reader.troubles, [{ kind: 'stopped', partition: 0, why }])
  })

  test('tells what is foreign, and goes on', async () => {
    const reader = new Reader()
    reader.failures.push('quarantine')
    await reader.reads([eventBytes(0), Buffer.from([255, 255]), null, eventBytes(1)])
    assert.deepEqual(reader.handed, [0, 1])
    assert.deepEqual(reader.foreign, ['not_an_event', 'empty'])
    assert.equal(reader.partition.foreign, 2)
  })

  test('when closed keeps the mark of the event in hand, and begins no other', async () => {
    const reader = new Reader()
    reader.partition.push(topicOf(events(0, 1, 2)))
    await reader.partition.close()
    assert.deepEqual(reader.handed, [0])
    assert.equal(reader.disk?.position, 0)
  })
})

describe('a process that dies', () => {
  // Where: before the event's effect, between effect and mark, after the mark.
  const topic = events(0, 1, 0, 1, 2, 3, 2, 3, 4, 5)
  const places = ['before', 'between', 'after'] as const
  for (const place of places) {
    for (let at = 0; at <= 5; at++) {
      const then = place === 'between' ? 'repeats it' : 'repeats nothing'
      test(`${place} event ${at} loses nothing and ${then}`, async () => {
        const effects: number[] = []
        let disk: Mark | undefined
        let dead = false
        const gone = new Promise<never>(() => {})
        const begin = () =>
          new Partition<unknown>({
            partition: 0,
            mark: disk ?? markBefore(0),
            kept: disk,
            store: {
              load: async () => disk,
              save: async (_partition, mark) => {
                if (dead) return gone
                disk = mark
                if (place === 'after' && effects.at(-1) === at) dead = true
              },
            },
            onEvent: async ({ timeMs }) => {
              if (dead) return gone
              const here = timeMs === at && !effects.includes(at)
              if (here && place === 'before' && !dying) {
                dying = true
                dead = true
                return gone
              }
              effects.push(timeMs)
              if (here && place === 'between') dead = true
            },
            onForeign: () => {},
            onTrouble: () => {},
            wait: async () => {},
            onIdle: () => {},
          })
        let dying = false
        begin().push(topicOf(topic))
        for (let turns = 0; turns < 50; turns++) await turn()
        dead = false
        const from = (disk?.position ?? -1) + 1
        const second = begin()
        second.push(topicOf(topic.slice(from), from))
        for (let turns = 0; turns < 50; turns++) await turn()
        await second.close()
        const once = [0, 1, 2, 3, 4, 5]
        const twice = once.flatMap((n) => (n === at ? [n, n] : [n]))
        assert.deepEqual(effects, place === 'between' ? twice : once)
      })
    }
  }

  test('in the middle of a transaction of effect and mark repeats nothing', async () => {
    for (let at = 0; at <= 5; at++) {
      for (const committed of [false, true]) {
        let disk: { readonly effects: readonly number[]; readonly mark: Mark | undefined } = {
          effects: [],
          mark: undefined,
        }
        let died = false
        let dead = false
        const gone = new Promise<never>(() => {})
        const begin = () =>
          new Partition<unknown>({
            partition: 0,
            mark: disk.mark ?? markBefore(0),
            kept: disk.mark,
            store: { load: async () => disk.mark },
            onEvent: async ({ timeMs }, { mark, before }) => {
              if (dead) return gone
              assert.ok(sameMark(before, disk.mark))
              const here = timeMs === at && !died
              if (!here || committed) disk = { effects: [...disk.effects, timeMs], mark }
              if (!here) return
              died = true
              dead = true
              return gone
            },
            onForeign: () => {},
            onTrouble: ({ kind }) => assert.fail(kind),
            wait: async () => {},
            onIdle: () => {},
          })
        begin().push(topicOf(topic))
        for (let turns = 0; turns < 50; turns++) await turn()
        dead = false
        const from = (disk.mark?.position ?? -1) + 1
        begin().push(topicOf(topic.slice(from), from))
        for (let turns = 0; turns < 50; turns++) await turn()
        assert.deepEqual(disk.effects, [0, 1, 2, 3, 4, 5])
      }
    }
  })
})

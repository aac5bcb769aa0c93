import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { type Job, Ordered, Slots } from '../shell/ingress/order.ts'

async function settled(): Promise<void> {
  for (let turns = 0; turns < 4; turns++) await turn()
}

/** Jobs that end, or rest, when they are told to. */
class Bench {
  readonly begun: number[] = []
  readonly inHand = new Map<number, (next: boolean | 'rests') => void>()
  /** Each lets one who rests go on. */
  readonly #resting: (() => void)[] = []
  readonly keys = new Map<number, string | undefined>()
  readonly ordered: Ordered<number>

  constructor(slots = new Slots(100), restingMax = 100) {
    this.ordered = new Ordered<number>({
      slots,
      restingMax,
      act: async (offset, { signal, rest }) => {
        this.begun.push(offset)
        for (;;) {
          const { promise, resolve } = Promise.withResolvers<boolean | 'rests'>()
          this.inHand.set(offset, resolve)
          if (signal.aborted) return false
          signal.addEventListener('abort', () => resolve(false))
          const next = await promise
          if (next !== 'rests') return next
          await rest(1)
        }
      },
      pause: (_, signal) => {
        const { promise, resolve } = Promise.withResolvers<void>()
        this.#resting.push(resolve)
        signal.addEventListener('abort', () => resolve())
        return promise
      },
      onIdle: () => {},
    })
  }

  push(...jobs: readonly (readonly [offset: number, key: string | undefined])[]): void {
    for (const [offset, key] of jobs) this.keys.set(offset, key)
    this.ordered.push(jobs.map(([offset, key]): Job<number> => ({ offset, key, work: offset })))
  }

  async ends(offset: number): Promise<void> {
    await this.#goesOn(offset, true)
  }

  async rests(offset: number): Promise<void> {
    await this.#goesOn(offset, 'rests')
  }

  /** Whoever has rested longest has done so for long enough. */
  async wakes(): Promise<void> {
    this.#resting.shift()?.()
    await settled()
  }

  async #goesOn(offset: number, next: true | 'rests'): Promise<void> {
    this.inHand.get(offset)?.(next)
    this.inHand.delete(offset)
    await settled()
  }
}

describe('records of a partition', () => {
  test('of one contact are done one after another, of others meanwhile', async () => {
    const bench = new Bench()
    bench.push([0, 'a'], [1, 'a'], [2, 'b'], [3, undefined], [4, 'a'])
    assert.deepEqual(bench.begun, [0, 2, 3])
    await bench.ends(0)
    assert.deepEqual(bench.begun, [0, 2, 3, 1])
    await bench.ends(1)
    assert.deepEqual(bench.begun, [0, 2, 3, 1, 4])
  })

  test('are said to be done only with all before them', async () => {
    const bench = new Bench()
    bench.push([10, 'a'], [11, 'b'], [14, 'c'])
    await bench.ends(14)
    await bench.ends(11)
    assert.equal(bench.ordered.done, undefined)
    await bench.ends(10)
    assert.equal(bench.ordered.done, 15)
    assert.equal(bench.ordered.backlog, 0)
  })

  test('that are given up are not done, nor what is behind them', async () => {
    const bench = new Bench()
    bench.push([0, 'a'], [1, 'a'], [2, 'b'])
    await bench.ends(0)
    await bench.ordered.close()
    assert.deepEqual([bench.ordered.done, bench.begun], [1, [0, 2, 1]])
  })

  test('share the slots with other partitions, by turns', async () => {
    const slots = new Slots(1)
    const [one, other] = [new Bench(slots), new Bench(slots)]
    one.push([0, 'a'], [1, 'b'], [2, 'c'])
    other.push([0, 'a'])
    assert.deepEqual([one.begun, other.begun], [[0], []])
    await one.ends(0)
    assert.deepEqual([one.begun, other.begun], [[0, 1], []])
    await one.ends(1)
    assert.deepEqual([one.begun, other.begun], [[0, 1], [0]])
    await other.ends(0)
    assert.deepEqual(one.begun, [0, 1, 2])
  })

  test('leave their slots to others while they rest, and then wait for one', async () => {
    const slots = new Slots(1)
    const [one, other] = [new Bench(slots), new Bench(slots)]
    one.push([0, 'a'])
    other.push([0, 'b'])
    await one.rests(0)
    assert.deepEqual(other.begun, [0])
    await one.wakes()
    assert.deepEqual([...one.inHand.keys()], [])
    await other.ends(0)
    assert.deepEqual([...one.inHand.keys()], [0])
    await one.ends(0)
    assert.deepEqual([one.ordered.done, other.ordered.done], [1, 1])
  })

  test('are begun no further while too many of them rest', async () => {
    const bench = new Bench(new Slots(2), 1)
    bench.push([0, 'a'])
    await bench.rests(0)
    bench.push([1, 'b'])
    assert.deepEqual(bench.begun, [0])
    await bench.wakes()
    assert.deepEqual(
      [...bench.inHand.keys()].toSorted((a, b) => a - b),
      [0, 1],
    )
  })

  test('that rest when the partition is given up take no slot with them', async () => {
    const slots = new Slots(1)
    const [gone, other] = [new Bench(slots), new Bench(slots)]
    gone.push([0, 'a'])
    await gone.rests(0)
    other.push([0, 'b'], [1, 'c'])
    await gone.wakes()
    await gone.ordered.close()
    await other.ends(0)
    assert.deepEqual([gone.ordered.done, other.begun], [undefined, [0, 1]])
  })

  test('leave their slots to others when the partition is given up', async () => {
    const slots = new Slots(1)
    const [one, gone, other] = [new Bench(slots), new Bench(slots), new Bench(slots)]
    for (const bench of [one, gone, other]) bench.push([0, 'a'])
    await gone.ordered.close()
    await one.ends(0)
    assert.deepEqual(other.begun, [0])
  })
})

test('however they end, no contact overtakes itself and nothing is left out', async () => {
  const jobs = fc.array(fc.constantFrom('a', 'b', 'c', undefined), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(jobs, fc.array(fc.nat()), fc.integer({ min: 1, max: 4 }), async (...args) => {
      const [keys, draws, slots] = args
      const bench = new Bench(new Slots(slots))
      bench.push(...keys.map((key, i) => [i, key] as const))
      for (let i = 0; bench.inHand.size > 0; i++) {
        assert.ok(bench.inHand.size <= slots)
        const busy = [...bench.inHand.keys()].map((offset) => bench.keys.get(offset))
        const keyed = busy.filter((key) => key !== undefined)
        assert.equal(new Set(keyed).size, keyed.length, 'two of one contact in hand')
        const open = [...bench.inHand.keys()]
        await bench.ends(open[(draws[i] ?? 0) % open.length] ?? 0)
      }
      for (const key of ['a', 'b', 'c']) {
        const mine = bench.begun.filter((offset) => bench.keys.get(offset) === key)
        assert.deepEqual(
          mine,
          mine.toSorted((a, b) => a - b),
        )
      }
      assert.equal(bench.begun.length, keys.length)
      assert.equal(bench.ordered.done, keys.length === 0 ? undefined : keys.length)
    }),
    { seed: 4, numRuns: 100 },
  )
})

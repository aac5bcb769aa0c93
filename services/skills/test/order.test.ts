import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { IdOrder } from '../core/order.ts'

const step = fc.record({
  slot: fc.nat(40),
  set: fc.nat(2),
  // undefined: the row goes.
  id: fc.option(
    fc.nat(40).map((n) => `id-${n}`),
    { nil: undefined },
  ),
})

test('ids come in order, whatever came, moved, went or was told twice', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.nat(40), (steps, from) => {
      const order = new IdOrder()
      const model = new Map<number, { set: number; id: string }>()
      for (const { slot, set, id } of steps) {
        const taken = [...model].some(
          ([at, row]) => at !== slot && row.set === set && row.id === id,
        )
        if (taken) continue
        const now = id === undefined ? undefined : { set, id }
        order.sync(slot, now)
        order.sync(slot, now)
        if (now === undefined) model.delete(slot)
        else model.set(slot, now)
      }
      for (const set of [0, 1, 2]) {
        const inSet = [...model]
          .filter(([, row]) => row.set === set)
          .toSorted(([, a], [, b]) => (a.id < b.id ? -1 : 1))
        const after = inSet.filter(([, row]) => row.id > `id-${from}`).map(([slot]) => slot)
        assert.equal(order.size(set), inSet.length)
        assert.deepEqual(
          order.after(set, '', 100),
          inSet.map(([slot]) => slot),
        )
        assert.deepEqual(order.after(set, `id-${from}`, 5), after.slice(0, 5))
      }
    }),
  )
})

test('long orders are held in runs, and stay right while they empty', () => {
  const order = new IdOrder()
  const id = (n: number) => `agent-${String(n).padStart(5, '0')}`
  // 7,919 is coprime to 5,000: each number once, in no order.
  const shuffled = Array.from({ length: 5_000 }, (_, i) => (i * 7_919) % 5_000)
  for (const n of shuffled) order.sync(n, { set: 0, id: id(n) })
  const all = Array.from({ length: 5_000 }, (_, n) => n)
  assert.deepEqual(order.after(0, '', 10_000), all)
  assert.deepEqual(order.after(0, id(1_234), 3), [1_235, 1_236, 1_237])
  for (const n of shuffled) if (n % 3 !== 0) order.sync(n, undefined)
  assert.deepEqual(
    order.after(0, '', 10_000),
    all.filter((n) => n % 3 === 0),
  )
  for (const n of all) order.sync(n, undefined)
  assert.equal(order.size(0), 0)
  assert.deepEqual(order.after(0, '', 10), [])
})

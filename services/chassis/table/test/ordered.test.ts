import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CoreFault, Database, int, NONE, OrderedSetsCore, text } from '../index.ts'

const moves = fc.array(
  fc.record({
    item: fc.integer({ min: 0, max: 1500 }),
    set: fc.constantFrom(NONE, 0, 1, 40),
    key: fc.integer({ min: -3, max: 3 }),
  }),
  { maxLength: 300 },
)

test('sets without a table: any insertions and removals leave the sorted order', () => {
  fc.assert(
    fc.property(moves, fc.boolean(), (taken, ranked) => {
      const sets = new OrderedSetsCore(1501, ranked)
      const held = new Map<number, { set: number; key: number }>()
      for (const { item, set, key } of taken) {
        sets.remove(item)
        held.delete(item)
        if (set === NONE) continue
        sets.insert(set, item, key, item)
        held.set(item, { set, key })
      }
      for (const set of [0, 1, 40]) {
        const wanted = [...held].filter(([, at]) => at.set === set)
        wanted.sort(([left, a], [right, b]) => a.key - b.key || left - right)
        const found: number[] = []
        for (let item = sets.first(set); item !== NONE; item = sets.next(item)) {
          if (ranked) assert.equal(sets.rank(item), found.length)
          found.push(item)
        }
        assert.equal(sets.last(set), found.at(-1) ?? NONE)
        assert.deepEqual(
          found,
          wanted.map(([item]) => item),
        )
        assert.equal(sets.size(set), wanted.length)
      }
      assert.equal(sets.first(7), NONE)
      assert.equal(sets.first(1000), NONE)
    }),
  )
})

test('a long sorted insertion keeps steps few: every order is reached from either end', () => {
  const sets = new OrderedSetsCore(20_000)
  for (let item = 0; item < 20_000; item++) sets.insert(3, item, item, item)
  assert.equal(sets.size(3), 20_000)
  assert.equal(sets.rank(19_999), 19_999)
  assert.equal(sets.atOrAfter(3, 12_345, 0), 12_345)
  assert.equal(sets.atOrAfter(3, 20_000, 0), NONE)
  for (let item = 0; item < 20_000; item += 2) sets.remove(item)
  assert.equal(sets.first(3), 1)
  assert.equal(sets.rank(19_999), 9_999)
})

test('an item beyond the cap, an item twice, or NaN is a CoreFault', () => {
  const sets = new OrderedSetsCore(2)
  sets.insert(0, 0, 1, 1)
  assert.throws(() => sets.insert(0, 0, 1, 1), CoreFault)
  assert.throws(() => sets.insert(0, 2, 1, 1), CoreFault)
  assert.throws(() => sets.insert(0, 1, Number.NaN, 1), CoreFault)
  assert.throws(() => sets.rank(1), CoreFault)
  const unranked = new OrderedSetsCore(2, false)
  unranked.insert(0, 0, 1, 1)
  assert.throws(() => unranked.rank(0), CoreFault)
})

test('a table keeps its order, keys and texts while it grows and churns', () => {
  const db = new Database()
  const table = db.table('rows', { id: text(20), seq: int() }, { cap: 40_000, key: 'id' })
  const all = table.ordered({ set: () => 0, key: (row) => -row.seq, tie: (row) => row.seq })
  const byDigit = table.lookup(
    (row) => row.id.slice(-2),
    (row) => row.seq,
  )
  for (let seq = 0; seq < 5_000; seq++) table.insert({ id: `row-${seq}`, seq })
  db.commit()
  for (let seq = 0; seq < 5_000; seq++) {
    if (seq % 3 === 0) table.delete(table.must(`row-${seq}`))
    if (seq % 500 === 0) db.commit()
    if (seq % 3 === 1) table.insert({ id: `again-${seq}`, seq: 10_000 + seq })
  }
  db.commit()
  assert.deepEqual(db.check(), [])
  assert.equal(table.size, 5_000)
  assert.equal(table.at(all.first(0)).id, 'again-4999')
  assert.equal(table.get('row-3'), undefined)
  assert.equal(table.must('row-4').seq, 4)
  assert.equal(byDigit.size('07'), 49)
})

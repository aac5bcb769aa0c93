import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Database, deadline, int, NONE, text } from '../index.ts'

const NEVER = Number.POSITIVE_INFINITY

function timers() {
  const db = new Database()
  const table = db.table(
    'timers',
    { id: text(9), seq: int(), due: deadline() },
    {
      cap: 300,
      key: 'id',
    },
  )
  const heap = table.heap({ at: (row) => row.due, tie: (row) => row.seq })
  const add = (seq: number, due: number) => table.insert({ id: `t${seq}`, seq, due })
  return { db, table, heap, add }
}

test('timers fire by deadline, then by tie, whatever was moved or removed before', () => {
  const dues = fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 300 })
  const moves = fc.array(fc.tuple(fc.nat(299), fc.option(fc.nat(99), { nil: NEVER })), {
    maxLength: 150,
  })
  fc.assert(
    fc.property(dues, moves, (first, then) => {
      const { db, table, heap, add } = timers()
      const held = new Map(first.map((due, seq) => [seq, due]))
      for (const [seq, due] of held) add(seq, due)
      for (const [seq, due] of then) {
        if (!held.has(seq)) continue
        held.set(seq, due)
        table.update(table.must(`t${seq}`), { due })
      }
      assert.deepEqual(db.check(), [])
      const wanted = [...held].filter(([, due]) => due !== NEVER)
      wanted.sort(([left, a], [right, b]) => a - b || left - right)
      for (const [seq, due] of wanted) {
        assert.equal(heap.firstAt(), due)
        assert.equal(table.at(heap.first()).seq, seq)
        table.delete(table.at(heap.first()))
      }
      assert.equal(heap.first(), NONE)
      assert.equal(heap.firstAt(), NEVER)
    }),
  )
})

test('removal from the middle may lift the row that fills the gap', () => {
  const { db, table, heap, add } = timers()
  // The last row lies under 10, the removed one under 50: what fills the gap must rise past 50.
  const dues = [0, 50, 10, 10, 10, 60, 60, 60, 60, 20]
  dues.forEach((due, seq) => add(seq, due))
  table.delete(table.must('t5'))
  assert.deepEqual(db.check(), [])
  assert.equal(table.at(heap.first()).seq, 0)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Database, int, NONE, ref, text } from '../index.ts'

/** Functions that read something outside the row: what the indices forbid, and can't see. */
function strayed() {
  const outside = { shift: 0 }
  const db = new Database()
  const table = db.table(
    'rows',
    { id: text(9), seq: int(), other: ref('rows') },
    {
      cap: 10,
      key: 'id',
    },
  )
  const add = (id: string, seq: number) => table.insert({ id, seq, other: NONE })
  return { outside, db, table, add }
}

const wrong: readonly [string, (at: ReturnType<typeof strayed>) => void, RegExp][] = [
  [
    'ordered: a set that moved',
    ({ table, outside }) =>
      table.ordered({ set: () => outside.shift, key: (row) => row.seq, tie: (row) => row.seq }),
    /ordered 0: set 0: holds 2 rows, should hold 0/,
  ],
  [
    'ordered: a key that moved',
    ({ table, outside }) =>
      table.ordered({
        set: () => 0,
        key: (row) => row.seq * (1 - 2 * outside.shift),
        tie: () => 0,
      }),
    /ordered 0: set 0: rows "b" is not at 0/,
  ],
  [
    'ordered: a row that should have left',
    ({ table, outside }) =>
      table.ordered({ set: () => -outside.shift, key: (row) => row.seq, tie: () => 0 }),
    /ordered 0: holds rows "a"/,
  ],
  [
    'heap: a deadline that moved',
    ({ table, outside }) =>
      table.heap({ at: (row) => row.seq + outside.shift, tie: (row) => row.seq }),
    /heap 0: rows "a" has an old deadline/,
  ],
  [
    'heap: a deadline that was lifted',
    ({ table, outside }) =>
      table.heap({ at: () => 1 / (1 - outside.shift), tie: (row) => row.seq }),
    /heap 0: holds rows "a"/,
  ],
  [
    'lookup: a text that changed',
    ({ table, outside }) =>
      table.lookup(
        () => `key${outside.shift}`,
        (row) => row.seq,
      ),
    /lookup 0: "key1": holds 0 rows, should hold 2/,
  ],
  [
    'counted: a set that changed',
    ({ table, outside }) => table.counted(() => outside.shift),
    /counted 0: set 0 counts 2 rows, there are 0/,
  ],
  [
    'derive: a structure that says so',
    ({ table, outside }) =>
      table.derive({ sync: () => {}, check: () => (outside.shift > 0 ? ['astray'] : []) }),
    /astray/,
  ],
]

for (const [what, make, fault] of wrong) {
  test(`check finds ${what}`, () => {
    const at = strayed()
    make(at)
    at.add('a', 1)
    at.add('b', 2)
    at.db.commit()
    assert.deepEqual(at.db.check(), [])
    at.outside.shift = 1
    assert.match(at.db.check().join('\n'), fault)
  })
}

test('check finds equal ties, which would let history decide', () => {
  const { db, table, add } = strayed()
  table.ordered({ set: () => 0, key: () => 0, tie: () => 7 })
  table.lookup(
    () => 'all',
    () => 7,
  )
  add('a', 1)
  assert.deepEqual(db.check(), [])
  add('b', 2)
  assert.deepEqual(db.check(), [
    'rows ordered 0: set 0: rows "a" and rows "b" have equal ties',
    'rows lookup 1: "all": rows "b" has an equal tie',
  ])
})

test('check finds a reference to a row that is gone', () => {
  const { db, table, add } = strayed()
  const a = add('a', 1)
  const b = add('b', 2)
  table.update(b, { other: a.slot })
  db.commit()
  assert.deepEqual(db.check(), [])
  table.delete(a)
  assert.deepEqual(db.check(), ['rows: b.other refers to a row that is gone'])
})

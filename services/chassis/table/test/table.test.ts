import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CoreFault, Database, int, NONE, oneOf, ref, text } from '../index.ts'

function office() {
  const db = new Database()
  const queues = db.table('queues', { id: text(20) }, { cap: 4, key: 'id' })
  const contacts = db.table(
    'contacts',
    { id: text(20), state: oneOf('waiting', 'done'), queue: ref('queues'), seq: int() },
    { cap: 3, key: 'id' },
  )
  const waiting = contacts.ordered({
    set: (row) => (row.state === 'waiting' ? row.queue : NONE),
    key: (row) => row.seq,
    tie: (row) => row.seq,
  })
  const sales = queues.insert({ id: 'sales' })
  const add = (id: string, seq: number) =>
    contacts.insert({ id, state: 'waiting', queue: sales.slot, seq })
  db.commit()
  return { db, queues, contacts, waiting, sales, add }
}

test('a new row takes from its blank what it is not given, as if all had been named', () => {
  const { db, contacts, queues } = office()
  const other = queues.insert({ id: 'other' })
  const blank = { state: 'done', queue: other.slot, seq: 3 } as const
  contacts.insert({ id: 'a' }, blank)
  contacts.insert({ id: 'b', state: 'waiting', seq: 0 }, blank)
  const plain = contacts.inKeyOrder().map((row) => contacts.plain(row))
  assert.deepEqual(plain, [
    { id: 'a', ...blank },
    { id: 'b', state: 'waiting', queue: other.slot, seq: 0 },
  ])
  db.commit()
  assert.deepEqual(db.check(), [])
})

test('a commit tells each touched row once, in order of first touch', () => {
  const { db, contacts, queues, sales, add } = office()
  add('a', 1)
  add('b', 2)
  db.commit()
  contacts.update(contacts.must('b'), { seq: 5 })
  contacts.delete(contacts.must('a'))
  add('c', 3)
  contacts.update(contacts.must('b'), { seq: 6 })
  add('d', 4)
  contacts.delete(contacts.must('d'))
  assert.equal(db.touched(), 4)
  const told = db.commit().map(({ table, id, existed, exists }) => ({ table, id, existed, exists }))
  assert.deepEqual(told, [
    { table: 'contacts', id: 'b', existed: true, exists: true },
    { table: 'contacts', id: 'a', existed: true, exists: false },
    { table: 'contacts', id: 'c', existed: false, exists: true },
  ])
  assert.equal(db.touched(), 0)
  assert.deepEqual(db.commit(), [])
  assert.equal(queues.at(sales.slot).id, 'sales')
})

test('a patch that changes nothing leaves no trace', () => {
  const { db, contacts, add } = office()
  const row = add('a', 1)
  db.commit()
  contacts.update(row, { seq: 1, state: 'waiting', id: 'a', queue: row.queue })
  assert.equal(db.touched(), 0)
  contacts.update(row, { seq: 2 })
  assert.equal(db.touched(), 1)
})

test('undo: inserted rows are gone, deleted ones are back in their slots, indices follow', () => {
  const { db, contacts, waiting, sales, add } = office()
  const a = add('a', 1)
  const b = add('b', 2)
  db.commit()
  const before = db.dump()
  contacts.update(a, { state: 'done', seq: 9 })
  contacts.delete(b)
  const again = add('b', 7)
  assert.notEqual(again.slot, b.slot)
  assert.equal(waiting.first(sales.slot), again.slot)
  db.undo()
  assert.equal(db.dump(), before)
  assert.equal(contacts.must('b').slot, b.slot)
  assert.equal(waiting.first(sales.slot), a.slot)
  assert.equal(waiting.next(a.slot), b.slot)
  assert.equal(contacts.size, 2)
  assert.equal(db.touched(), 0)
  assert.deepEqual(db.check(), [])
  assert.equal(add('c', 3).slot, again.slot)
})

test('a slot is taken again only after the commit; a full table can still replace a row', () => {
  const { db, contacts, add } = office()
  const slots = [add('a', 1), add('b', 2), add('c', 3)].map((row) => row.slot)
  db.commit()
  assert.equal(contacts.size, contacts.cap)
  assert.throws(() => add('d', 4), CoreFault)
  contacts.delete(contacts.must('b'))
  const d = add('d', 4)
  assert.ok(!slots.includes(d.slot))
  db.commit()
  contacts.delete(d)
  db.commit()
  assert.equal(add('e', 5).slot, d.slot)
  assert.deepEqual(db.check(), [])
})

test('a deleted row reads as it was until the commit', () => {
  const { db, contacts, add } = office()
  const a = add('a', 1)
  db.commit()
  contacts.delete(a)
  assert.equal(contacts.get('a'), undefined)
  assert.equal(a.id, 'a')
  db.commit()
  assert.throws(() => contacts.at(a.slot), CoreFault)
})

test('swapped ties pass through equal ones, forwards and back', () => {
  const { db, contacts, waiting, sales, add } = office()
  const a = add('a', 1)
  const b = add('b', 2)
  db.commit()
  contacts.update(a, { seq: 2 })
  contacts.update(b, { seq: 1 })
  assert.equal(waiting.first(sales.slot), b.slot)
  assert.deepEqual(db.check(), [])
  db.undo()
  assert.equal(waiting.first(sales.slot), a.slot)
  assert.deepEqual(db.check(), [])
})

test('an index made late holds the rows that are there', () => {
  const { db, contacts, add } = office()
  const a = add('a', 1)
  const late = contacts.lookup((row) => row.state)
  assert.equal(late.first('waiting'), a.slot)
  contacts.update(a, { state: 'done' })
  assert.equal(late.first('waiting'), NONE)
  assert.equal(late.first('done'), a.slot)
  assert.deepEqual(db.check(), [])
})

test('dumps show keys, never slots, and not the order of arrival', () => {
  const left = office()
  left.add('a', 1)
  left.add('b', 2)
  const right = office()
  right.add('x', 9)
  right.add('b', 2)
  right.contacts.delete(right.contacts.must('x'))
  right.db.commit()
  right.add('a', 1)
  assert.equal(left.db.dump(), right.db.dump())
  assert.match(left.db.dump(), /contacts id="a" state=waiting queue=queues "sales" seq=1\n/)
})

const faults: readonly [what: string, act: (at: ReturnType<typeof office>) => void, RegExp][] = [
  ['must of an unknown key', ({ contacts }) => contacts.must('x'), /no row "x"/],
  ['at of NONE', ({ contacts }) => contacts.at(NONE), /no row at -1/],
  ['at of a slot never used', ({ contacts }) => contacts.at(2), /no row at 2/],
  ['a second row of one key', ({ add }) => [add('a', 1), add('a', 2)], /a second row "a"/],
  [
    'deletion twice',
    (o) => [o.add('a', 1)].map((a) => [1, 2].map(() => o.contacts.delete(a))),
    /gone/,
  ],
  ['update of a gone row', ({ contacts }) => contacts.update({ slot: 2 }, { seq: 1 }), /gone/],
  ['a fraction half way through an insertion', ({ add }) => add('a', 0.5), /integer/],
  [
    'a set that is none, found as the indices catch up',
    ({ db, queues, contacts, add }) => {
      contacts.counted((row) => (row.seq === 7 ? row.seq - 7.5 : NONE))
      queues.insert({ id: 'other' })
      add('a', 7)
      db.derive()
    },
    /no set -0.5/,
  ],
  [
    'a row that nobody gives a column',
    ({ contacts }) => contacts.insert({ id: 'a', seq: 1 } as never, { state: 'done' } as const),
    /a row without queue/,
  ],
  [
    'a column of a name that every row has',
    ({ db }) => db.table('rooms', { id: text(1), inside: int() }, { cap: 1, key: 'id' }),
    /rooms: every row has inside/,
  ],
  [
    'a patch with a column that is not there, behind one that is',
    ({ add, contacts }) => contacts.update(add('a', 1), { seq: 2, sequence: 3 } as never),
    /no column sequence/,
  ],
  [
    'two tables of one name',
    ({ db }) => db.table('queues', { id: text(1) }, { cap: 1, key: 'id' }),
    /two/,
  ],
]

for (const [what, act, message] of faults) {
  test(`${what} is a CoreFault, and undo mends`, () => {
    const at = office()
    const before = at.db.dump()
    assert.throws(
      () => act(at),
      (fault) => fault instanceof CoreFault && message.test(fault.message),
    )
    at.db.undo()
    assert.equal(at.db.dump(), before)
    assert.deepEqual(at.db.check(), [])
    at.add('a', 1)
    assert.deepEqual(at.db.check(), [])
  })
}

test('indices that come late find room beside the cells of rows that are there', () => {
  const db = new Database()
  const rows = db.table('rows', { id: text(20), set: int(), key: int() }, { cap: 9_000, key: 'id' })
  const add = (from: number, to: number): void => {
    for (let at = from; at < to; at++) rows.insert({ id: `r${at}`, set: at % 3, key: at })
  }
  add(0, 2_000)
  db.commit()
  const bySet = rows.ordered({ set: (r) => r.set, key: (r) => r.key, tie: (r) => r.key })
  const sizes = rows.counted((r) => r.set)
  const first = rows.heap({ at: (r) => r.key, tie: (r) => r.key })
  assert.deepEqual(db.check(), [])
  add(2_000, 9_000)
  rows.delete(rows.must('r0'))
  db.undo()
  assert.deepEqual([sizes.size(0), bySet.size(1), first.firstAt()], [667, 667, 0])
  add(2_000, 9_000)
  rows.delete(rows.must('r0'))
  db.commit()
  assert.deepEqual([sizes.size(0), bySet.size(1), first.firstAt()], [2_999, 3_000, 1])
  assert.deepEqual(db.check(), [])
  assert.equal(rows.must('r8999').key, 8_999)
})

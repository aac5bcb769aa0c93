import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  bytes,
  CoreFault,
  Database,
  deadline,
  flag,
  int,
  NONE,
  oneOf,
  ref,
  text,
  value,
} from '../index.ts'

function oneOfEach() {
  const db = new Database()
  const table = db.table(
    'rows',
    {
      id: text(20),
      text: text(8),
      state: oneOf('waiting', 'offered'),
      count: int(),
      due: deadline(),
      other: ref('rows'),
      live: flag(),
      raw: bytes(4),
      policy: value<unknown>(),
    },
    { cap: 10, key: 'id' },
  )
  const row = table.insert({
    id: 'r',
    text: '',
    state: 'waiting',
    count: 0,
    due: Number.POSITIVE_INFINITY,
    other: NONE,
    live: false,
    raw: new Uint8Array(0),
    policy: undefined,
  })
  db.commit()
  return { db, table, row }
}

const kept: readonly [column: string, value: unknown][] = [
  ['text', 'abcdefgh'],
  ['text', 'äöü€'.slice(0, 3)],
  ['text', 'a😀b'],
  ['text', '\ud800'],
  ['state', 'offered'],
  ['count', Number.MAX_SAFE_INTEGER],
  ['count', Number.MIN_SAFE_INTEGER],
  ['due', 1_767_225_600_000],
  ['other', 0],
  ['live', true],
  ['raw', Uint8Array.of(0, 255, 1, 2)],
  ['policy', { steps: [1, 2], note: null }],
]

for (const [column, given] of kept) {
  test(`column ${column} keeps ${JSON.stringify(given)}, and undo gives the old value back`, () => {
    const { db, table, row } = oneOfEach()
    const before = db.dump()
    table.update(row, { [column]: given })
    assert.deepEqual(table.plain(row)[column as 'text'], given)
    assert.notEqual(db.dump(), before)
    db.undo()
    assert.equal(db.dump(), before)
    assert.deepEqual(db.check(), [])
  })
}

const refused: readonly [column: string, value: unknown, message: RegExp][] = [
  ['text', 'abcdefghi', /9 bytes, at most 8/],
  ['text', 'äääää', /10 bytes, at most 8/],
  ['text', 5, /a text, not 5/],
  ['text', undefined, /a text, not undefined/],
  ['state', 'lost', /one of waiting offered, not "lost"/],
  ['count', Number.NaN, /integer below 2\^53, not NaN/],
  ['count', 0.5, /not 0.5/],
  ['count', 2 ** 53, /not 9007199254740992/],
  ['count', Number.POSITIVE_INFINITY, /not Infinity/],
  ['count', '1', /not "1"/],
  ['due', Number.NEGATIVE_INFINITY, /or Infinity, not -Infinity/],
  ['other', -2, /a slot or NONE, not -2/],
  ['other', 0.5, /a slot or NONE/],
  ['live', 1, /one of false true, not 1/],
  ['raw', new Uint8Array(5), /5 bytes, at most 4/],
  ['raw', [1], /bytes, not 1/],
  ['policy', () => 1, /can't hold a function/],
  ['policy', new Map(), /plain objects and arrays only/],
  ['nothing', 1, /no column nothing/],
  ['id', 'other', /key is fixed/],
]

for (const [column, given, message] of refused) {
  test(`column ${column} refuses ${String(given)}; undo leaves no trace`, () => {
    const { db, table, row } = oneOfEach()
    const before = db.dump()
    assert.throws(
      () => table.update(row, { [column]: given }),
      (fault) => fault instanceof CoreFault && message.test(fault.message),
    )
    db.undo()
    assert.equal(db.dump(), before)
    assert.deepEqual(db.check(), [])
  })
}

test('a text of any length and content comes back as it was', () => {
  const db = new Database()
  const table = db.table('texts', { id: text(20), text: text(4000) }, { cap: 1, key: 'id' })
  const row = table.insert({ id: 'r', text: '' })
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 900 }),
    fc.string({ unit: 'binary-ascii', maxLength: 2000 }),
    fc.string({
      unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    }),
  )
  fc.assert(
    fc.property(anyText, (content) => {
      table.update(row, { text: content })
      db.commit()
      assert.equal(row.text, content)
      assert.deepEqual(db.check(), [])
    }),
  )
})

test('bytes read are a copy, and a value is frozen through and through', () => {
  const { table, row } = oneOfEach()
  const raw = Uint8Array.of(1, 2)
  table.update(row, { raw, policy: { steps: [{ at: 1 }] } })
  raw[0] = 9
  row.raw[1] = 9
  assert.deepEqual(row.raw, Uint8Array.of(1, 2))
  const policy = row.policy
  assert.ok(typeof policy === 'object' && policy !== null && 'steps' in policy)
  assert.ok(Array.isArray(policy.steps))
  assert.ok(Object.isFrozen(policy.steps[0]))
})

test('equal values have equal dumps, whatever the order of their fields', () => {
  const left = oneOfEach()
  const right = oneOfEach()
  left.table.update(left.row, { policy: { a: 1, b: [{ c: 2, d: 3 }] } })
  right.table.update(right.row, { policy: { b: [{ d: 3, c: 2 }], a: 1 } })
  assert.equal(left.db.dump(), right.db.dump())
  assert.match(left.db.dump(), /policy=\{a: 1, b: \[\{c: 2, d: 3\}\]\}/)
})

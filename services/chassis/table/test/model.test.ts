import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Database, deadline, int, NONE, oneOf, text, value } from '../index.ts'

const STATES = ['waiting', 'offered', 'done'] as const

interface Plain {
  readonly id: string
  readonly seq: number
  readonly state: (typeof STATES)[number]
  readonly group: number
  readonly key: number
  readonly due: number
  readonly customer: string
  readonly note: readonly number[] | undefined
}

type Step =
  | { readonly kind: 'insert'; readonly id: string; readonly row: Omit<Plain, 'id' | 'seq'> }
  | { readonly kind: 'update'; readonly id: string; readonly row: Partial<Omit<Plain, 'id'>> }
  | { readonly kind: 'delete'; readonly id: string }
  | { readonly kind: 'commit' }
  | { readonly kind: 'undo' }

const ids = fc.integer({ min: 0, max: 24 }).map((number) => `contact-${number}`)
const columns = {
  state: fc.constantFrom(...STATES),
  group: fc.integer({ min: 0, max: 2 }),
  key: fc.integer({ min: 0, max: 9 }),
  due: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constant(Number.POSITIVE_INFINITY)),
  customer: fc.constantFrom('', 'anna', 'benoît', 'customer '.repeat(40)),
  note: fc.option(fc.array(fc.integer(), { maxLength: 2 }), { nil: undefined }),
}
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('insert'), id: ids, row: fc.record(columns) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('update'),
      id: ids,
      row: fc.record(columns, { requiredKeys: [] }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete'), id: ids }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('commit') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('undo') }) },
)

/** The columnar table beside a plain map; every question is asked of both. */
class Pair {
  readonly db = new Database()
  readonly table = this.db.table(
    'contacts',
    {
      id: text(40),
      seq: int(),
      state: oneOf(...STATES),
      group: int(),
      key: int(),
      due: deadline(),
      customer: text(400),
      note: value<readonly number[] | undefined>(),
    },
    { cap: 30, key: 'id' },
  )
  readonly waiting = this.table.ordered({
    set: (row) => (row.state === 'waiting' ? row.group : NONE),
    key: (row) => row.key,
    tie: (row) => row.seq,
    ranked: true,
  })
  readonly due = this.table.heap({ at: (row) => row.due, tie: (row) => row.seq })
  readonly customers = this.table.lookup(
    (row) => (row.customer === '' ? undefined : row.customer),
    (row) => row.seq,
  )
  readonly states = this.table.lookup((row) => row.state)
  readonly groups = this.table.counted((row) => (row.state === 'done' ? NONE : row.group))
  readonly follower = new Map<number, string>()
  rows = new Map<string, Plain>()
  committed = new Map<string, Plain>()
  #seq = 0

  constructor() {
    this.table.derive({
      sync: (slot, exists) => {
        if (exists) this.follower.set(slot, this.table.at(slot).state)
        else this.follower.delete(slot)
      },
    })
  }

  take(step: Step): void {
    switch (step.kind) {
      case 'insert': {
        if (this.rows.has(step.id)) return
        const row = { ...step.row, id: step.id, seq: this.#seq++ }
        this.rows.set(step.id, row)
        this.table.insert(row)
        return
      }
      case 'update': {
        const row = this.rows.get(step.id)
        if (row === undefined) return
        this.rows.set(step.id, { ...row, ...step.row })
        this.table.update(this.table.must(step.id), step.row)
        return
      }
      case 'delete':
        if (!this.rows.delete(step.id)) return
        this.table.delete(this.table.must(step.id))
        return
      case 'commit':
        this.#commit()
        return
      case 'undo':
        this.rows = new Map(this.committed)
        this.db.undo()
        return
      default:
        step satisfies never
    }
  }

  #commit(): void {
    const told = new Map(this.db.commit().map((row) => [`${row.id} ${row.existed}`, row]))
    for (const id of new Set([...this.rows.keys(), ...this.committed.keys()])) {
      const before = this.committed.get(id)
      const after = this.rows.get(id)
      if (before === after) continue
      if (before) assert.ok(told.has(`${id} true`) || same(before, after), `${id} was not told`)
      else assert.equal(told.get(`${id} false`)?.exists, true, `${id} was not told`)
    }
    this.committed = new Map(this.rows)
  }

  compare(): void {
    const rows = [...this.rows.values()]
    assert.deepEqual(
      this.table.inKeyOrder().map((row) => this.table.plain(row)),
      sorted(rows, byId),
    )
    assert.equal(this.table.size, rows.length)
    for (let group = 0; group < 3; group++) this.#compareWaiting(rows, group)
    const due = sorted(
      rows.filter((row) => row.due < Number.POSITIVE_INFINITY),
      byDue,
    )[0]
    assert.equal(this.due.firstAt(), due?.due ?? Number.POSITIVE_INFINITY)
    assert.equal(this.#id(this.due.first()), due?.id)
    for (const customer of ['anna', 'benoît', 'customer '.repeat(40), 'nobody']) {
      const mine = sorted(
        rows.filter((row) => row.customer === customer),
        bySeq,
      )
      assert.deepEqual(
        this.#walk(this.customers, customer),
        mine.map((row) => row.id),
      )
    }
    assert.equal(this.customers.first(''), NONE)
    for (const state of STATES) {
      const mine = rows.filter((row) => row.state === state).map((row) => row.id)
      assert.deepEqual(this.#walk(this.states, state).sort(), mine.sort())
    }
    for (const row of this.table.inKeyOrder()) assert.equal(this.follower.get(row.slot), row.state)
    assert.equal(this.follower.size, rows.length)
    for (let group = 0; group <= 3; group++) {
      const open = [...this.rows.values()].filter((row) => row.state !== 'done')
      assert.equal(this.groups.size(group), open.filter((row) => row.group === group).length)
    }
    assert.deepEqual(this.db.check(), [])
  }

  #compareWaiting(rows: Plain[], group: number): void {
    const mine = rows.filter((row) => row.state === 'waiting' && row.group === group)
    const wanted = sorted(mine, byKey)
    assert.deepEqual(
      this.#walk(this.waiting, group),
      wanted.map((row) => row.id),
    )
    assert.equal(this.#id(this.waiting.last(group)), wanted.at(-1)?.id)
    assert.equal(this.waiting.size(group), wanted.length)
    for (const [rank, row] of wanted.entries()) {
      const slot = this.table.must(row.id).slot
      assert.equal(this.waiting.rank(slot), rank)
      assert.equal(this.waiting.setOf(slot), group)
      assert.equal(this.#id(this.waiting.prev(slot)), wanted[rank - 1]?.id)
      const from = this.waiting.atOrAfter(group, row.key, row.seq + 1)
      assert.equal(this.#id(from), wanted[rank + 1]?.id)
    }
  }

  #walk<K>(list: { first(key: K): number; next(slot: number): number }, key: K): string[] {
    const found: string[] = []
    for (let slot = list.first(key); slot !== NONE; slot = list.next(slot)) {
      found.push(this.table.at(slot).id)
    }
    return found
  }

  #id(slot: number): string | undefined {
    return slot === NONE ? undefined : this.table.at(slot).id
  }
}

function sorted(rows: Plain[], compare: (left: Plain, right: Plain) => number): Plain[] {
  return [...rows].sort(compare)
}
const byId = (left: Plain, right: Plain) => (left.id < right.id ? -1 : 1)
const bySeq = (left: Plain, right: Plain) => left.seq - right.seq
const byKey = (left: Plain, right: Plain) => left.key - right.key || bySeq(left, right)
const byDue = (left: Plain, right: Plain) => left.due - right.due || bySeq(left, right)
const same = (left: Plain, right: Plain | undefined) =>
  JSON.stringify(left) === JSON.stringify(right && { ...left, ...right })

test('after any steps the table and its indices answer like a plain map', () => {
  fc.assert(
    fc.property(fc.array(steps, { minLength: 1, maxLength: 60 }), (taken) => {
      const pair = new Pair()
      for (const step of taken) {
        pair.take(step)
        pair.compare()
      }
    }),
    { numRuns: 60 },
  )
})

test('undo after any steps gives the dump and the orders of the last commit', () => {
  const some = fc.array(
    steps.filter((step) => step.kind !== 'undo'),
    { maxLength: 60 },
  )
  const more = fc.array(
    steps.filter((step) => step.kind !== 'undo' && step.kind !== 'commit'),
    { minLength: 1, maxLength: 60 },
  )
  fc.assert(
    fc.property(some, more, (first, then) => {
      const pair = new Pair()
      for (const step of first) pair.take(step)
      pair.take({ kind: 'commit' })
      const before = pair.db.dump()
      for (const step of then) pair.take(step)
      pair.take({ kind: 'undo' })
      assert.equal(pair.db.dump(), before)
      assert.equal(pair.db.touched(), 0)
      pair.compare()
    }),
    { numRuns: 150 },
  )
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  bytes,
  Database,
  deadline,
  flag,
  ImageFault,
  int,
  NONE,
  oneOf,
  ref,
  text,
  value,
} from '../index.ts'

const STATES = ['waiting', 'offered', 'done'] as const

/** Two tables that refer to each other, a first row that is held on to, and every kind of column. */
class World {
  readonly db = new Database()
  readonly numbers = this.db.table('numbers', { id: text(8), seq: int() }, { cap: 1, key: 'id' })
  readonly agents = this.db.table(
    'agents',
    { id: text(20), contact: ref('contacts'), skills: value<unknown>(), ready: flag() },
    { cap: 300, key: 'id' },
  )
  readonly contacts = this.db.table(
    'contacts',
    {
      id: text(20),
      seq: int(),
      state: oneOf(...STATES),
      due: deadline(),
      note: text(2_000),
      blob: bytes(40_000),
      agent: ref('agents'),
    },
    { cap: 300, key: 'id' },
  )
  readonly waiting = this.contacts.ordered({
    set: (row) => (row.state === 'waiting' ? 0 : NONE),
    key: (row) => row.due,
    tie: (row) => row.seq,
  })
  readonly byDue = this.contacts.heap({ at: (row) => row.due, tie: (row) => row.seq })
  readonly byNote = this.contacts.lookup(
    (row) => row.note,
    (row) => row.seq,
  )
  readonly last = this.numbers.insert({ id: 'last', seq: 0 })

  constructor() {
    this.db.commit()
  }

  next(): number {
    const seq = this.last.seq + 1
    this.numbers.update(this.last, { seq })
    return seq
  }

  take([kind, a, b]: Step): void {
    const id = `c${a % 200}`
    const contact = this.contacts.get(id)
    const agent = this.agents.get(`a${b % 100}`)
    switch (kind) {
      case 'insert':
        if (contact) return
        this.contacts.insert({
          id,
          seq: this.next(),
          state: STATES[b % 3]!,
          due: b % 5 === 0 ? Number.POSITIVE_INFINITY : b,
          note: b % 7 === 0 ? '' : `nöte ${b} `.repeat(1 + (b % 60)),
          blob: new Uint8Array(b % 11 === 0 ? 30_000 : b % 50).fill(b),
          agent: agent?.slot ?? NONE,
        })
        return
      case 'agent':
        if (agent) this.agents.update(agent, { skills: skillsOf(a), ready: a % 2 === 0 })
        else {
          const row = { id: `a${b % 100}`, contact: contact?.slot ?? NONE, ready: true }
          this.agents.insert({ ...row, skills: skillsOf(a) })
        }
        return
      case 'update':
        if (contact) this.contacts.update(contact, { due: b, note: `again ${b}`, state: 'waiting' })
        return
      case 'delete':
        if (contact) this.contacts.delete(contact)
        return
      case 'commit':
        this.db.commit()
        return
      case 'undo':
        this.db.undo()
        return
      default:
        kind satisfies never
    }
  }

  slots(): string {
    const of = (rows: readonly { slot: number; id: string }[]) =>
      rows.map(({ slot, id }) => `${id}=${slot}`).join()
    return `${of(this.contacts.inKeyOrder())} ${of(this.agents.inKeyOrder())}`
  }
}

const skillsOf = (a: number): unknown =>
  [
    undefined,
    null,
    [{ skillId: `s${a}`, level: a % 5, until: Number.POSITIVE_INFINITY }, { skillId: 'x' }],
    { name: 'ünpaired \ud800', big: 12n, at: 1.5, far: 2 ** 40, bytes: new Uint8Array([1, 2]) },
    -0,
  ][a % 5]

type Step = readonly [
  kind: 'insert' | 'agent' | 'update' | 'delete' | 'commit' | 'undo',
  a: number,
  b: number,
]

const stepsOf = (maxLength: number): fc.Arbitrary<readonly Step[]> =>
  fc.array(
    fc.tuple(
      fc.constantFrom(
        ...(['insert', 'insert', 'insert', 'agent', 'update', 'delete', 'commit', 'undo'] as const),
      ),
      fc.nat(10_000),
      fc.nat(10_000),
    ),
    { maxLength, size: 'max' },
  )

/** All pieces of a walk, `between` each two steps of it. */
function walked(world: World, between: () => void = () => {}): Uint8Array[] {
  const walk = world.db.walk()
  const pieces: Uint8Array[] = []
  for (let more = true; more; ) {
    between()
    more = walk.step()
    pieces.push(walk.take())
  }
  return pieces
}

function restored(pieces: readonly Uint8Array[]): World {
  const world = new World()
  const restore = world.db.restore()
  for (const piece of pieces) restore.take(piece)
  restore.finish()
  return world
}

/** The steps delete rows that others refer to; nothing else may be wrong. */
const faultsOf = (world: World): string[] =>
  world.db.check().filter((fault) => !fault.includes('refers to a row that is gone'))

describe('a snapshot', () => {
  test('is what was committed when it began, whatever is written during the walk', () => {
    fc.assert(
      fc.property(stepsOf(500), stepsOf(500), stepsOf(60), (before, during, after) => {
        const world = new World()
        for (const step of before) world.take(step)
        world.db.commit()
        const dump = world.db.dump()
        const slots = world.slots()
        const left = [...during]
        const pieces = walked(world, () => {
          for (const step of left.splice(0, 7)) world.take(step)
        })
        for (const step of left) world.take(step)
        world.db.commit()
        assert.deepEqual(faultsOf(world), [])

        const copy = restored(pieces)
        assert.equal(copy.db.dump(), dump)
        assert.equal(copy.slots(), slots)
        assert.deepEqual(faultsOf(copy), [])
        for (const step of [...during, ['commit', 0, 0] as const]) copy.take(step)
        assert.equal(copy.db.dump(), world.db.dump())
        for (const step of after) {
          copy.take(step)
          world.take(step)
        }
        // Where things lie goes on alike too.
        assert.equal(copy.slots(), world.slots())
        assert.equal(copy.db.dump(), world.db.dump())
        assert.deepEqual(faultsOf(copy), [])
      }),
      { numRuns: 40, seed: 20_261_122 },
    )
  })

  test('can be cut anywhere', () => {
    const world = new World()
    for (let n = 0; n < 100; n++) world.take(['insert', n, n * 3])
    world.db.commit()
    const bytes = Buffer.concat(walked(world))
    for (const size of [97, 1_000, 65_536]) {
      const pieces: Uint8Array[] = []
      for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size))
      assert.equal(restored(pieces).db.dump(), world.db.dump())
    }
  })

  test('that lacks a piece is refused', () => {
    const world = new World()
    for (let n = 0; n < 80; n++) world.take(['insert', n, n * 11])
    world.db.commit()
    const pieces = walked(world)
    for (let lost = 0; lost < pieces.length; lost++) {
      assert.throws(() => restored(pieces.toSpliced(lost, 1)), ImageFault, `without ${lost}`)
    }
    assert.throws(() => restored([...pieces, ...pieces.slice(-1)]), ImageFault)
  })

  test('costs nothing more once it is given up, and the next one can begin', () => {
    const world = new World()
    const walk = world.db.walk()
    assert.throws(() => world.db.walk(), /one snapshot at a time/)
    walk.cancel()
    assert.equal(walk.step(), false)
    assert.equal(restored(walked(world)).db.dump(), world.db.dump())
  })

  test('begins between two commands', () => {
    const world = new World()
    world.take(['insert', 1, 1])
    assert.throws(() => world.db.walk(), /between two commands/)
    world.db.undo()
    world.db.walk().cancel()
  })
})

/** As above, with room for far more rows than a table has at first. */
class Large {
  readonly db = new Database()
  readonly rows = this.db.table(
    'rows',
    { id: text(20), due: deadline(), note: text(20), next: ref('rows'), done: flag() },
    { cap: 20_000, key: 'id' },
  )
  readonly waiting = this.rows.ordered({
    set: (row) => (row.done ? NONE : row.due % 3),
    key: (row) => row.due,
    tie: (row) => row.slot,
  })
  readonly byDue = this.rows.heap({ at: (row) => row.due, tie: (row) => row.slot })
  readonly byNote = this.rows.lookup(
    (row) => row.note,
    (row) => row.slot,
  )

  insert(from: number, to: number): void {
    for (let n = from; n < to; n++) {
      const due = (n * 7_919) % 10_007
      const row = { id: `r${n}`, due, note: `n${n % 1_500}`, next: NONE, done: n % 5 === 0 }
      this.rows.insert(row)
      this.db.commit()
    }
  }

  delete(from: number, to: number): void {
    for (let n = from; n < to; n++) {
      this.rows.delete(this.rows.must(`r${n}`))
      this.db.commit()
    }
  }
}

test('a table that outgrows its first size is the same table, in a snapshot too', () => {
  const world = new Large()
  world.db.commit()
  world.insert(0, 1_020)
  world.delete(0, 40)
  const dump = world.db.dump()
  const walk = world.db.walk()
  const pieces: Uint8Array[] = []
  for (let more = true, n = 2_000; more; n += 1_500) {
    if (n < 8_000) world.insert(n, n + 1_500)
    more = walk.step()
    pieces.push(walk.take())
  }
  world.delete(100, 1_000)
  assert.deepEqual(world.db.check(), [])
  const restoredFrom = (from: readonly Uint8Array[]) => {
    const copy = new Large()
    const restore = copy.db.restore()
    for (const piece of from) restore.take(piece)
    restore.finish()
    return copy
  }
  const copy = restoredFrom(pieces)
  assert.equal(copy.db.dump(), dump)
  copy.insert(2_000, 8_000)
  copy.delete(100, 1_000)
  assert.equal(copy.db.dump(), world.db.dump())
  assert.deepEqual(copy.db.check(), [])
  const again: Uint8Array[] = []
  const second = world.db.walk()
  for (let more = true; more; again.push(second.take())) more = second.step()
  assert.equal(restoredFrom(again).db.dump(), world.db.dump())
})

test('tables of other columns have another layout; longer texts have not', () => {
  const layout = (schema: Parameters<Database['table']>[1]) => {
    const db = new Database()
    db.table('rows', { id: text(8), ...schema }, { cap: 1, key: 'id' })
    return db.layout()
  }
  const plain = layout({ note: text(10) })
  assert.equal(layout({ note: text(20) }), plain)
  const others = [
    layout({ remark: text(10) }),
    layout({ note: bytes(10) }),
    layout({ note: text(10), more: int() }),
    layout({ note: oneOf('a', 'b') }),
    layout({ note: oneOf('b', 'a') }),
    layout({ note: ref('rows') }),
    layout({ note: ref() }),
  ]
  assert.equal(new Set([plain, ...others]).size, 8)
})

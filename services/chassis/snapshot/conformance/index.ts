import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test, type TestContext } from 'node:test'
import { SLOTS_KEPT } from '../limits.ts'
import { type About, decodeManifest, encodeManifest, type Manifest } from '../manifest.ts'
import type { SlotFaultCode, SnapshotStore } from '../port.ts'
import { Snapshots, type Wanted } from '../snapshots.ts'

/** A store under test, and the ways in which what lies in it may be spoilt. */
export interface StoreSubject {
  readonly store: SnapshotStore
  /** The same place, as a process finds it that starts later. */
  reopened(): Promise<SnapshotStore>
  /** What is stored becomes something else; undefined: it is gone. */
  replace(
    partition: number,
    name: string,
    part: number | 'manifest',
    change: (bytes: Uint8Array) => Uint8Array | undefined,
  ): Promise<void>
}

const wanted: Wanted = {
  service: 'routing',
  partition: 3,
  layout: 'ab'.repeat(8),
  incarnations: new Set(['c'.repeat(16)]),
  first: 0,
}

const aboutAt = (offset: number): About => ({
  service: 'routing',
  partition: 3,
  layout: wanted.layout,
  incarnation: 'c'.repeat(16),
  offset,
  chain: '0'.repeat(16),
  time: 1_700_000_000_000 + offset,
})

const contentOf = (offset: number): Uint8Array[] =>
  [0, 1, 2].map((index) => Buffer.alloc(1_000 + index, `${offset}/${index} `))

async function* piecesOf(offset: number): AsyncIterable<Uint8Array> {
  yield* contentOf(offset)
}

/** Collects what is restored. */
function taker() {
  const pieces: Uint8Array[] = []
  return {
    take: (bytes: Uint8Array) => void pieces.push(bytes),
    finish: () => Buffer.concat(pieces),
  }
}

class Shelf {
  readonly #subject: StoreSubject
  readonly lines: string[] = []
  snapshots: Snapshots

  constructor(subject: StoreSubject) {
    this.#subject = subject
    this.snapshots = this.#over(subject.store)
  }

  #over(store: SnapshotStore): Snapshots {
    return new Snapshots(store, 3, { warn: (_, line) => void this.lines.push(line) })
  }

  async reopen(t: TestContext): Promise<void> {
    const store = await this.#subject.reopened()
    t.after(() => store.close())
    this.snapshots = this.#over(store)
  }

  async take(offset: number, about: Partial<About> = {}): Promise<void> {
    const nonce = randomBytes(8).toString('hex')
    await this.snapshots.write({ ...aboutAt(offset), ...about }, nonce, piecesOf(offset))
  }

  /** Offset of the one restored, whose content must be what was written. */
  async restored(terms: Partial<Wanted> = {}): Promise<number | undefined> {
    const found = await this.snapshots.newest({ ...wanted, ...terms }, taker)
    if (found === undefined) return undefined
    assert.deepEqual(found.value, Buffer.concat(contentOf(found.about.offset)))
    return found.about.offset
  }

  async newestName(): Promise<string> {
    const [slot] = await this.#subject.store.list(3)
    assert.ok(slot)
    return slot.name
  }

  faults(): [SlotFaultCode, number][] {
    return [...this.snapshots.slots.faults]
  }
}

const torn = (bytes: Uint8Array) => bytes.slice(0, bytes.length >> 1)
const flipped = (bytes: Uint8Array) => bytes.map((byte, at) => (at === 9 ? byte ^ 1 : byte))
const gone = () => undefined

function rewritten(change: Partial<Manifest> & { readonly format?: number }) {
  return (bytes: Uint8Array): Uint8Array => encodeManifest({ ...decodeManifest(bytes), ...change })
}

/** Every way in which the newest slot may be of no use, and what is said of it. */
const faults: readonly (readonly [
  what: string,
  code: SlotFaultCode,
  part: number | 'manifest',
  change: (bytes: Uint8Array) => Uint8Array | undefined,
])[] = [
  ['a damaged chunk', 'chunk_corrupt', 1, flipped],
  ['a chunk that is cut', 'chunk_corrupt', 2, torn],
  ['a chunk that is gone', 'chunk_missing', 1, gone],
  ['no manifest', 'manifest_missing', 'manifest', gone],
  ['half a manifest', 'manifest_unreadable', 'manifest', torn],
  ['a damaged manifest', 'manifest_unreadable', 'manifest', flipped],
  ['an empty manifest', 'manifest_unreadable', 'manifest', () => new Uint8Array(0)],
  ['a newer format', 'newer_format', 'manifest', rewritten({ format: 2 })],
  ['another service', 'other_service', 'manifest', rewritten({ service: 'skills' })],
  ['another partition', 'other_partition', 'manifest', rewritten({ partition: 4 })],
  ['another log', 'other_log', 'manifest', rewritten({ incarnation: 'd'.repeat(16) })],
  ['other columns', 'other_columns', 'manifest', rewritten({ layout: 'e'.repeat(16) })],
  ['more chunks than there are', 'chunk_missing', 'manifest', moreChunks],
]

function moreChunks(bytes: Uint8Array): Uint8Array {
  const { chunks } = decodeManifest(bytes)
  return rewritten({ chunks: [...chunks, { bytes: 1, crc: 1 }] })(bytes)
}

/** What every store of snapshots must do; `open` gives an empty one. */
export function snapshotStoreConformance(
  name: string,
  open: (t: TestContext) => Promise<StoreSubject>,
): void {
  const begin = async (t: TestContext) => {
    const subject = await open(t)
    t.after(() => subject.store.close())
    return { subject, shelf: new Shelf(subject) }
  }

  describe(`snapshots in ${name}`, () => {
    test('the newest is restored, byte by byte, also by who starts later', async (t) => {
      const { shelf } = await begin(t)
      assert.equal(await shelf.restored(), undefined)
      for (const offset of [5, 400, 30]) await shelf.take(offset)
      assert.equal(await shelf.restored(), 400)
      await shelf.reopen(t)
      assert.equal(await shelf.restored(), 400)
      assert.deepEqual(shelf.faults(), [])
    })

    for (const [what, code, part, change] of faults) {
      test(`${what}: told as ${code}, and the next one is used`, async (t) => {
        const { subject, shelf } = await begin(t)
        for (const offset of [5, 400]) await shelf.take(offset)
        await subject.replace(3, await shelf.newestName(), part, change)
        assert.equal(await shelf.restored(), 5)
        assert.deepEqual(shelf.faults(), [[code, 1]])
        assert.equal(shelf.lines.length, 1)
        assert.equal(shelf.snapshots.slots.valid, 1)
      })
    }

    test('one that ends before the log begins leads nowhere', async (t) => {
      const { shelf } = await begin(t)
      await shelf.take(400)
      assert.equal(await shelf.restored({ first: 401 }), 400)
      assert.equal(await shelf.restored({ first: 402 }), undefined)
      assert.deepEqual(shelf.faults(), [['stale', 1]])
    })

    test('which log it is of is not asked when the log has dropped its first record', async (t) => {
      const { shelf } = await begin(t)
      await shelf.take(400)
      assert.equal(await shelf.restored({ first: 10, incarnations: undefined }), 400)
    })

    test('one that is being written, or was given up, is not seen', async (t) => {
      const { subject, shelf } = await begin(t)
      await shelf.take(5)
      const writer = await subject.store.begin(3, '0000000000000900-deadbeef')
      await writer.chunk(Buffer.from('half'))
      assert.equal(await shelf.restored(), 5)
      await writer.drop()
      await shelf.reopen(t)
      assert.equal(await shelf.restored(), 5)
      async function* failing() {
        yield* contentOf(7)
        throw new Error('the walk failed')
      }
      const about = { ...aboutAt(7), offset: 7 }
      await assert.rejects(shelf.snapshots.write(about, 'f'.repeat(16), failing()), /walk failed/)
      assert.equal(await shelf.restored(), 5)
    })

    test('a few are kept; what is damaged goes once there is a newer one', async (t) => {
      const { subject, shelf } = await begin(t)
      for (const offset of [1, 2, 3, 4, 5]) await shelf.take(offset)
      await subject.replace(3, await shelf.newestName(), 'manifest', torn)
      await shelf.take(6)
      await shelf.snapshots.tidy(wanted)
      const names = (await subject.store.list(3)).map((slot) => Number(slot.name.slice(0, 16)))
      assert.deepEqual(names, [6, 4, 3])
      assert.equal(shelf.snapshots.slots.valid, SLOTS_KEPT)
      assert.equal(await shelf.restored(), 6)
    })

    test('other partitions have their own', async (t) => {
      const { subject, shelf } = await begin(t)
      await shelf.take(5)
      assert.deepEqual(await subject.store.list(4), [])
    })
  })
}

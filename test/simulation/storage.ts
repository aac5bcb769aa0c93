import { crc32 } from 'node:zlib'
import { decodeManifest, encodeManifest } from '@evenkeel/chassis/snapshot'
import type { Host, Site } from './host.ts'
import { offsetDigits, offsetOf } from './slots.ts'

/** Of a slot that nobody can restore from any more. */
const harms = ['snapshot_partial', 'snapshot_corrupt', 'snapshot_cut'] as const

/** What befalls what is stored: snapshots, and the old end of the log. */
export class Storage<State, Command, Event> {
  readonly #site: Site
  readonly #host: Host<State, Command, Event>

  constructor(site: Site, host: Host<State, Command, Event>) {
    this.#site = site
    this.#host = host
  }

  /** Names of the slots that are whole, the newest first. */
  #whole(): string[] {
    const names = [...this.#host.snapshots.slotsOf(0).keys()]
    return names.filter((name) => !this.#host.spoilt.has(name)).sort((a, b) => (a < b ? 1 : -1))
  }

  #first(): number {
    return this.#host.log.entries(0)[0]?.offset ?? 0
  }

  /** The newest snapshot, as long as another one leads up to what the log keeps. False: nothing is. */
  damage(): boolean {
    const { chance, tally } = this.#site
    const [name, next] = this.#whole()
    const slot = name === undefined ? undefined : this.#host.snapshots.slotsOf(0).get(name)
    if (name === undefined || slot === undefined) return false
    const first = this.#first()
    if (first > 0 && (next === undefined || offsetOf(next) + 1 < first)) return false
    const what = chance.pick(harms)
    if (what === 'snapshot_partial') slot.manifest = undefined
    const [chunk] = slot.chunks
    if (what === 'snapshot_cut') slot.chunks.pop()
    if (what === 'snapshot_corrupt' && chunk !== undefined) {
      const at = chance.int(0, chunk.length - 1)
      chunk[at] = (chunk[at] ?? 0) ^ 0x10
    }
    this.#host.spoilt.add(name)
    tally(what)
    return true
  }

  /**
   * A snapshot of another log lies before all that are of this one: the same but for the log's
   * name, so that nothing else can give it away. False: there is none to make it of.
   */
  mistake(): boolean {
    const [name] = this.#whole()
    const slots = this.#host.snapshots.slotsOf(0)
    const { manifest, chunks = [] } = (name !== undefined && slots.get(name)) || {}
    // Whoever finds a log without its first record learns its name only as it reads on.
    if (name === undefined || manifest === undefined || this.#first() > 0) return false
    const about = decodeManifest(manifest)
    const incarnation = this.#site.chance.hex()
    const renamed = chunks.map((bytes = new Uint8Array()) => {
      return Buffer.from(
        Buffer.from(bytes).toString('latin1').replaceAll(about.incarnation, incarnation),
        'latin1',
      )
    })
    const sums = renamed.map((bytes) => ({ bytes: bytes.length, crc: crc32(bytes) }))
    const other = `${name.slice(0, offsetDigits)}${foreign}`
    slots.set(other, {
      chunks: renamed,
      manifest: encodeManifest({ ...about, incarnation, chunks: sums }),
    })
    this.#host.spoilt.add(other)
    this.#site.tally('snapshot_foreign')
    return true
  }

  /** As retention: everything that the second of the snapshots makes up for. False: nothing is. */
  drop(): boolean {
    const [, name] = this.#whole()
    const names = [...this.#host.snapshots.slotsOf(0).keys()]
    if (name === undefined || names.some((one) => one.endsWith(foreign))) return false
    this.#site.tally('start_dropped')
    // Nobody stands still for as long as a log is kept: what is to be read by the living stays.
    const living = [...this.#host.processes]
    const unread = living.map(({ replica }) => (replica?.now().offset ?? -1) + 1)
    const first = Math.min(offsetOf(name) + 1, ...unread)
    this.#host.log.cut(0, this.#site.chance.int(0, first))
    return true
  }
}

/** In the place of a number in hexadecimal, and after all of them. */
const foreign = '-other log'

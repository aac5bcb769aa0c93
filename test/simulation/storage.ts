import type { Host, Site } from './host.ts'

/** Of a slot that nobody can restore from any more. */
type Damage = 'snapshot_partial' | 'snapshot_corrupt' | 'snapshot_cut'

/** What befalls what is stored: snapshots, and the old end of the log. */
export class Storage<State, Command, Event> {
  readonly #site: Site
  readonly #host: Host<State, Command, Event>
  readonly #damaged = new Set<string>()

  constructor(site: Site, host: Host<State, Command, Event>) {
    this.#site = site
    this.#host = host
  }

  /** Names of the slots that are whole, the newest first. */
  #whole(): string[] {
    const names = [...this.#host.snapshots.slotsOf(0).keys()]
    return names.filter((name) => !this.#damaged.has(name)).sort((a, b) => (a < b ? 1 : -1))
  }

  /** The newest snapshot, as long as another one leads up to what the log keeps. */
  damage(): void {
    const { chance, tally } = this.#site
    const [name, next] = this.#whole()
    const slot = name === undefined ? undefined : this.#host.snapshots.slotsOf(0).get(name)
    if (name === undefined || slot === undefined) return
    const first = this.#host.log.entries(0)[0]?.offset ?? 0
    if (first > 0 && (next === undefined || offsetOf(next) + 1 < first)) return
    const what = chance.pick<Damage>(['snapshot_partial', 'snapshot_corrupt', 'snapshot_cut'])
    if (what === 'snapshot_partial') slot.manifest = undefined
    const [chunk] = slot.chunks
    if (what === 'snapshot_cut') slot.chunks.pop()
    if (what === 'snapshot_corrupt' && chunk !== undefined) {
      const at = chance.int(0, chunk.length - 1)
      chunk[at] = (chunk[at] ?? 0) ^ 0x10
    }
    this.#damaged.add(name)
    tally(what)
  }

  /**
   * As retention: everything that the second of the snapshots makes up for. Nobody is cut off from
   * what it has yet to read: a log is kept for days, and a process stands still for minutes.
   */
  drop(): void {
    const [, name] = this.#whole()
    if (name === undefined) return
    const read = [...this.#host.processes].map(({ replica }) => replica?.now()?.offset ?? -1)
    this.#site.tally('start_dropped')
    const through = Math.min(offsetOf(name), ...read)
    this.#host.log.cut(0, this.#site.chance.int(0, through + 1))
  }
}

/** Slots are named by the offset of their state. */
const offsetOf = (name: string): number => Number(name.slice(0, 16))

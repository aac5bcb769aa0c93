import type { Halt } from '../protocol/index.ts'
import type { Health } from '../serve/index.ts'

type Partition = 'starting' | 'late' | 'up' | { readonly halted: Halt }

/**
 * Whether a service of this process answers, by what its partitions say of themselves. One that
 * has halted does not take the others out of service: it is refused for itself, and told in words.
 */
export class Readiness {
  readonly #health: Health
  readonly #apis: readonly string[]
  readonly #partitions = new Map<number, Partition>()
  /** Why no partition has begun to read; undefined: they have. */
  #notOpen: string | undefined = 'opening its log'

  /** `apis`: full names of what the service's replicas answer. */
  constructor(health: Health, apis: readonly string[], hosted: readonly number[]) {
    this.#health = health
    this.#apis = apis
    for (const partition of hosted) this.#partitions.set(partition, 'starting')
    this.#tell()
  }

  /** Nothing can be read yet, and why. */
  notOpen(why: string): void {
    this.#notOpen = why
    this.#tell()
  }

  opened(): void {
    this.#notOpen = undefined
    this.#tell()
  }

  up(partition: number): void {
    // A replica may have halted before anybody asked.
    if (this.#begins(partition)) this.#partitions.set(partition, 'up')
    this.#tell()
  }

  /** Its log is out of reach: the others answer without it. */
  late(partition: number): void {
    if (this.#begins(partition)) this.#partitions.set(partition, 'late')
    this.#tell()
  }

  halted(partition: number, halt: Halt): void {
    this.#partitions.set(partition, { halted: halt })
    this.#tell()
  }

  /** It could be mended, and answers again. */
  resumed(partition: number): void {
    this.#partitions.set(partition, 'up')
    this.#tell()
  }

  /** "partition 3 has halted (log_gap): ...", for each that has. */
  halts(): readonly string[] {
    return [...this.#partitions].flatMap(([partition, state]) =>
      typeof state === 'object' ? [inWords(partition, state.halted)] : [],
    )
  }

  #begins(partition: number): boolean {
    const state = this.#partitions.get(partition)
    return state === 'starting' || state === 'late'
  }

  #tell(): void {
    const states = [...this.#partitions.values()]
    const of = (wanted: Partition) => states.filter((state) => state === wanted).length
    const [starting, late] = [of('starting'), of('late')]
    const serving = starting === 0 && of('up') > 0
    const waits = `reading its log: ${states.length - starting} of ${states.length} partitions done`
    const halts = this.halts().slice(0, HALTS_TOLD)
    const out =
      late > 0 ? [`the log of ${late} of ${states.length} partitions is out of reach`] : []
    const why = this.#notOpen ?? (starting > 0 ? waits : [...out, ...halts].join('; '))
    for (const api of this.#apis) this.#health.set(api, serving, why)
  }
}

const inWords = (partition: number, { code, reason }: Halt): string =>
  `partition ${partition} has halted (${code}): ${reason}`

/** All of them stand in the metrics; these tell a person what kind of trouble it is. */
const HALTS_TOLD = 3

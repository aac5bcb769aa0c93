import type { Halt } from '../protocol/index.ts'
import type { Health } from '../serve/index.ts'

type Partition = 'starting' | 'up' | { readonly halted: Halt }

/**
 * Whether a service of this process answers, by what its partitions say of themselves. One that
 * has halted does not take the others out of service: it is refused for itself, and told in words.
 */
export class Readiness {
  readonly #health: Health
  readonly #apis: readonly string[]
  readonly #partitions = new Map<number, Partition>()

  /** `apis`: full names of what the service's replicas answer. */
  constructor(health: Health, apis: readonly string[], hosted: readonly number[]) {
    this.#health = health
    this.#apis = apis
    for (const partition of hosted) this.#partitions.set(partition, 'starting')
    this.#tell()
  }

  up(partition: number): void {
    // A replica may have halted before anybody asked.
    if (this.#partitions.get(partition) === 'starting') this.#partitions.set(partition, 'up')
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

  #tell(): void {
    const states = [...this.#partitions.values()]
    const starting = states.filter((state) => state === 'starting').length
    const halts = this.halts()
    const serving = starting === 0 && halts.length < states.length
    const waits = `reading its log: ${states.length - starting} of ${states.length} partitions done`
    const why = starting > 0 ? waits : halts.slice(0, HALTS_TOLD).join('; ')
    for (const api of this.#apis) this.#health.set(api, serving, why)
  }
}

const inWords = (partition: number, { code, reason }: Halt): string =>
  `partition ${partition} has halted (${code}): ${reason}`

/** All of them stand in the metrics; these tell a person what kind of trouble it is. */
const HALTS_TOLD = 3

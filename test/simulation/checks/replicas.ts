import type { RunningReplica } from '@evenkeel/chassis/replica'
import { must } from '../failure.ts'

/** Chains remembered; a replica that is further behind is compared when it has come closer. */
const rememberedMax = 4_096

interface Other {
  readonly name: string
  readonly replica: RunningReplica<unknown> | undefined
}

/** Every replica has the witness's history, link by link, and its state in the end. */
export class Replicas {
  readonly #witness: RunningReplica<unknown>
  readonly #chains = new Map<number, string>()

  constructor(witness: RunningReplica<unknown>) {
    this.#witness = witness
    witness.watch((_touched, at) => {
      this.#chains.set(at.offset, witness.stats().chain)
      this.#chains.delete(at.offset - rememberedMax)
    })
  }

  compare(others: Iterable<Other>): void {
    for (const { name, replica } of others) {
      if (replica === undefined) continue
      const { offset } = replica.now()
      const expected = this.#chains.get(offset)
      const same = expected === undefined || replica.stats().chain === expected
      must(same, () => `${name} has another history than the witness at offset ${offset}`)
    }
  }

  mustBeEqual(others: Iterable<Other>): void {
    for (const { name, replica } of others) {
      if (replica === undefined || replica === this.#witness) continue
      must(replica.now().offset === this.#witness.now().offset, () => {
        return `${name} stands at ${replica.position()}, the witness at ${this.#witness.position()}`
      })
      must(replica.db.dump() === this.#witness.db.dump(), () => `${name} has another state`)
    }
  }
}

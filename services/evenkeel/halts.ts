import type { Binding, Health } from '@evenkeel/chassis/serve'

/** A service whose replica has halted answers nothing: its APIs are taken out of the balance. */
export class Halts {
  readonly #answers = new Map<string, readonly Binding[]>()
  readonly #reasons = new Map<string, string>()
  #health: Health | undefined

  /** These are the APIs that the service's replica answers. */
  answers(service: string, bindings: readonly Binding[]): void {
    this.#answers.set(service, bindings)
  }

  /** The replica has halted, perhaps before anybody asked. */
  halted(service: string, reason: string): void {
    this.#reasons.set(service, reason)
    this.#tell(service)
  }

  /** Everything is up: what has not halted serves from now on. */
  tellTo(health: Health): void {
    this.#health = health
    for (const service of this.#answers.keys()) this.#tell(service)
  }

  #tell(service: string): void {
    const reason = this.#reasons.get(service)
    for (const { fullName } of this.#answers.get(service) ?? []) {
      this.#health?.set(fullName, reason === undefined, reason)
    }
  }
}

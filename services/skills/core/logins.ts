/** Directories tell no capital letters apart. */
export const loginKey = (pool: number, login: string): string => `${pool}/${folded(login)}`

/** Ids are ASCII. */
function folded(login: string): string {
  let small = ''
  for (const letter of login) {
    const capital = letter >= 'A' && letter <= 'Z'
    small += capital ? String.fromCharCode(letter.charCodeAt(0) + 32) : letter
  }
  return small
}

/** Who has which login. Derived; told the same twice, it changes nothing. */
export class Logins {
  readonly #holders = new Map<string, number>()
  readonly #held = new Map<number, string>()

  /** `key` undefined: none. */
  sync(slot: number, key: string | undefined): void {
    const held = this.#held.get(slot)
    if (held === key) return
    if (held !== undefined) {
      this.#held.delete(slot)
      if (this.#holders.get(held) === slot) this.#holders.delete(held)
    }
    if (key === undefined) return
    this.#held.set(slot, key)
    this.#holders.set(key, slot)
  }

  /** Slot of the agent. */
  holder(key: string): number | undefined {
    return this.#holders.get(key)
  }

  check(slots: Iterable<number>, keyAt: (slot: number) => string | undefined): readonly string[] {
    const faults: string[] = []
    let wanted = 0
    for (const slot of slots) {
      const key = keyAt(slot)
      if (key === undefined) continue
      wanted++
      if (this.#holders.get(key) !== slot) faults.push(`login ${key} is another agent's, too`)
    }
    if (wanted !== this.#held.size) faults.push(`${this.#held.size} logins are held, not ${wanted}`)
    return faults
  }
}

import type { Random } from './random.ts'

/** A set from which any member is drawn at random in one step. */
export class Bag {
  readonly #members: string[] = []
  readonly #places = new Map<string, number>()

  get size(): number {
    return this.#members.length
  }

  add(member: string): void {
    if (this.#places.has(member)) return
    this.#places.set(member, this.#members.length)
    this.#members.push(member)
  }

  delete(member: string): void {
    const place = this.#places.get(member)
    const last = this.#members.pop()
    if (place === undefined || last === undefined) {
      if (last !== undefined) this.#members.push(last)
      return
    }
    this.#places.delete(member)
    if (last === member) return
    this.#members[place] = last
    this.#places.set(last, place)
  }

  any(random: Random): string | undefined {
    return this.#members[random.below(this.#members.length)]
  }
}

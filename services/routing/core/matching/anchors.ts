import { NONE } from '@evenkeel/chassis/table'

/** Numbers for texts while somebody uses them; a number that nobody uses goes to the next text. */
export class Anchors {
  readonly #numbers = new Map<string, number>()
  readonly #texts: string[] = []
  readonly #uses: number[] = []
  readonly #free: number[] = []

  find(text: string): number {
    return this.#numbers.get(text) ?? NONE
  }

  /** To be given back by `drop`. */
  use(text: string): number {
    let number = this.#numbers.get(text)
    if (number === undefined) {
      number = this.#free.pop() ?? this.#texts.length
      this.#numbers.set(text, number)
      this.#texts[number] = text
      this.#uses[number] = 0
    }
    this.#uses[number]! += 1
    return number
  }

  drop(number: number): void {
    this.#uses[number]! -= 1
    if (this.#uses[number] !== 0) return
    this.#numbers.delete(this.#texts[number]!)
    this.#texts[number] = ''
    this.#free.push(number)
  }
}

/** Something that must never be was seen: the sentence that it breaks, and where. */
export class Broken extends Error {
  override readonly name = 'Broken'
}

export function must(condition: boolean, sentence: () => string): void {
  if (!condition) throw new Broken(sentence())
}

/** Something that must never be was seen: the sentence that it breaks, and where. */
export class Broken extends Error {
  override readonly name = 'Broken'
}

/** What a seed failed by. A fault of a check's own is one too: it must not pass for a crash. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Broken) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

export function must(condition: boolean, sentence: () => string): void {
  if (!condition) throw new Broken(sentence())
}

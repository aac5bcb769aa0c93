/**
 * How far a partition has been handed over: the one thing to keep. Everything up to it has been
 * handed over, nothing after it.
 */
export interface Mark {
  /** Of the log; '' before the first event. */
  readonly incarnation: string
  /** Of the last event handed over; -1 before the first. */
  readonly offset: number
  readonly index: number
  /** The topic's offset up to which everything has been read; reading goes on after it. */
  readonly position: number
}

/** Nothing has been handed over yet; reading begins at `next`. */
export const markBefore = (next: number): Mark => ({
  incarnation: '',
  offset: -1,
  index: -1,
  position: next - 1,
})

export const sameMark = (a: Mark | undefined, b: Mark | undefined): boolean =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.incarnation === b.incarnation &&
    a.offset === b.offset &&
    a.index === b.index &&
    a.position === b.position)

/** What was kept is no mark: somebody else's file, or a damaged one. */
export class MarkUnreadable extends Error {
  override readonly name = 'MarkUnreadable'
}

/** As text for a file or a column. */
export const markText = (mark: Mark): string => JSON.stringify(mark)

export function parseMark(text: string): Mark {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new MarkUnreadable('a mark is no JSON', { cause })
  }
  if (typeof value !== 'object' || value === null) throw new MarkUnreadable('a mark is no object')
  const read = (name: keyof Mark): unknown => Object.getOwnPropertyDescriptor(value, name)?.value
  const whole = (name: 'offset' | 'index' | 'position'): number => {
    const number = read(name)
    if (typeof number === 'number' && Number.isSafeInteger(number) && number >= -1) return number
    throw new MarkUnreadable(`a mark's ${name} is no whole number from -1 on`)
  }
  const incarnation = read('incarnation')
  if (typeof incarnation !== 'string' || !/^([0-9a-f]{16})?$/.test(incarnation)) {
    throw new MarkUnreadable("a mark's incarnation is none")
  }
  return {
    incarnation,
    offset: whole('offset'),
    index: whole('index'),
    position: whole('position'),
  }
}

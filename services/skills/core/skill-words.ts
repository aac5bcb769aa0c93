import { limits } from './limits.ts'

/** What kind of thing a skill is. Their order is part of stored rows: append only. */
export const categories = [
  'none',
  'language',
  'product',
  'programme',
  'brand',
  'channel',
  'authority',
] as const

export type Category = (typeof categories)[number]

/** A character that no text for people has. */
const APART = '\u0000'

export const meaningsBytesMax = limits.levelMax * (limits.meaningBytes + 1)

/** What the levels mean, in one text; '': nothing is said of any. */
export const joinMeanings = (meanings: readonly string[]): string => meanings.join(APART)

export const meaningsOf = (joined: string): readonly string[] =>
  joined === '' ? [] : joined.split(APART)

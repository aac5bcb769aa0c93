import { type BrokenLine, FileRefused } from '../replay/lines.ts'

/** What was counted in a part of a day; a file is many of these. */
export interface Counted {
  /** YYYY-MM-DD, wall time. */
  readonly date: string
  /** Minute of the day at which the part begins, wall time. */
  readonly minute: number
  readonly count: number
}

export interface CountedFile {
  readonly parts: readonly Counted[]
  /** How long a part is. */
  readonly partMinutes: number
  readonly broken: readonly BrokenLine[]
}

/** Why a history can't be used, by a code that stays the same. */
export type HistoryCode =
  | 'HISTORY_BROKEN'
  | 'HISTORY_EMPTY'
  | 'HISTORY_INTERVAL'
  | 'HISTORY_TOO_SHORT'

export class HistoryRefused extends FileRefused {
  readonly code: HistoryCode

  constructor(code: HistoryCode, message: string) {
    super(`${message} (${code})`)
    this.code = code
  }
}

/** A file with a larger share of broken lines is of another kind. */
const BROKEN_SHARE_MAX = 0.01

/** `lines`: those that were understood. */
export function refuseBroken(path: string, broken: readonly BrokenLine[], lines: number): void {
  const [first] = broken
  const all = lines + broken.length
  if (first !== undefined && broken.length > BROKEN_SHARE_MAX * all) {
    const many = `${broken.length} of ${all} lines are broken`
    const one = `the first is line ${first.line}: ${first.reason}`
    throw new HistoryRefused('HISTORY_BROKEN', `${path}: ${many}; ${one}`)
  }
  if (lines === 0) throw new HistoryRefused('HISTORY_EMPTY', `${path} has no calls`)
}

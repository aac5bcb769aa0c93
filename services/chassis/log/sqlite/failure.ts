import { LogRefused, LogUnusable, type RefusalCode } from '../port.ts'

/**
 * SQLite's primary result codes that an operator can do something about (sqlite.org/rescode.html).
 */
const busy = 5
const readOnly = 8
const ioError = 10
const corrupt = 11
const full = 13
const cantOpen = 14
const notADatabase = 26

/** The primary result code, undefined when the error is none of SQLite's. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined
  // The upper bytes say which I/O failed; the message says so as well.
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined
}

export function isBusy(error: unknown): boolean {
  return resultCode(error) === busy
}

/** A commit that failed so may be in the file all the same. */
export function isIoError(error: unknown): boolean {
  return resultCode(error) === ioError
}

/** What a write that was rolled back means to the caller; other people's errors pass through. */
export function writeFailure(error: unknown, file: string): unknown {
  const code = resultCode(error)
  if (code === undefined || !(error instanceof Error)) return error
  const refused = (causeCode: RefusalCode, why: string) =>
    new LogRefused(causeCode, `${file}: ${why} (${error.message})`, { cause: error })
  switch (code) {
    case full:
      return refused('disk_full', 'no space left for the log')
    case ioError:
      return refused('io_error', 'the disk failed')
    case readOnly:
      return refused('read_only', 'the log may not be written')
    case corrupt:
    case notADatabase:
      return new LogUnusable('data_damaged', `${file} is damaged: ${error.message}`, {
        cause: error,
      })
    default:
      return refused('sqlite_error', `SQLite refused with code ${code}`)
  }
}

/** Why a file can't be opened or read, in an operator's words. */
export function unusable(error: unknown, file: string): LogUnusable {
  if (error instanceof LogUnusable) return error
  const message = error instanceof Error ? error.message : String(error)
  const code = resultCode(error) ?? 0
  switch (code) {
    case notADatabase:
      return new LogUnusable('data_foreign', `${file} is not a log: ${message}`, { cause: error })
    case corrupt:
      return new LogUnusable('data_damaged', `${file} is damaged: ${message}`, { cause: error })
    case cantOpen:
      return new LogUnusable('data_unusable', `${file} can't be opened: ${message}`, {
        cause: error,
      })
    default:
      return new LogUnusable('data_unusable', `${file} can't be used: ${message}`, { cause: error })
  }
}

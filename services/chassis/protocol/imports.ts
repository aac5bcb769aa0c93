import type { Rejection } from './core.ts'
import type { ErrorTable } from './errors.ts'

/** What files bring, slice by slice, each a command: how much, what it answers, what is refused. */

export const importLimits = {
  /** Leaves room for the envelope in a 4 MiB gRPC message. */
  csvBytes: 3 * 1024 * 1024,
  /** 50 skills with dates take about 4.5 KB; a longer line is a quote that was never closed. */
  lineBytes: 16 * 1024,
  /** One screen of work for whoever mends the file; all are counted. */
  errors: 100,
} as const

/** What became of the lines of a slice. */
export interface Tally {
  readonly imported: number
  readonly unchanged: number
  readonly refused: readonly RefusedLine[]
}

export interface RefusedLine {
  readonly line: number
  readonly rejection: Rejection
}

/** One string, since a reply is part of the chain; the shell reads it back. */
export function tallyRef({ imported, unchanged, refused }: Tally): string {
  return JSON.stringify({ imported, unchanged, refused })
}

/** A part of the table of each service that takes files. */
export const importErrors = {
  LOCAL_TIME_SKIPPED: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message:
      '{field}: {value} does not exist in {zone}: the clocks are put forward over it, at {limit}.',
  },
  LOCAL_TIME_TWICE: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message:
      '{field}: {value} is there twice in {zone}: the clocks are put back over it. Write {limit}.',
  },
  LOCAL_TIME_OFFSET: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field}: {value} is not the offset of {zone} then. Write {limit}, or no offset.',
  },
  CSV_NOT_UTF8: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message:
      '{field}: not UTF-8 at byte {value} (the first byte is 0). Save the file as UTF-8 and send it again.',
  },
  CSV_DELIMITER: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message:
      '{field}: the header is separated by {value} instead of commas. Export the file as comma-separated.',
  },
  CSV_HEADER: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message:
      '{field}: the first line must name each of {limit}, once. Missing: {missing}; unknown: {unknown}; twice: {duplicate}.',
  },
  CSV_COLUMN_COUNT: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: 'The line has {value} cells, the header {limit}. Quote cells that hold commas.',
  },
  CSV_QUOTING: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message:
      'A quotation mark is out of place or never closed ({value}). Quote whole cells, double a mark inside.',
  },
  CSV_LINE_TOO_LONG: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: 'The line is longer than {limit} bytes; perhaps a quotation mark is not closed.',
  },
  CSV_CELL_MALFORMED: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field}: "{value}" is not {limit}.',
  },
  IMPORT_INTERRUPTED: {
    status: 'UNAVAILABLE',
    retryable: true,
    message:
      '{imported} were stored and {unchanged} were the same when {cause} stopped the import before line {line}. Send the same file again: what is stored counts as unchanged.',
  },
} as const satisfies ErrorTable

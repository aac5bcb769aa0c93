/**
 * Why a partition goes no further, or a process does not start: one code each, for the log line,
 * the metric and docs/runbook.md, which says what to do. What went wrong in particular is in the
 * reason beside it.
 */
export const haltCodes = {
  log_gap: 'Records are missing in the middle of the log.',
  log_start_gone: 'The log begins after what was to be read next, and no snapshot leads up to it.',
  log_end_lost: 'The log ends before what has been read of it.',
  log_deleted: 'The log was deleted, and perhaps made anew.',
  log_not_begun: 'The first record of the log is not the one that begins it.',
  log_of_another: 'The log was made for another service or with another number of partitions.',
  log_replaced: 'Replicas of another log write into this one.',
  batch_unreadable: 'A batch has a format, a compression or a transaction that nobody writes here.',
  record_undecodable: 'A record can not be decoded by this version.',
  logic_too_new: 'The log is decided by a newer version of the logic than this process has.',
  replicas_apart: 'This replica and another one came to different states from the same records.',
  source_replaced: 'A bridge is fed by another log than before; it stands, the partition goes on.',
  join_ignored: 'The log does not take this replica in.',
  fault: 'Something threw that must not; the state can not be trusted any more.',
  topic_wrong: 'A topic is missing, or is not set as it must be.',
  broker_too_old: 'A broker does not speak the versions of the protocol that are needed.',
  data_in_use: 'Another process has the data directory.',
  data_missing: 'One of the files of the data directory is gone.',
  data_foreign: 'A file is not a log of this service.',
  data_damaged: 'A file of the log is damaged.',
  data_unusable: 'A file of the log can not be opened.',
} as const satisfies Readonly<Record<string, string>>

export type HaltCode = keyof typeof haltCodes

/** What nobody goes on from. */
export interface Halt {
  readonly code: HaltCode
  /** A sentence with the particulars, in our own words. */
  readonly reason: string
}

import type { ErrorTable } from './errors.ts'

/**
 * What the log's protocol itself refuses, for every service (COMMAND_TOO_LATE is in the common
 * table).
 */
export const protocolErrors = {
  OUTBOX_FULL: {
    status: 'UNAVAILABLE',
    retryable: true,
    message:
      '{value} events wait to be published, new contacts are refused from {limit} on. Retry later.',
  },
  WORK_LIST_FULL: {
    status: 'UNAVAILABLE',
    retryable: true,
    message: 'The work list holds {value} items, its limit is {limit}. Retry in a second.',
  },
  LOGIC_NOT_NEXT: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message: 'Logic {value} is not the next version, {limit} is. Activate one after the other.',
  },
  LOGIC_NOT_UNDERSTOOD: {
    status: 'FAILED_PRECONDITION',
    retryable: true,
    message:
      'Replica {replica} understands logic {limit}, not {value}. Bring it to the newer version, ' +
      'or stop it and wait ten seconds.',
  },
  BRIDGE_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: false,
    message:
      'Nothing is taken in here from {source}. GetPartitions names the sources of each partition.',
  },
  BRIDGE_MOVED: {
    status: 'FAILED_PRECONDITION',
    retryable: true,
    message:
      'The bridge from {source} stands at {value} by now. Look at GetPartitions of the leader again.',
  },
  SKIP_NOT_HALTED: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'This replica has not halted at a record with these bytes at position {position}. Take ' +
      'offset and digest from GetPartitions of this very replica.',
  },
  COMMAND_FAILED: {
    status: 'INTERNAL',
    retryable: false,
    message: 'A fault of ours at position {position}; nothing has changed. Report the position.',
  },
} as const satisfies ErrorTable

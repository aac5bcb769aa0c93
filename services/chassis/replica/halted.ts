import { type CodedError, common } from '../errors/index.ts'
import { ours } from '../observe/index.ts'
import type { Halt, HaltCode } from '../protocol/halts.ts'
import type { ReplicaLogger } from './replica.ts'

/** The log holds something that this replica must not go on from. */
export class HaltedAtStart extends Error {
  override readonly name = 'HaltedAtStart'
  readonly code: HaltCode

  constructor({ code, reason }: Halt) {
    super(reason)
    this.code = code
  }

  get halt(): Halt {
    return { code: this.code, reason: this.message }
  }
}

/** What whoever asks for something of the partition is told. */
export function haltedError(partition: number, { code, reason }: Halt): CodedError {
  return common('PARTITION_HALTED', { partition, halt: code, reason })
}

interface Told {
  readonly partition: number
  readonly logger: ReplicaLogger
  readonly onHalted?: (halt: Halt) => void
}

/** Each halt is told once, whether it comes while records are read or before there are any. */
export function tellHalt({ partition, logger, onHalted }: Told, halt: Halt): void {
  const { code, reason } = halt
  logger.error({ partition, code, why: ours(reason) }, 'the partition has halted')
  onHalted?.(halt)
}

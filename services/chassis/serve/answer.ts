import { randomBytes } from 'node:crypto'
import { CodedError, common, refused } from '../errors/index.ts'
import type { Logger } from '../observe/index.ts'

/**
 * Any failure of a handler as the caller may see it. What isn't coded is a fault of ours: it is
 * logged with its stack under a reference, and the reference is all that gets out.
 */
export function codedOf(error: unknown, rpc: string, logger: Logger): CodedError {
  if (error instanceof CodedError) return error
  const reference = randomBytes(8).toString('hex')
  logger.error('rpc.fault', { rpc, reference, error })
  return common('INTERNAL', { reference })
}

const positionPattern = /^\d{1,5}\/\d{1,16}$/

/** The metadata evenkeel-at-least, or the refusal of a malformed one. */
export function atLeastOf(value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string' && positionPattern.test(value)) return value
  throw refused('POSITION_MALFORMED', 'evenkeel-at-least')
}

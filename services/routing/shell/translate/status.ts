import { type CodedError, statusBytes } from '@evenkeel/chassis/errors'
import { Status } from '@evenkeel/proto/google/rpc/status'

/** A refusal as a message, with the same details that a unary call's trailer has. */
export const statusOf = (error: CodedError): Status => Status.decode(statusBytes(error))

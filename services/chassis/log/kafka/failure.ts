import { createErrorFromCode } from 'kafkajs/src/protocol/error.js'
import { LogAmbiguous, LogRefused, LogUnusable, type RefusalCode } from '../port.ts'

/** Numbers of Kafka's protocol that mean something here. */
export const codes = {
  UNKNOWN: -1,
  NONE: 0,
  OFFSET_OUT_OF_RANGE: 1,
  UNKNOWN_TOPIC_OR_PARTITION: 3,
  MESSAGE_TOO_LARGE: 10,
  INVALID_TOPIC: 17,
  RECORD_LIST_TOO_LARGE: 18,
  NOT_ENOUGH_REPLICAS: 19,
  TOPIC_AUTHORIZATION_FAILED: 29,
  CLUSTER_AUTHORIZATION_FAILED: 31,
  SASL_AUTHENTICATION_FAILED: 58,
  INVALID_RECORD: 87,
} as const

/** A broker's answer that is an error. */
export class BrokerError extends Error {
  override readonly name = 'BrokerError'
  readonly code: number
  /** Kafka's own name for it. */
  readonly type: string
  constructor(code: number, what: string) {
    const { type, message } = createErrorFromCode(code)
    super(`${what}: ${type} (${code}): ${message}`)
    this.code = code
    this.type = type
  }
}

/** The broker answered; the connection is good. */
export function assertNoError(code: number, what: string): void {
  if (code !== codes.NONE) throw new BrokerError(code, what)
}

/** Before anything was sent: whatever happened, nothing was appended. */
export function refusal(error: unknown): LogRefused {
  if (error instanceof LogRefused) return error
  const cause = causeOf(error)
  return new LogRefused(cause, messageOf(error), { cause: error })
}

/**
 * After an append was sent. Only where the leader refuses before it writes is nothing appended:
 * NOT_LEADER and the like may come after the record was written and replicated.
 */
export function appendFailure(error: unknown): LogRefused | LogAmbiguous {
  if (error instanceof BrokerError && refusesBeforeWriting.has(error.code)) return refusal(error)
  return new LogAmbiguous(messageOf(error), { cause: error })
}

const causes: ReadonlyMap<number, RefusalCode> = new Map([
  [codes.NOT_ENOUGH_REPLICAS, 'not_enough_replicas'],
  [codes.MESSAGE_TOO_LARGE, 'too_large'],
  [codes.RECORD_LIST_TOO_LARGE, 'too_large'],
  [codes.TOPIC_AUTHORIZATION_FAILED, 'unauthorized'],
  [codes.CLUSTER_AUTHORIZATION_FAILED, 'unauthorized'],
  [codes.SASL_AUTHENTICATION_FAILED, 'unauthorized'],
  [codes.INVALID_TOPIC, 'unavailable'],
  [codes.INVALID_RECORD, 'invalid'],
])

const refusesBeforeWriting: ReadonlySet<number> = new Set([
  ...causes.keys(),
  codes.UNKNOWN_TOPIC_OR_PARTITION,
])

/** One of LogRefused's cause codes. */
function causeOf(error: unknown): RefusalCode {
  if (error instanceof BrokerError) return causes.get(error.code) ?? 'unavailable'
  const name = error instanceof Error ? error.name : ''
  if (name === 'KafkaJSSASLAuthenticationError') return 'unauthorized'
  return causes.get(codeOf(error)) ?? 'unavailable'
}

/** What kafkajs's own admin throws carries the broker's number, sometimes in its cause. */
function codeOf(error: unknown): number {
  if (!(error instanceof Error)) return codes.NONE
  if ('code' in error && typeof error.code === 'number') return error.code
  return codeOf(error.cause)
}

/** What is wrong, for whoever counts it: Kafka's own name where a broker has given one. */
export function troubleOf(error: unknown): string {
  if (error instanceof LogUnusable) return 'unusable'
  if (error instanceof LogRefused) return error.causeCode
  const cause = causeOf(error)
  if (cause !== 'unavailable') return cause
  const type = error instanceof Error && 'type' in error ? error.type : undefined
  return typeof type === 'string' ? type.toLowerCase() : cause
}

/** Wrong credentials are not mended by asking another broker at once. */
export function isFinal(error: unknown): boolean {
  return error instanceof LogUnusable || causeOf(error) === 'unauthorized'
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

import type { LogRefused } from '../log/index.ts'

/** A connection that did not come about, by the system's code; the way there is all that is wrong. */
const unreached: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
])
const unnamed: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN'])
/** kafkajs' own names for it: nobody answered in time, or hung up. */
const unanswered: ReadonlySet<string> = new Set([
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
])

/** Why a log can't be had now, for a person, with the code under which the runbook has it. */
export function outOfReach(error: LogRefused, brokers: readonly string[]): string {
  const { causeCode: code } = error
  const chain = [...causesOf(error)]
  const has = (names: ReadonlySet<string>) => chain.some((name) => names.has(name))
  const of = brokers.join(', ')
  if (code !== 'unavailable' || brokers.length === 0) return `${error.message} (${code})`
  if (has(unnamed)) return `no broker of ${of} answers: the name of its host is not known (${code})`
  if (has(unreached) || has(unanswered)) return `no broker of ${of} answers (${code})`
  return `the brokers ${of} can't be used: ${error.message} (${code})`
}

/** Names and codes of an error and of what it came from. */
function* causesOf(error: unknown): Generator<string> {
  if (!(error instanceof Error)) return
  yield error.name
  if ('code' in error && typeof error.code === 'string') yield error.code
  yield* causesOf(error.cause)
}

import { type DestinationStream, pino } from 'pino'
import { type LogFields, describeFields } from './fields.ts'

/**
 * Refuses a plain `string`: an event's name is a literal in the code, never made from what somebody
 * sent.
 */
type Literal<E extends string> = string extends E ? never : E

/**
 * Structured log lines. They can't show contacts' attributes or addresses: only fields of the
 * allow-list get out, each with its own shape (fields.ts), errors without what their messages may
 * quote.
 */
export interface Logger {
  debug<const E extends string>(event: Literal<E>, fields?: LogFields): void
  info<const E extends string>(event: Literal<E>, fields?: LogFields): void
  warn<const E extends string>(event: Literal<E>, fields?: LogFields): void
  error<const E extends string>(event: Literal<E>, fields?: LogFields): void
  /** The same log with fields on every line. */
  with(fields: LogFields): Logger
}

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export interface LoggerOptions {
  readonly service: string
  readonly level: LogLevel
  /** Where lines go; standard output if absent. */
  readonly destination?: DestinationStream
}

export function createLogger({ service, level, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service },
    messageKey: 'event',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  const log = destination === undefined ? pino(options) : pino(options, destination)
  return logger(log, {})
}

type Level = 'debug' | 'info' | 'warn' | 'error'

function logger(log: pino.Logger, always: LogFields): Logger {
  const line = (level: Level, event: string, fields: LogFields = {}) => {
    if (!log.isLevelEnabled(level)) return
    log[level](describeFields({ ...always, ...fields }), eventName(event))
  }
  return {
    debug: (event, fields) => line('debug', event, fields),
    info: (event, fields) => line('info', event, fields),
    warn: (event, fields) => line('warn', event, fields),
    error: (event, fields) => line('error', event, fields),
    with: (fields) => logger(log, { ...always, ...fields }),
  }
}

// The type keeps variables out, but not templates; this keeps out what a template may have put in.
const eventPattern = /^[a-z][a-z_]{0,31}(\.[a-z][a-z_]{0,31}){0,3}$/

function eventName(event: string): string {
  return eventPattern.test(event) ? event : 'event_name_malformed'
}

/** Says nothing; for tests and tools. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => silentLogger,
}

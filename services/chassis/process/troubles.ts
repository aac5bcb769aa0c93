import type { KafkaLogger, Trouble } from '../log/kafka/index.ts'
import { defineMetrics, type Logger, type Registry } from '../observe/index.ts'

/** A leader that moves is told of by every partition, many times a second; a person reads one. */
const TELL_MS = 5_000

interface Told {
  at: number
  /** Of the same kind, since. */
  hidden: number
}

/** What the Kafka clients of a process complain of: all of it counted, and told once in a while. */
export class Troubles {
  readonly #counts = new Map<string, number>()
  readonly #now: () => number

  constructor(now = () => performance.now()) {
    this.#now = now
  }

  logger(logger: Logger): KafkaLogger {
    const lines = new Map<string, Told>()
    return {
      info: (fields, message) => logger.info('kafka.told', { ...fields, reason: message }),
      warn: (fields, message) => {
        this.#count(fields)
        const count = this.#due(lines, `${fields.code} ${message}`)
        if (count > 0) logger.warn('kafka.trouble', { ...fields, count, reason: message })
      },
    }
  }

  register(registry: Registry): void {
    defineMetrics(registry, {
      troubles: {
        kind: 'counter',
        name: 'evenkeel_kafka_troubles_total',
        help:
          'What went wrong between this process and its brokers and is tried again, by code: ' +
          "Kafka's own name of it, or unavailable, unauthorized, foreign_record.",
        labels: ['code'],
        read: () => [...this.#counts].map(([code, value]) => ({ labels: { code }, value })),
      },
    })
  }

  #count({ code }: Trouble): void {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1)
  }

  /** How many lines this one stands for; 0: it is not time for another. */
  #due(lines: Map<string, Told>, name: string): number {
    const told = lines.get(name)
    const now = this.#now()
    if (told !== undefined && now - told.at < TELL_MS) {
      told.hidden += 1
      return 0
    }
    lines.set(name, { at: now, hidden: 0 })
    return (told?.hidden ?? 0) + 1
  }
}

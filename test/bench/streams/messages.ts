import type { Centre } from '../assign/messages.ts'

/** Streams on which nothing happens. */
export interface Idle extends Centre {
  readonly watchersPerPool: number
}

/** What the benchmark asks of the process that holds idle streams. */
export interface Ask {
  readonly kind: 'set-up' | 'open' | 'tell'
  readonly target: string
  /** Where profiles are put; undefined: a floor, which knows no pools. */
  readonly skills: string | undefined
  readonly idle: Idle
}

export interface Answer {
  readonly streams: number
  /** What has ended a stream, or kept one from beginning. */
  readonly failure: string
}

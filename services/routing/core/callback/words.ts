/** When customers may be called, by their own clocks. */
export interface CallingHours {
  /** Minutes of the day; `from` is the smaller. */
  readonly from: number
  readonly to: number
  /** 1, Monday, to 7; in order, without repetition. Never empty. */
  readonly days: readonly number[]
  /** Of customers of whom nobody has said where they are; '': that of the queue's calendar. */
  readonly zone: string
}

/** From `from` on the clocks of a zone are `aheadMs` ahead of UTC. */
export interface ZoneOffset {
  readonly from: number
  readonly aheadMs: number
}

/** Callbacks by a time that is kept; see callback/promise-room.ts and step-ahead.ts. */
export interface WithinPolicy {
  readonly withinMs: number
  readonly slackMs: number
  readonly windowMs: number
  readonly windows: number
  readonly shareBp: number
  /** Nothing else is offered. */
  readonly only: boolean
}

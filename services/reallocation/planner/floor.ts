/** What a plan is made of: plain values, so that another thread can make it. */
export interface FloorPlan {
  /** Length of each interval of the horizon, the present one first. */
  readonly intervalMs: number
  /** Of the present interval, what has gone by. */
  readonly goneMs: number
  readonly lanes: readonly LaneFacts[]
  readonly people: readonly Person[]
  /** Moves in force, and those that wait for a word. */
  readonly moved: readonly Moved[]
  /** Intervals that a move lasts at most, 1 or above; what it does is told of these. */
  readonly lasts: number
  /** Who may have training while not needed; 'none': nobody. */
  readonly training: { readonly leastMs: number; readonly mostMs: number } | 'none'
  /** Who is in training, or about to be. */
  readonly trainees: readonly Trainee[]
  /** So many more moves may begin. */
  readonly movesMax: number
}

/** One queue, by intervals of the horizon. */
export interface LaneFacts {
  readonly queueId: string
  readonly channel: string
  /** Customers wait on the line; otherwise there is a time by which it is due. */
  readonly live: boolean
  /** Median of what comes, as was forecast and as is expected by now. */
  readonly forecast: readonly number[]
  readonly expected: readonly number[]
  /** More comes than was forecast, surely; `expected` may be behind. */
  readonly surging: boolean
  /** Standard deviation of the log of the rate. */
  readonly spread: readonly number[]
  readonly agents: readonly number[]
  /** Of these, so many may be away. */
  readonly lendMax: number
  readonly handleMs: number
  /** Contacts that an agent has at once, 1 or above. */
  readonly atOnce: number
  readonly patienceMs: number
  readonly targetMs: number
  /** Share that is to be answered in time. */
  readonly goal: number
  /** Not live: what is open, by the interval in which it is due. */
  readonly due: readonly number[]
}

/** Somebody who may be moved now. */
export interface Person {
  readonly agentId: string
  /** Index of the lane that the agent leaves. */
  readonly lane: number
  /** Lanes of other channels that the agent is skilled for, perhaps none. */
  readonly skilled: readonly number[]
  /** Moved already lately, ms: the others go first. */
  readonly movedMs: number
  /** Of this year's training, 0 or above. */
  readonly lacksMs: number
}

export interface Trainee {
  readonly moveId: string
  /** Index of the lane that the agent is missing from. */
  readonly lane: number
  /** Intervals until it ends, the present one among them. */
  readonly lasts: number
}

export interface Moved {
  readonly moveId: string
  readonly from: number
  readonly to: number
  /** What it was to save over its time, contacts. */
  readonly promised: number
  /** The agent is there: what has only been asked for may never come. */
  readonly there: boolean
  /** Intervals until it ends, the present one among them. */
  readonly lasts: number
  /** Part of its time that is left, 0-1. */
  readonly left: number
  /** Below this share of what it promised it ends. */
  readonly returnBelow: number
}

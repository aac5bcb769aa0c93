/** The names of the channels, as the command line and the files spell them. */
export type ChannelName =
  | 'voice'
  | 'chat'
  | 'email'
  | 'messaging'
  | 'social'
  | 'post'
  | 'fax'
  | 'task'

export interface SkillFloor {
  readonly skillId: string
  readonly level: number
}

export interface SkillPlan {
  readonly skillId: string
  readonly displayName: string
  readonly maxLevel: number
}

export interface CallbackPlan {
  readonly offerAboveMs: number
  readonly offerCadenceMs: number
  readonly retryAfterMs: number
  readonly maxAttempts: number
  /** Called back within this, or in a later window, and nothing else; undefined: the place is kept. */
  readonly withinMs: number | undefined
}

export interface QueuePlan {
  readonly queueId: string
  readonly displayName: string
  readonly channel: ChannelName
  readonly requirements: readonly SkillFloor[]
  readonly targetMs: number
  readonly timeToLiveMs: number
  readonly wrapUpMs: number
  readonly handleMs: number
  /** Undefined: the queue offers none. */
  readonly callback: CallbackPlan | undefined
}

export interface Span {
  readonly fromMs: number
  readonly untilMs: number
}

export interface Break extends Span {
  readonly reason: string
}

export interface OwnChannel {
  readonly channel: ChannelName
  readonly weight: number
  /** Offered only to who is moved there. */
  readonly onRequest?: true
}

export interface AgentPlan {
  readonly agentId: string
  readonly displayName: string
  readonly team: string
  readonly skills: readonly SkillFloor[]
  readonly channels: readonly OwnChannel[]
  readonly shift: Span
  /** In order, none overlapping another, all within the shift. */
  readonly breaks: readonly Break[]
}

/** How a dial of the customer will go, in the order of the attempts. */
export type DialResult =
  | 'human'
  | 'machine'
  | 'message_left'
  | 'busy'
  | 'no_answer'
  | 'rejected'
  | 'invalid'
  | 'congestion'

/**
 * One contact, with all that its customer will bring along. Drawn before the day begins and
 * independent of how it is routed, so that two policies can be tried on the same day.
 */
export interface Arrival {
  readonly atMs: number
  readonly contactId: string
  readonly queueId: string
  /** Beside the queue's own. */
  readonly requirements: readonly SkillFloor[]
  readonly priority: number
  readonly customerKey: string
  readonly attributes: Uint8Array
  /** Hangs up after waiting this long; Infinity: an email waits. */
  readonly patienceMs: number
  readonly talkMs: number
  readonly wrapUpMs: number
  readonly acceptsCallback: boolean
  /** Calls again when called back has not happened this long after accepting; undefined: never. */
  readonly callsAgainAfterMs: number | undefined
  readonly dials: readonly DialResult[]
}

/** The switch is gone for a while, and a share of its legs for good. */
export interface Crash {
  readonly atMs: number
  readonly downMs: number
  readonly lostShare: number
}

/** What befalls people and machines of the platform. */
export interface Troubles {
  /** Neither desk nor phone is there, and nobody said so. */
  readonly vanished: readonly (Span & { readonly agentId: string })[]
  /** Phones that the switch can't reach. */
  readonly deadPhones: readonly (Span & { readonly agentId: string })[]
  readonly allPhonesDead: readonly Span[]
  readonly crashes: readonly Crash[]
}

/** What came to a queue in one of the weeks before. */
export interface PastInterval {
  readonly queueId: string
  /** ms since 1970. */
  readonly fromMs: number
  readonly arrivals: number
}

/** The exogenous trace of a day, and who works on it. All times are ms since 1970. */
export interface Day {
  readonly pool: string
  readonly displayName: string
  /** Arrivals lie in [fromMs, untilMs). */
  readonly fromMs: number
  readonly untilMs: number
  readonly skills: readonly SkillPlan[]
  readonly queues: readonly QueuePlan[]
  readonly agents: readonly AgentPlan[]
  /** By time. */
  readonly arrivals: readonly Arrival[]
  /** Undefined: all goes well. */
  readonly troubles?: Troubles
  /** What a planner has counted before, in intervals of half an hour; undefined: nothing. */
  readonly past?: readonly PastInterval[]
  /** Agents may be moved between channels without asking a supervisor. */
  readonly movesStaff?: boolean
}

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE

/** The first `durationMs` of a day; shifts that reach beyond are left as they are. */
export function shortened(day: Day, durationMs: number): Day {
  const untilMs = Math.min(day.untilMs, day.fromMs + durationMs)
  return { ...day, untilMs, arrivals: day.arrivals.filter((arrival) => arrival.atMs < untilMs) }
}

/** The same day at the same staff, with nobody called back. */
export const withoutCallbacks = (day: Day): Day => ({
  ...day,
  queues: day.queues.map((queue) => ({ ...queue, callback: undefined })),
})

/**
 * What the customer's contact requires of an agent: the queue's floors and its own, the higher of
 * each.
 */
export function floors(queue: QueuePlan | undefined, arrival: Arrival): Map<string, number> {
  const highest = new Map<string, number>()
  for (const floor of [...(queue?.requirements ?? []), ...arrival.requirements]) {
    highest.set(floor.skillId, Math.max(floor.level, highest.get(floor.skillId) ?? 0))
  }
  return highest
}

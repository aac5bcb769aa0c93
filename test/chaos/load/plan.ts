/** What the load is made of. */
export interface LoadPlan {
  readonly seed: number
  readonly pools: number
  readonly agentsPerPool: number
  /** Contacts that come to one pool in a second. */
  readonly perSecond: number
}

export const LOAD: LoadPlan = { seed: 1, pools: 6, agentsPerPool: 6, perSecond: 5 }

export const poolName = (number: number): string => `chaos-${number}`
export const agentName = (pool: string, number: number): string => `agent-${number}.${pool}`

/** Every second agent is an expert. */
export const levelOf = (number: number): number => (number % 2 === 0 ? EXPERT : BEGINNER)
export const BEGINNER = 1
export const EXPERT = 3

export const SKILL = 'talking'

/** Queues by the level that they need. */
export const QUEUES = { calls: BEGINNER, experts: EXPERT } as const
export type QueueName = keyof typeof QUEUES

/** How people are: shares of all, and ms. */
export const PEOPLE = {
  /** Of the contacts, sent on the stream; the others by unary calls. */
  onStream: 0.5,
  expert: 0.3,
  /** Hangs up before long unless an agent answers. */
  impatient: 0.1,
  patienceMs: [200, 1_500],
  /** Takes a callback when one is offered. */
  callback: 0.3,
  /** Of those: calls again before the callback, and meets it. */
  callsAgain: 0.1,
  callsAgainMs: [1_000, 4_000],
  /** The media ends the call and the agent writes it up; otherwise the agent ends it. */
  mediaEnds: 0.5,
  talkMs: [200, 1_500],
  wrapUpMs: [10, 100],
  thinkMs: [5, 60],
  declines: 0.03,
  misses: 0.01,
  ringMs: [100, 600],
  /** Dials: reached, not answered; of the rest the dialler never learns. */
  reached: 0.75,
  unanswered: 0.2,
} as const

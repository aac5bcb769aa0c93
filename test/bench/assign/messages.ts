/** What the benchmark asks of its client, which is another process. */
export type Ask =
  /** `skills`: where profiles are put; undefined: nothing is to be set up. */
  | {
      readonly kind: 'connect'
      readonly target: string
      readonly skills: string | undefined
      readonly centre: Centre
    }
  | Run
  | { readonly kind: 'end' }

export interface Run {
  readonly kind: 'run'
  readonly mode: Mode
  readonly perSecond: number
  readonly ms: number
  /** More than can be taken: refusals are counted, and no failure. */
  readonly overload?: boolean
}

/** How contacts are submitted. */
export type Mode = 'unary' | 'stream'

export interface Answer {
  readonly offered: number
  /** Submitted and not offered within the patience of one run. */
  readonly lost: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** p99 of the median quarter second. */
  readonly windowP99Ms: number
  /** Turned away, of an overload; how soon, and how many of them were not told when to come. */
  readonly refused: number
  readonly refusedP99Ms: number
  readonly untold: number
  /** Offered while the load lasted, a second. */
  readonly goodput: number
  /** From the end of the load until nobody waited any more. */
  readonly restMs: number
  readonly failure: string
}

export const nothing: Answer = {
  ...{ offered: 0, lost: 0, p50Ms: 0, p99Ms: 0, windowP99Ms: 0 },
  ...{ refused: 0, refusedP99Ms: 0, untold: 0, goodput: 0, restMs: 0, failure: '' },
}

/** Contacts go to its pools by turns. */
export interface Centre {
  readonly pools: readonly string[]
  readonly agentsPerPool: number
}

/** So many agents that one is always free: none has any handling time. */
export const onePool: Centre = { pools: ['bench'], agentsPerPool: 200 }

export const queueId = 'assign'
/** What a contact carries, on both sides alike. */
export const attributeBytes = 200

/** What the benchmark asks of its client, which is another process. */
export type Ask =
  /** `skills`: where profiles are put; undefined: nothing is to be set up. */
  | {
      readonly kind: 'connect'
      readonly target: string
      readonly skills: string | undefined
      readonly centre: Centre
    }
  | { readonly kind: 'run'; readonly mode: Mode; readonly perSecond: number; readonly ms: number }
  | { readonly kind: 'end' }

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
  readonly failure: string
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

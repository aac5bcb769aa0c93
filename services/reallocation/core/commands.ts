import type { Fact } from './centre/facts.ts'
import type { Policy } from './policy.ts'
import type { Consent, Destination, Effect, Reason } from './words.ts'

/** What can happen. Values are already parsed: patterns and ranges of limits.ts hold. */
export type ReallocationCommand =
  | { readonly kind: 'putPolicy'; readonly policy: Policy }
  | ({ readonly kind: 'setConsent' } & SetConsent)
  | ({ readonly kind: 'proposeMoves' } & ProposeMoves)
  | ({ readonly kind: 'approveMove' } & OfMove & { readonly actor: string })
  | ({ readonly kind: 'rejectMove' } & OfMove & {
        readonly actor: string
        readonly reason: string
      })
  | ({ readonly kind: 'cancelMove' } & OfMove & { readonly actor: string })
  | ({ readonly kind: 'respondToMove' } & RespondToMove)
  | ({ readonly kind: 'pause' } & Pause)
  | { readonly kind: 'returnAll'; readonly pool: string; readonly actor: string }
  | { readonly kind: 'returnMoves'; readonly pool: string; readonly moveIds: readonly string[] }
  | ({ readonly kind: 'judgeMove' } & OfMove & { readonly realised: Effect })
  /** Over the bridges. */
  | Fact

export interface OfMove {
  readonly pool: string
  readonly moveId: string
}

export interface SetConsent {
  readonly pool: string
  readonly agentId: string
  readonly consent: Consent
  readonly optedOut: boolean
}

export interface WishedMove {
  readonly agentId: string
  readonly to: Destination
  /** '': any of the channel; always, of training. */
  readonly toQueue: string
  /** 0: as long as may be. */
  readonly lastsMs: number
  readonly reason: Reason
  readonly predicted: Effect | 'none'
}

export interface ProposeMoves {
  readonly pool: string
  readonly planId: string
  /** 0: whatever it is. */
  readonly basis: number
  readonly moves: readonly WishedMove[]
}

export interface RespondToMove extends OfMove {
  readonly agentId: string
  readonly accept: boolean
  readonly reason: string
}

export interface Pause {
  readonly pool: string
  readonly paused: boolean
  readonly reason: string
}

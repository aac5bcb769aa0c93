import type { MoveView } from './move/view.ts'
import type { PolicyView } from './policy.ts'

/** What was decided. */
export type ReallocationEvent =
  | { readonly kind: 'policyChanged'; readonly policy: PolicyView }
  | {
      readonly kind:
        | 'moveProposed'
        | 'moveApproved'
        | 'moveOrdered'
        | 'moveStarted'
        | 'moveReturning'
        | 'moveEnded'
        | 'moveRejected'
        | 'moveJudged'
      readonly move: MoveView
    }

export type MoveEventKind = Exclude<ReallocationEvent['kind'], 'policyChanged'>

export const poolOf = (event: ReallocationEvent): string =>
  event.kind === 'policyChanged' ? event.policy.pool : event.move.pool

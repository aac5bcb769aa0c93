import type { Channel } from '@evenkeel/chassis/words'
import type { DutySpan, Requirement, SkillSpan, TrainedYear } from '../state.ts'
import type { Presence } from '../words.ts'
import type { Day } from './days.ts'

/** What other services tell: routing, skills, forecasting. */

export interface QueueFacts {
  readonly kind: 'queueKnown'
  readonly pool: string
  readonly queueId: string
  readonly channel: Channel
  readonly requirements: readonly Requirement[]
  readonly targetMs: number
  readonly goalBp: number
  readonly usualHandleMs: number
}

export interface ProfileFacts {
  readonly kind: 'profileKnown'
  readonly pool: string
  readonly agentId: string
  readonly channels: readonly Channel[]
  /** Of these, those that the agent works on only while moved there. */
  readonly onRequest: readonly Channel[]
  readonly skills: readonly SkillSpan[]
  /** '': none. */
  readonly homeQueue: string
}

/** Of all records of a calendar year. */
export interface TrainedFacts extends TrainedYear {
  readonly kind: 'trainedKnown'
  readonly pool: string
  readonly agentId: string
}

export interface RosterFacts {
  readonly kind: 'rosterKnown'
  readonly pool: string
  readonly agentId: string
  readonly rostered: boolean
  /** Ascending. */
  readonly duty: readonly DutySpan[]
}

export interface PresenceFacts {
  readonly kind: 'presenceKnown'
  readonly pool: string
  readonly agentId: string
  readonly presence: Presence
}

export interface AvailabilityFacts {
  readonly kind: 'availabilityKnown'
  readonly pool: string
  readonly agentId: string
  readonly activeReason: string
  readonly draining: boolean
}

export interface RefusalFacts {
  readonly kind: 'moveRefused'
  readonly pool: string
  readonly agentId: string
  readonly moveId: string
  readonly reason: string
}

/** What is to be expected of a day, by intervals; arrivals in thousandths. */
export interface Outlook extends Day {
  readonly expectedMilli: readonly number[]
  readonly logVarianceMicro: readonly number[]
}

/** With what was expected the evening before, or whenever the day was first told of. */
export interface DayOutlook extends Outlook {
  readonly forecastMilli: readonly number[]
}

export interface OutlookFacts {
  readonly kind: 'outlookKnown'
  readonly pool: string
  readonly queueId: string
  /** Made before the day. */
  readonly dayAhead: boolean
  readonly outlook: Outlook
}

/** Who is there for a queue, by intervals; agents in thousandths. */
export interface Staffing extends Day {
  /** Empty: nobody's shifts are known. */
  readonly rosteredMilli: readonly number[]
  readonly handleMs: number
  /** Contacts that an agent has at once, in thousandths. */
  readonly atOnceMilli: number
}

export interface StaffingFacts {
  readonly kind: 'staffingKnown'
  readonly pool: string
  readonly queueId: string
  readonly staffing: Staffing
}

/** Five minutes of a queue, as counted so far. */
export interface Actual {
  readonly from: number
  readonly arrivals: number
  /** Of them, neither answered nor ended. */
  readonly open: number
  readonly answered: number
  /** Of those answered. */
  readonly inTarget: number
  readonly abandoned: number
  /** Nothing of it is known to be missing. */
  readonly complete: boolean
}

export interface ActualFacts {
  readonly kind: 'intervalKnown'
  readonly pool: string
  readonly queueId: string
  readonly actual: Actual
}

export interface DriftFacts {
  readonly kind: 'driftKnown'
  readonly pool: string
  readonly queueId: string
  readonly drift: 'none' | 'above' | 'below'
  readonly probabilityBp: number
  readonly cause: string
}

export type Fact =
  | { readonly kind: 'poolKnown'; readonly pool: string }
  | { readonly kind: 'patienceKnown'; readonly pool: string; readonly patienceMs: number }
  | {
      readonly kind: 'trainingTargetKnown'
      readonly pool: string
      readonly targetMs: number
    }
  | { readonly kind: 'profileGone'; readonly pool: string; readonly agentId: string }
  | QueueFacts
  | ProfileFacts
  | RosterFacts
  | TrainedFacts
  | PresenceFacts
  | AvailabilityFacts
  | RefusalFacts
  | OutlookFacts
  | StaffingFacts
  | ActualFacts
  | DriftFacts

import type { Channel, Presence } from '../words.ts'

/** What agents say, what is said of them, and what they can do. */
interface OfAgent {
  readonly pool: string
  readonly agentId: string
}

export interface SignIn extends OfAgent {
  readonly kind: 'signIn'
  readonly ready: boolean
}

export interface SetPresence extends OfAgent {
  readonly kind: 'setPresence'
  readonly presence: Presence
  readonly reason: string
}

export interface AcceptOffer extends OfAgent {
  readonly kind: 'acceptOffer'
  readonly offerId: string
}

export interface DeclineOffer extends OfAgent {
  readonly kind: 'declineOffer'
  readonly offerId: string
  readonly retryAfterMs: number
}

export interface ExtendWrapUp extends OfAgent {
  readonly kind: 'extendWrapUp'
  readonly contactId: string
  readonly extensionMs: number
}

/** By hand, by a supervisor. */
export interface AssignContact extends OfAgent {
  readonly kind: 'assignContact'
  readonly contactId: string
}

/** By a supervisor. */
export interface ForceAgentState extends OfAgent {
  readonly kind: 'forceAgentState'
  readonly presence: Presence
  readonly reason: string
  readonly actor: string
  readonly requestId: string
  /** How long the agent can't undo it; 0: at once. */
  readonly holdMs: number
  readonly releaseWork: boolean
}

/** No channels: those of the profile again, without those on request. */
export interface SetActiveChannels extends OfAgent {
  readonly kind: 'setActiveChannels'
  readonly channels: readonly Channel[]
  readonly reason: string
  /** 0 without channels. */
  readonly until: number
}

export interface SetEndpointState extends OfAgent {
  readonly kind: 'setEndpointState'
  readonly channels: readonly Channel[]
  readonly reachable: boolean
  /** How long it counts if nothing more is heard. */
  readonly forMs: number
}

/** What direct calls take of the agent's budget, all together. */
export interface SetExternalLoad extends OfAgent {
  readonly kind: 'setExternalLoad'
  readonly weight: number
  readonly forMs: number
}

export interface OpenSession extends OfAgent {
  readonly kind: 'openSession'
  /** '': a new session. */
  readonly resumeToken: string
  readonly ready: boolean
  readonly replica: string
  readonly token: string
}

export interface CutSession extends OfAgent {
  readonly kind: 'cutSession'
  readonly token: string
  /** Where the stream was. */
  readonly replica: string
}

/** One skill of a profile; valid from <= time < until. */
export interface ProfileSkill {
  readonly skillId: string
  readonly level: number
  readonly from: number
  readonly until: number
  /** For a trial: does not count where a requirement asks to be fully qualified. */
  readonly provisional?: true
}

/** A channel of a profile. */
export interface ProfileChannel {
  readonly channel: Channel
  readonly weight: number
  /** What was begun on it is finished first, whatever its queue says. */
  readonly uninterruptible?: true
  /** Counts for who is asked to work on it alone. */
  readonly onRequest?: true
}

export interface ChangeProfile extends OfAgent {
  readonly kind: 'changeProfile'
  /** Absent: in none. */
  readonly team?: string
  readonly skills: readonly ProfileSkill[]
  readonly channels: readonly ProfileChannel[]
}

/** When an agent takes contacts by the roster, as far as it is told: the last span that is over, and those to come. */
export interface ChangeRoster extends OfAgent {
  readonly kind: 'changeRoster'
  /** In their order, none touching another; none: nothing is known of any shift. */
  readonly spans: readonly DutySpan[]
}

export interface DutySpan {
  readonly from: number
  readonly until: number
  /** What comes after it. */
  readonly followedBy: 'break' | 'meal' | 'meeting' | 'training' | 'off'
}

/** By reallocation. */
export interface OrderMove extends OfAgent {
  readonly kind: 'orderMove'
  readonly moveId: string
  /** Those that count; in training none does. */
  readonly channels: readonly Channel[] | 'training'
  readonly until: number
}

/** By reallocation: if it is in force, it is over. */
export interface EndMove extends OfAgent {
  readonly kind: 'endMove'
  readonly moveId: string
}

export interface RemoveProfile extends OfAgent {
  readonly kind: 'removeProfile'
}

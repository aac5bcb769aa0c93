import type { Moment } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { hasChannel } from '../contact/hold.ts'
import { NEVER } from '../limits.ts'
import { levelsAt } from '../matching/classes.ts'
import type { Adherence } from './adherence-schema.ts'
import type { AgentRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import {
  type Channel,
  channels,
  type ContactState,
  type Presence,
  type SkillLevel,
} from '../words.ts'

/** NEVER and 0 are what nobody knows. */
export const known = (time: number): number | undefined =>
  time === 0 || time === NEVER ? undefined : time

/** Counts now, as far as somebody's choice of channels says: by name, or as the profile has it. */
export const isActive = ({ activeChannels, onRequest }: AgentRow, channel: number): boolean =>
  activeChannels === 0 ? !hasChannel(onRequest, channel) : hasChannel(activeChannels, channel)

/** What an agent can be offered beside presence and skill. */
export interface AvailabilityView {
  readonly agentId: string
  /** Of the profile. */
  readonly channels: readonly {
    readonly channel: Channel
    readonly weight: number
    readonly inactive: boolean
    readonly onRequest: boolean
    readonly unreachable: boolean
  }[]
  readonly activeReason: string
  readonly activeUntil: number | undefined
  readonly endpointsOutUntil: number | undefined
  readonly externalLoad: number
  readonly externalUntil: number | undefined
}

export function availabilityView(agent: AgentRow): AvailabilityView {
  const { endpointsOut } = agent
  return {
    agentId: idOf(agent.id),
    channels: channels
      .map((channel, k) => ({
        channel,
        weight: agent.profileWeights[k] ?? 0,
        inactive: !isActive(agent, k),
        onRequest: hasChannel(agent.onRequest, k),
        unreachable: hasChannel(endpointsOut, k),
      }))
      .filter((one) => one.weight > 0),
    activeReason: agent.activeReason,
    activeUntil: known(agent.activeUntil),
    endpointsOutUntil: known(agent.endpointsOutUntil),
    externalLoad: agent.externalLoad,
    externalUntil: known(agent.externalUntil),
  }
}

export interface AgentView extends AvailabilityView {
  readonly pool: string
  readonly presence: Presence
  readonly pauseReason: string
  readonly forcedBy: string
  readonly heldUntil: number | undefined
  readonly presenceSince: number | undefined
  readonly load: number
  readonly work: readonly {
    readonly contactId: string
    readonly state: ContactState
    readonly weight: number
    readonly offerId: string
  }[]
  readonly connected: boolean
  readonly skills: readonly SkillLevel[]
  readonly missedOffers: number
  readonly assigned: number
  readonly adherence: Adherence
  /** Of what is known of the roster. */
  readonly adherenceSince: number | undefined
}

export function agentView(s: RoutingState, agent: AgentRow, at: Moment): AgentView {
  const work: AgentView['work'][number][] = []
  for (let w = s.workOf.first(agent.slot); w !== NONE; w = s.workOf.next(w)) {
    const contact = s.contacts.at(w)
    work.push({
      contactId: idOf(contact.id),
      state: contact.state,
      weight: contact.weight,
      offerId: contact.offer === NONE ? '' : s.offers.at(contact.offer).id,
    })
  }
  return {
    pool: s.pools.at(agent.pool).id,
    ...availabilityView(agent),
    presence: agent.presence,
    pauseReason: agent.pauseReason,
    forcedBy: agent.forcedBy,
    heldUntil: known(agent.holdUntil),
    presenceSince: known(agent.presenceSince),
    load: agent.load,
    work,
    connected: agent.connected,
    skills: levelsAt(agent.skills, at.time),
    missedOffers: agent.missedOffers,
    assigned: agent.assigned,
    adherence: agent.adherence,
    adherenceSince: agent.adherence === 'unrostered' ? undefined : agent.adherenceSince,
  }
}

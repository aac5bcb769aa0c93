import { bind, type Binding } from '@evenkeel/chassis/serve'
import {
  AgentServiceDefinition,
  type GetAdherenceRequest,
  type GetAdherenceResponse,
  type ListAgentsRequest,
  type ListAgentsResponse,
} from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import type { Moment } from '@evenkeel/chassis/protocol'
import { adherenceOfTeams, agentView, contactView, type RoutingState } from '../../core/index.ts'
import { knownAgent, knownContact, knownPool, read, type RoutingHosted, submit } from '../calls.ts'
import { desksByReplica } from '../desks.ts'
import { pageThrough } from '../pages.ts'
import { quartersAsked, teamsWire } from '../translate/adherence.ts'
import { agentWire, contactWire } from '../translate/views.ts'
import { agentSession } from './session.ts'

export function agents(hosted: RoutingHosted): Binding {
  const desks = desksByReplica()
  return bind(AgentServiceDefinition, {
    signIn: (value, call) =>
      submit(hosted, { $case: 'signIn', value }, call, (s, at) => ({
        agent: agentWire(agentView(s, knownAgent(s, value), at)),
      })),
    setPresence: (value, call) =>
      submit(hosted, { $case: 'setPresence', value }, call, (s, at) => ({
        agent: agentWire(agentView(s, knownAgent(s, value), at)),
      })),
    acceptOffer: (value, call) =>
      submit(hosted, { $case: 'acceptOffer', value }, call, (s, at) => ({
        contact: offeredContact(s, value.offerId, at),
      })),
    declineOffer: (value, call) =>
      submit(hosted, { $case: 'declineOffer', value }, call, (s, at) => ({
        contact: offeredContact(s, value.offerId, at),
      })),
    extendWrapUp: (value, call) =>
      submit(hosted, { $case: 'extendWrapUp', value }, call, (s, at) => ({
        contact: contactWire(contactView(s, knownContact(s, value), at)),
      })),
    assignContact: (value, call) =>
      submit(hosted, { $case: 'assignContact', value }, call, (s, at) => ({
        contact: contactWire(contactView(s, knownContact(s, value), at)),
      })),
    forceAgentState: (value, call) =>
      submit(hosted, { $case: 'forceAgentState', value }, call, (s, at) => ({
        agent: agentWire(agentView(s, knownAgent(s, value), at)),
      })),
    setActiveChannels: (value, call) =>
      submit(hosted, { $case: 'setActiveChannels', value }, call, (s, at) => ({
        agent: agentWire(agentView(s, knownAgent(s, value), at)),
      })),
    setEndpointState: (value, call) =>
      submit(hosted, { $case: 'setEndpointState', value }, call, (s, at) => ({
        agent: agentWire(agentView(s, knownAgent(s, value), at)),
      })),
    setExternalLoad: (value, call) =>
      submit(hosted, { $case: 'setExternalLoad', value }, call, (s, at) => ({
        agent: agentWire(agentView(s, knownAgent(s, value), at)),
      })),
    getAgent: (request, call) =>
      read(hosted, request.pool, call, (s, at) => ({
        agent: agentWire(agentView(s, knownAgent(s, request), at)),
      })),
    listAgents: (request, call) =>
      read(hosted, request.pool, call, (s, at) => listAgents(s, request, at)),
    getAdherence: (request, call) =>
      read(hosted, request.pool, call, (s, at) => getAdherence(s, request, at)),
    agentSession: (stream) => agentSession(hosted, desks, stream),
  })
}

/** The contact of an offer; undefined once its record is no longer retained. */
function offeredContact(s: RoutingState, offerId: string, at: Moment) {
  const contact = s.contacts.get(s.offers.must(offerId).contact)
  return contact && contactWire(contactView(s, contact, at))
}

function getAdherence(s: RoutingState, r: GetAdherenceRequest, at: Moment): GetAdherenceResponse {
  const pool = knownPool(s, r.pool)
  const asked = quartersAsked(r, at.time)
  return teamsWire(adherenceOfTeams(s, pool.slot, asked, at.time), asked, at.time)
}

function listAgents(s: RoutingState, r: ListAgentsRequest, at: Moment): ListAgentsResponse {
  const pool = knownPool(s, r.pool)
  const { found, nextPageToken } = pageThrough(
    { list: `agents ${pool.id}`, ...r },
    s.agentsOfPool,
    pool.slot,
    (slot) => s.agents.at(slot),
    (agent) => agentWire(agentView(s, agent, at)),
  )
  return { agents: found, nextPageToken }
}

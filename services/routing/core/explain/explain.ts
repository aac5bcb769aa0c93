import type { Moment } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { isInactive, isOutOfReach } from '../agent/availability.ts'
import { isExcluded } from '../matching/choose.ts'
import { isLeaving } from '../matching/classes.ts'
import { heldOf } from '../matching/eligibility.ts'
import { hasRoom } from '../matching/free.ts'
import type { AgentRow, ContactRow } from '../schema.ts'
import { isQueued, type RoutingState } from '../state.ts'
import { unreachable } from '../turn.ts'
import { aheadOf, waitOf } from '../wait/wait.ts'
import type { ExpectedWait } from '../wait/model.ts'
import { channels } from '../words.ts'
import { parkedSentence } from './callback.ts'
import type { ConstraintCount, ConstraintKind } from './constraints.ts'
import { endedSentence, mergedSentence } from './ended.ts'
import {
  asideSentence,
  connectedSentence,
  connectingSentence,
  customerHeldSentence,
  diallingSentence,
  holdSentence,
  legSentence,
  offeredSentence,
  wrapUpSentence,
} from './handled.ts'
import { type Waiting, waitingSentence } from './waiting.ts'

export interface ContactExplanation {
  readonly sentence: string
  readonly position: number
  readonly wait: ExpectedWait | undefined
  readonly constraints: readonly ConstraintCount[]
}

/** The first thing that keeps an agent from a contact, undefined if nothing does. */
export function constraintOf(
  s: RoutingState,
  contact: ContactRow,
  agent: AgentRow,
): { kind: ConstraintKind; skillId: string } | undefined {
  const request = s.requestClasses.at(contact.requestClass)
  const channel = channels.indexOf(contact.channel)
  if ((agent.profileWeights[channel] ?? 0) === 0 || isInactive(agent, contact.channel)) {
    return { kind: 'channel', skillId: '' }
  }
  const supply = agent.supplyClass === NONE ? undefined : s.supplyClasses.at(agent.supplyClass)
  for (const { skillId, minimumLevel, fullyQualified } of request.requirements) {
    const held = supply ? heldOf(supply.levels, skillId) : undefined
    if (held === undefined) return { kind: 'skillMissing', skillId }
    if (held.level < minimumLevel) return { kind: 'levelTooLow', skillId }
    if (fullyQualified && held.provisional) return { kind: 'provisional', skillId }
  }
  if (isExcluded(s, contact, agent)) return { kind: 'excluded', skillId: '' }
  if (agent.presence !== 'ready') return { kind: 'notReady', skillId: '' }
  if (isLeaving(s, agent, request.slot)) return { kind: 'leaving', skillId: '' }
  if (isOutOfReach(agent, contact.channel)) return { kind: 'unreachable', skillId: '' }
  if (!hasRoom(agent, channel, agent.weights[channel] ?? 0)) return { kind: 'busy', skillId: '' }
  return contact.heldOut ? { kind: 'holdOut', skillId: '' } : undefined
}

/** Why a contact is where it is. Reads every signed-in agent of the pool: for people who ask, not for machines that poll. */
export function explainContact(
  s: RoutingState,
  contact: ContactRow,
  at: Moment,
): ContactExplanation {
  const queued = isQueued(contact.state) || contact.state === 'callbackWaiting'
  const constraints = queued ? countConstraints(s, contact) : []
  const position = queued ? aheadOf(s, contact) + 1 : 0
  const wait = queued ? waitOf(s, contact, at.time) : undefined
  return {
    sentence: contactSentence(s, contact, { at, position, wait, constraints }),
    position,
    wait,
    constraints,
  }
}

function countConstraints(s: RoutingState, contact: ContactRow): readonly ConstraintCount[] {
  const counts = new Map<string, { kind: ConstraintKind; skillId: string; agents: number }>()
  for (let a = s.agentsOfPool.first(contact.pool); a !== NONE; a = s.agentsOfPool.next(a)) {
    const agent = s.agents.at(a)
    if (agent.presence === 'signedOut') continue
    const found = constraintOf(s, contact, agent)
    if (!found) continue
    const name = `${found.kind} ${found.skillId}`
    const count = counts.get(name) ?? { ...found, agents: 0 }
    count.agents += 1
    counts.set(name, count)
  }
  return [...counts.values()].sort((x, y) =>
    x.agents === y.agents ? (x.kind < y.kind ? -1 : 1) : y.agents - x.agents,
  )
}

function contactSentence(s: RoutingState, contact: ContactRow, w: Waiting): string {
  return `${placeSentence(s, contact, w)}${legSentence(s, contact)}`
}

function placeSentence(s: RoutingState, contact: ContactRow, w: Waiting): string {
  switch (contact.state) {
    case 'offered':
      return offeredSentence(s, contact, w.at)
    case 'connecting':
      return connectingSentence(s, contact)
    case 'connected':
      return connectedSentence(s, contact)
    case 'wrapUp':
      return wrapUpSentence(s, contact, w.at)
    case 'dialling':
      return diallingSentence(s, contact)
    case 'interrupted':
      return asideSentence(s, contact, w.at)
    case 'held':
      return holdSentence(s, contact, w.at)
    case 'callbackWaiting':
      return parkedSentence(s, contact, w.at.time)
    case 'customerHeld':
      return customerHeldSentence(s, contact)
    case 'waiting':
    case 'dialable':
      return waitingSentence(s, contact, w)
    case 'merged':
      return mergedSentence(contact)
    case 'completed':
    case 'abandoned':
    case 'expired':
    case 'cancelled':
      return endedSentence(s, contact)
    default:
      return unreachable(contact.state)
  }
}

import { decoded, parse } from '@evenkeel/chassis/errors'
import { Presence as WirePresence } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import type { Requirement as WireRequirement } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import type { PresenceChanged } from '@evenkeel/proto/evenkeel/routing/v1/events'
import { Event } from '@evenkeel/proto/evenkeel/skills/v1/events'
import {
  type AgentProfile,
  type SkillLevel,
  SkillSource,
} from '@evenkeel/proto/evenkeel/skills/v1/skill'
import { atOnceBy, type Presence, type Requirement, type StaffCommand } from '../../core/index.ts'
import { channelNames } from './ids.ts'

/** Who is there, in the words of those who tell it. */

export function staffOf(body: Uint8Array): StaffCommand | undefined {
  const { kind } = decoded('evenkeel.skills.v1.Event', Event, body)
  switch (kind?.$case) {
    case 'profileChanged':
      return kind.value.profile && profileKnown(kind.value.profile)
    case 'profileRemoved':
      return { kind: 'profileGone', agentId: kind.value.agentId }
    case 'rosterChanged': {
      const { agentId, rostered, spans } = kind.value
      const known = spans.map(({ from, until }) => ({
        from: parse.timeMs('from', from),
        until: parse.timeMs('until', until),
      }))
      return { kind: 'rosterKnown', agentId, rostered, spans: known }
    }
    default:
      return undefined
  }
}

export const isSkillsEvent = (body: Uint8Array): boolean =>
  decoded('evenkeel.skills.v1.Event', Event, body).kind !== undefined

function profileKnown(profile: AgentProfile): StaffCommand {
  const { pool, agentId, homeQueueId } = profile
  // What an agent is only asked to help out with is staffed by others.
  const own = profile.channels.filter(({ onRequest }) => !onRequest)
  const channels = own.flatMap(({ channel, weight }) => {
    const name = channelNames[channel]
    return name === undefined ? [] : { channel: name, atOnce: atOnceBy(weight) }
  })
  const skills = profile.skills.map(skillOf)
  return { kind: 'profileKnown', pool, agentId, homeQueueId, channels, skills }
}

/** "Without end" as an instant that a state can hold. */
const EVER = Number.MAX_SAFE_INTEGER

const skillOf = ({ skillId, level, validFrom, validUntil, source }: SkillLevel) => ({
  skillId,
  level,
  from: parse.timeMs('valid_from', validFrom, 0),
  until: parse.timeMs('valid_until', validUntil, EVER),
  provisional: source === SkillSource.SKILL_SOURCE_PROVISIONAL,
})

export const requirementOf = (required: WireRequirement): Requirement => ({
  skillId: required.skillId,
  minimumLevel: required.minimumLevel,
  fullyQualified: required.fullyQualified ?? false,
})

const presenceNames: Readonly<Partial<Record<WirePresence, Presence>>> = {
  [WirePresence.PRESENCE_SIGNED_OUT]: 'signedOut',
  [WirePresence.PRESENCE_READY]: 'ready',
  [WirePresence.PRESENCE_PAUSED]: 'paused',
  [WirePresence.PRESENCE_DRAINING]: 'draining',
}

export function presenceKnown({ agentId, presence }: PresenceChanged): StaffCommand | undefined {
  const name = presenceNames[presence]
  return name && { kind: 'presenceKnown', agentId, presence: name }
}

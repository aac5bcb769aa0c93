import { parse, refused, timestamp } from '@evenkeel/chassis/errors'
import { SkillSource } from '@evenkeel/proto/evenkeel/skills/v1/skill'
import type * as wire from '@evenkeel/proto/evenkeel/skills/v1/skill'
import type {
  PutAgentRequest,
  RemoveAgentRequest,
} from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import {
  type ChannelWeight,
  type Grant,
  grantOrder,
  limits,
  overlapping,
  type Profile,
  profileFields,
  type SkillsCommand,
  type Source,
  sources,
  usualHandleTimePermille,
} from '../../core/index.ts'
import { refusedInput } from '../refusals.ts'
import {
  agentIdOf,
  byOf,
  channelNames,
  channelNumbers,
  displayNameOf,
  etagOf,
  groupOf,
  loginOf,
  maskOf,
  poolIdOf,
  skillIdOf,
} from './ids.ts'

const sourceNumbers = {
  unsaid: SkillSource.SKILL_SOURCE_UNSPECIFIED,
  trained: SkillSource.SKILL_SOURCE_TRAINED,
  assessed: SkillSource.SKILL_SOURCE_ASSESSED,
  provisional: SkillSource.SKILL_SOURCE_PROVISIONAL,
} as const satisfies Record<Source, SkillSource>

const sourceNames: Readonly<Record<number, Source>> = Object.fromEntries(
  sources.map((source) => [sourceNumbers[source], source]),
)

type PutAgent = Extract<SkillsCommand, { kind: 'putAgent' }>

export function profilePutOf(request: PutAgentRequest): PutAgent {
  const profile = profileOf('profile', request.profile)
  const mask = maskOf(request.updateMask, profileFields)
  return { kind: 'putAgent', profile, ...mask, ...byOf(request) }
}

export function removalOf(
  request: RemoveAgentRequest,
): Extract<SkillsCommand, { kind: 'removeAgent' }> {
  return {
    kind: 'removeAgent',
    pool: poolIdOf('pool', request.pool),
    agentId: agentIdOf('agent_id', request.agentId),
    etag: etagOf('etag', request.etag),
    ...byOf(request),
  }
}

export function profileOf(field: string, value: wire.AgentProfile | undefined): Profile {
  const profile = parse.message(field, value)
  return {
    pool: poolIdOf(`${field}.pool`, profile.pool),
    agentId: agentIdOf(`${field}.agent_id`, profile.agentId),
    displayName: displayNameOf(`${field}.display_name`, profile.displayName),
    team: groupOf(`${field}.team`, profile.team),
    skills: grantsOf(
      `${field}.skills`,
      parse.list(`${field}.skills`, profile.skills, limits.skillsPerAgent, wireGrantOf),
    ),
    channels: weightsOf(
      `${field}.channels`,
      parse.list(`${field}.channels`, profile.channels, limits.channelsPerAgent, wireWeightOf),
    ),
    homeQueueId: groupOf(`${field}.home_queue_id`, profile.homeQueueId),
    login: loginOf(`${field}.login`, profile.login),
    etag: etagOf(`${field}.etag`, profile.etag),
  }
}

export function profileWire(profile: Profile): wire.AgentProfile {
  return {
    ...profile,
    skills: profile.skills.map(grantWire),
    channels: profile.channels.map((own) => ({ ...own, channel: channelNumbers[own.channel] })),
  }
}

export const grantWire = (grant: Grant): wire.SkillLevel => ({
  skillId: grant.skillId,
  level: grant.level,
  validFrom: grant.validFrom === undefined ? undefined : timestamp(grant.validFrom),
  validUntil: grant.validUntil === undefined ? undefined : timestamp(grant.validUntil),
  source: sourceNumbers[grant.source],
  handleTimePermille: handleTimeWire(grant.handleTimePermille),
})

/** As it would be sent: what is usual goes without saying. */
export const handleTimeWire = (permille: number): number =>
  permille === usualHandleTimePermille ? 0 : permille

/** In the order in which the core keeps them: their order says nothing. */
export function grantsOf(field: string, grants: readonly Grant[]): readonly Grant[] {
  if (grants.length > limits.skillsPerAgent) {
    throw refused('FIELD_TOO_MANY', field, limits.skillsPerAgent, grants.length)
  }
  const sorted = grants.toSorted(grantOrder)
  const twice = overlapping(sorted)
  if (twice !== undefined) {
    const fields = { field, value: twice.skillId, limit: iso(twice.validFrom ?? 0) }
    throw refusedInput('VALIDITY_OVERLAPS', fields)
  }
  return sorted
}

export function weightsOf(
  field: string,
  weights: readonly ChannelWeight[],
): readonly ChannelWeight[] {
  return parse
    .unique(field, weights, ({ channel }) => channel)
    .toSorted((a, b) => channelNumbers[a.channel] - channelNumbers[b.channel])
}

/** `level` is held against the skill's own maximum by the core, which knows the catalogue. */
export function grantOf(field: string, grant: Grant): Grant {
  const { validFrom, validUntil, handleTimePermille } = grant
  skillIdOf(`${field}.skill_id`, grant.skillId)
  parse.integer(`${field}.level`, grant.level, 1, limits.levelMax)
  handleTimeOf(`${field}.handle_time_permille`, handleTimePermille)
  if (validFrom !== undefined && validUntil !== undefined && validFrom >= validUntil) {
    const later = `later than valid_from (${iso(validFrom)})`
    throw refused('FIELD_OUT_OF_RANGE', `${field}.valid_until`, later, iso(validUntil))
  }
  return grant
}

/** 0: the usual. */
export function handleTimeOf(field: string, value: number): number {
  const { handleTimePermilleMin: min, handleTimePermilleMax: max } = limits
  return value === 0 ? usualHandleTimePermille : parse.integer(field, value, min, max)
}

export function weightOf(field: string, value: number): number {
  return parse.integer(field, value, limits.weightMin, limits.weightMax)
}

export function wireGrantOf(field: string, value: wire.SkillLevel): Grant {
  const { skillId, level, handleTimePermille } = value
  const validFrom = parse.timeMs(`${field}.valid_from`, value.validFrom, undefined)
  const validUntil = parse.timeMs(`${field}.valid_until`, value.validUntil, undefined)
  return grantOf(field, {
    ...{ skillId, level, validFrom, validUntil },
    source: parse.enumOf(`${field}.source`, value.source, sourceNames),
    handleTimePermille: handleTimePermille === 0 ? usualHandleTimePermille : handleTimePermille,
  })
}

function wireWeightOf(field: string, value: wire.ChannelCapacity): ChannelWeight {
  return {
    channel: parse.enumOf(`${field}.channel`, value.channel, channelNames),
    weight: weightOf(`${field}.weight`, value.weight),
    uninterruptible: value.uninterruptible,
    onRequest: value.onRequest,
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

import {
  decoded,
  decodedWhole,
  idPatterns,
  malformed,
  parse,
  refused,
  timestamp,
} from '@evenkeel/chassis/errors'
import type { Codec } from '@evenkeel/chassis/protocol'
import { Event as RoutingEvent } from '@evenkeel/proto/evenkeel/routing/v1/events'
import { Command } from '@evenkeel/proto/evenkeel/skills/log/v1/command'
import { Event } from '@evenkeel/proto/evenkeel/skills/v1/events'
import type * as wire from '@evenkeel/proto/evenkeel/skills/v1/skill'
import type { RemoveAgentRequest } from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import {
  type ChannelWeight,
  type Grant,
  type ImportLine,
  limits,
  type Profile,
  type Skill,
  type SkillsCommand,
  type SkillsEvent,
} from '../core/index.ts'
import { agentIdOf, channelNames, channelNumbers, etagOf, poolIdOf } from './translate/ids.ts'
import {
  replacementOf,
  replacementWire,
  rosterWire,
  shiftImportOf,
  shiftImportWire,
  shiftOf,
  shiftRemovalOf,
  shiftWire,
} from './translate/shifts.ts'

export { agentIdOf, poolIdOf }

/** What callers bring about. A poolKnown comes over the bridge, in routing's own words. */
export type SubmittedCommand = Exclude<SkillsCommand, { kind: 'poolKnown' }>

export const codec: Codec<SkillsCommand, SkillsEvent> = { decodeCommand, encodeEvent }

export function encodeCommand(command: SubmittedCommand): Uint8Array {
  return Command.encode({ kind: commandKind(command) }).finish()
}

function commandKind(command: SubmittedCommand): Command['kind'] {
  switch (command.kind) {
    case 'putSkill':
      return { $case: 'putSkill', value: { skill: skillWire(command.skill), validateOnly: false } }
    case 'putAgent':
      return {
        $case: 'putAgent',
        value: { profile: profileWire(command.profile), validateOnly: false },
      }
    case 'removeAgent': {
      const { pool, agentId, etag } = command
      return { $case: 'removeAgent', value: { pool, agentId, etag } }
    }
    case 'importSlice': {
      const { pool, validateOnly } = command
      const lines = command.lines.map(({ line, profile }) => ({
        line,
        profile: profileWire(profile),
      }))
      return { $case: 'importSlice', value: { pool, validateOnly, lines } }
    }
    case 'putShift':
      return { $case: 'putShift', value: { shift: shiftWire(command.shift) } }
    case 'removeShift': {
      const { pool, agentId, shiftId, etag } = command
      return { $case: 'removeShift', value: { pool, agentId, shiftId, etag } }
    }
    case 'replaceShifts':
      return { $case: 'replaceShifts', value: replacementWire(command) }
    case 'importShifts':
      return { $case: 'shiftImportSlice', value: shiftImportWire(command) }
    default:
      return command satisfies never
  }
}

function decodeCommand(bytes: Uint8Array): SkillsCommand {
  const { kind } = decodedWhole('skills command', Command, bytes)
  switch (kind?.$case) {
    case 'putSkill':
      return { kind: 'putSkill', skill: skillOf('skill', kind.value.skill) }
    case 'putAgent':
      return { kind: 'putAgent', profile: profileOf('profile', kind.value.profile) }
    case 'removeAgent':
      return removalOf(kind.value)
    case 'importSlice': {
      const { validateOnly } = kind.value
      const pool = poolIdOf('pool', kind.value.pool)
      const lines = parse.list('lines', kind.value.lines, limits.importSliceLines, (field, line) =>
        importLineOf(field, pool, line),
      )
      parse.unique('lines', lines, ({ profile }) => profile.agentId)
      return { kind: 'importSlice', pool, validateOnly, lines }
    }
    case 'putShift':
      return { kind: 'putShift', shift: shiftOf('shift', kind.value.shift) }
    case 'removeShift':
      return shiftRemovalOf(kind.value)
    case 'replaceShifts':
      return replacementOf(kind.value)
    case 'shiftImportSlice':
      return shiftImportOf(kind.value)
    case undefined:
      throw malformed('skills command', 'it has no kind that is known here')
    default:
      return kind satisfies never
  }
}

function importLineOf(
  field: string,
  pool: string,
  line: { readonly line: number; readonly profile: wire.AgentProfile | undefined },
): ImportLine {
  const profile = profileOf(`${field}.profile`, line.profile)
  if (profile.pool !== pool) throw refused('FIELD_MALFORMED', `${field}.profile.pool`, pool)
  return { line: parse.integer(`${field}.line`, line.line, 1, limits.importCsvBytes), profile }
}

function encodeEvent(event: SkillsEvent): Uint8Array {
  return Event.encode({ kind: eventKind(event) }).finish()
}

function eventKind(event: SkillsEvent): Event['kind'] {
  switch (event.kind) {
    case 'skillChanged':
      return { $case: 'skillChanged', value: { skill: skillWire(event.skill) } }
    case 'profileChanged':
      return { $case: 'profileChanged', value: { profile: profileWire(event.profile) } }
    case 'profileRemoved': {
      const { pool, agentId } = event
      return { $case: 'profileRemoved', value: { pool, agentId } }
    }
    case 'rosterChanged':
      return { $case: 'rosterChanged', value: rosterWire(event) }
    default:
      return event satisfies never
  }
}

/** Routing's event as a command of ours, if it is one that matters here. */
export function poolKnownOf(body: Uint8Array): SkillsCommand | undefined {
  const { kind } = decoded('routing event', RoutingEvent, body)
  if (kind?.$case !== 'poolChanged') return undefined
  return { kind: 'poolKnown', pool: poolIdOf('pool', kind.value.pool?.pool ?? '') }
}

/** Every kind of event that routing had when this version was made. */
export function isKnownKind(body: Uint8Array): boolean {
  return decoded('routing event', RoutingEvent, body).kind !== undefined
}

export function displayNameOf(field: string, value: string): string {
  return parse.text(field, value, limits.displayNameBytes)
}

export function teamOf(field: string, value: string): string {
  return parse.optionalId(field, value, idPatterns.slug)
}

export function skillOf(field: string, value: wire.Skill | undefined): Skill {
  const skill = parse.message(field, value)
  return {
    pool: poolIdOf(`${field}.pool`, skill.pool),
    skillId: parse.id(`${field}.skill_id`, skill.skillId, idPatterns.slug),
    displayName: displayNameOf(`${field}.display_name`, skill.displayName),
    maxLevel: parse.integer(`${field}.max_level`, skill.maxLevel, 1, limits.levelMax),
    etag: etagOf(`${field}.etag`, skill.etag),
  }
}

export function skillWire(skill: Skill): wire.Skill {
  return { ...skill }
}

export function profileOf(field: string, value: wire.AgentProfile | undefined): Profile {
  const profile = parse.message(field, value)
  return {
    pool: poolIdOf(`${field}.pool`, profile.pool),
    agentId: agentIdOf(`${field}.agent_id`, profile.agentId),
    displayName: displayNameOf(`${field}.display_name`, profile.displayName),
    team: teamOf(`${field}.team`, profile.team),
    skills: grantsOf(
      `${field}.skills`,
      parse.list(`${field}.skills`, profile.skills, limits.skillsPerAgent, wireGrantOf),
    ),
    channels: weightsOf(
      `${field}.channels`,
      parse.list(`${field}.channels`, profile.channels, limits.channelsPerAgent, wireWeightOf),
    ),
    etag: etagOf(`${field}.etag`, profile.etag),
  }
}

export function profileWire(profile: Profile): wire.AgentProfile {
  return {
    ...profile,
    skills: profile.skills.map(({ skillId, level, validFrom, validUntil }) => ({
      skillId,
      level,
      validFrom: validFrom === undefined ? undefined : timestamp(validFrom),
      validUntil: validUntil === undefined ? undefined : timestamp(validUntil),
    })),
    channels: profile.channels.map(({ channel, weight }) => ({
      channel: channelNumbers[channel],
      weight,
    })),
  }
}

/** Each skill once, in the order in which the core keeps them: their order says nothing. */
export function grantsOf(field: string, grants: readonly Grant[]): readonly Grant[] {
  if (grants.length > limits.skillsPerAgent) {
    throw refused('FIELD_TOO_MANY', field, limits.skillsPerAgent, grants.length)
  }
  return parse
    .unique(field, grants, ({ skillId }) => skillId)
    .toSorted((a, b) => (a.skillId < b.skillId ? -1 : 1))
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
  const { validFrom, validUntil } = grant
  parse.id(`${field}.skill_id`, grant.skillId, idPatterns.slug)
  parse.integer(`${field}.level`, grant.level, 1, limits.levelMax)
  if (validFrom !== undefined && validUntil !== undefined && validFrom >= validUntil) {
    const later = `later than valid_from (${iso(validFrom)})`
    throw refused('FIELD_OUT_OF_RANGE', `${field}.valid_until`, later, iso(validUntil))
  }
  return grant
}

export function weightOf(field: string, value: number): number {
  return parse.integer(field, value, limits.weightMin, limits.weightMax)
}

function wireGrantOf(field: string, value: wire.SkillLevel): Grant {
  const { skillId, level } = value
  const validFrom = parse.timeMs(`${field}.valid_from`, value.validFrom, undefined)
  const validUntil = parse.timeMs(`${field}.valid_until`, value.validUntil, undefined)
  return grantOf(field, { skillId, level, validFrom, validUntil })
}

function wireWeightOf(field: string, value: wire.ChannelCapacity): ChannelWeight {
  return {
    channel: parse.enumOf(`${field}.channel`, value.channel, channelNames),
    weight: weightOf(`${field}.weight`, value.weight),
  }
}

export function removalOf(
  request: RemoveAgentRequest,
): Extract<SkillsCommand, { kind: 'removeAgent' }> {
  return {
    kind: 'removeAgent',
    pool: poolIdOf('pool', request.pool),
    agentId: agentIdOf('agent_id', request.agentId),
    etag: etagOf('etag', request.etag),
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

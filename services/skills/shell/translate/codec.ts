import {
  decoded,
  decodedWhole,
  duration,
  malformed,
  parse,
  refused,
} from '@evenkeel/chassis/errors'
import { type Codec, importLimits } from '@evenkeel/chassis/protocol'
import { Event as RoutingEvent } from '@evenkeel/proto/evenkeel/routing/v1/events'
import { Command, type ImportSlice } from '@evenkeel/proto/evenkeel/skills/log/v1/command'
import { Event } from '@evenkeel/proto/evenkeel/skills/v1/events'
import type * as wire from '@evenkeel/proto/evenkeel/skills/v1/skill'
import {
  type ImportLine,
  limits,
  nobody,
  profileFields,
  type SkillsCommand,
  type SkillsEvent,
} from '../../core/index.ts'
import {
  actorOf,
  courseOf,
  importedOf,
  policyOf,
  policyWire,
  removalOf as trainingRemovalOf,
  resolvedOf,
  trainingKind,
} from './training.ts'
import { byOf, maskOf, pathsOf, poolIdOf } from './ids.ts'
import { profileOf, profilePutOf, profileWire, removalOf } from './profiles.ts'
import {
  replacementOf,
  replacementWire,
  rosterWire,
  shiftImportOf,
  shiftImportWire,
  shiftOf,
  shiftRemovalOf,
  shiftWire,
} from './shifts.ts'
import { skillPutOf, skillWire } from './skills.ts'
import { templateOf, templateRemovalOf, templateWire } from './templates.ts'

/** What callers bring about. A poolKnown comes over the bridge, in routing's own words. */
export type SubmittedCommand = Exclude<SkillsCommand, { kind: 'poolKnown' }>

type Masked = Extract<SkillsCommand, { kind: 'putSkill' | 'putAgent' | 'importSlice' }>

export const codec: Codec<SkillsCommand, SkillsEvent> = { decodeCommand, encodeEvent }

export function encodeCommand(command: SubmittedCommand): Uint8Array {
  return Command.encode({ kind: commandKind(command) }).finish()
}

function commandKind(command: SubmittedCommand): Command['kind'] {
  switch (command.kind) {
    case 'putSkill':
      return {
        $case: 'putSkill',
        value: { skill: skillWire(command.skill), ...put, ...saidOf(command) },
      }
    case 'putAgent': {
      const value = { profile: profileWire(command.profile), ...put, ...saidOf(command) }
      return { $case: 'putAgent', value }
    }
    case 'removeAgent': {
      const { pool, agentId, etag, by = nobody } = command
      return { $case: 'removeAgent', value: { pool, agentId, etag, ...by } }
    }
    case 'importSlice': {
      const { pool, validateOnly } = command
      const lines = command.lines.map(({ line, profile }) => ({
        line,
        profile: profileWire(profile),
      }))
      return { $case: 'importSlice', value: { pool, validateOnly, lines, ...saidOf(command) } }
    }
    case 'putTemplate': {
      const value = { template: templateWire(command.template), ...put }
      return { $case: 'putTemplate', value }
    }
    case 'removeTemplate': {
      const { pool, templateId, etag } = command
      return { $case: 'removeTemplate', value: { pool, templateId, etag } }
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
    case 'putCourse':
    case 'putTraining':
    case 'removeTraining':
    case 'importTrainings':
    case 'putTrainingPolicy':
      return trainingKind(command)
    default:
      return command satisfies never
  }
}

/** What is in the log is no rehearsal. */
const put = { validateOnly: false }

/** Of what a command changes, by whom and why. */
function saidOf({ mask, by = nobody }: Pick<Masked, 'mask' | 'by'>) {
  return { updateMask: pathsOf(mask), ...by }
}

function decodeCommand(bytes: Uint8Array): SkillsCommand {
  const { kind } = decodedWhole('skills command', Command, bytes)
  switch (kind?.$case) {
    case 'putSkill':
      return skillPutOf(kind.value)
    case 'putAgent':
      return profilePutOf(kind.value)
    case 'removeAgent':
      return removalOf(kind.value)
    case 'importSlice':
      return importSliceOf(kind.value)
    case 'putTemplate':
      return { kind: 'putTemplate', template: templateOf('template', kind.value.template) }
    case 'removeTemplate':
      return templateRemovalOf(kind.value)
    case 'putShift':
      return { kind: 'putShift', shift: shiftOf('shift', kind.value.shift) }
    case 'removeShift':
      return shiftRemovalOf(kind.value)
    case 'replaceShifts':
      return replacementOf(kind.value)
    case 'shiftImportSlice':
      return shiftImportOf(kind.value)
    case 'putCourse':
      return { kind: 'putCourse', course: courseOf(kind.value.course) }
    case 'putTraining': {
      const training = resolvedOf('training', kind.value)
      return { kind: 'putTraining', training, actor: actorOf(kind.value.actor) }
    }
    case 'removeTrainingRecord':
      return { kind: 'removeTraining', ...trainingRemovalOf(kind.value) }
    case 'importTrainings':
      return importedOf(kind.value)
    case 'putTrainingPolicy':
      return { kind: 'putTrainingPolicy', policy: policyOf(kind.value.policy) }
    case undefined:
      throw malformed('skills command', 'it has no kind that is known here')
    default:
      return kind satisfies never
  }
}

function importSliceOf(slice: ImportSlice): SkillsCommand {
  const { validateOnly } = slice
  const pool = poolIdOf('pool', slice.pool)
  const lines = parse.list('lines', slice.lines, limits.importSliceLines, (field, line) =>
    importLineOf(field, pool, line),
  )
  parse.unique('lines', lines, ({ profile }) => profile.agentId)
  const mask = maskOf(slice.updateMask, profileFields)
  return { kind: 'importSlice', pool, validateOnly, lines, ...mask, ...byOf(slice) }
}

function importLineOf(
  field: string,
  pool: string,
  line: { readonly line: number; readonly profile: wire.AgentProfile | undefined },
): ImportLine {
  const profile = profileOf(`${field}.profile`, line.profile)
  if (profile.pool !== pool) throw refused('FIELD_MALFORMED', `${field}.profile.pool`, pool)
  return { line: parse.integer(`${field}.line`, line.line, 1, importLimits.csvBytes), profile }
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
    case 'templateChanged': {
      const template = templateWire(event.template)
      return { $case: 'requirementTemplateChanged', value: { template } }
    }
    case 'templateRemoved': {
      const { pool, templateId } = event
      return { $case: 'requirementTemplateRemoved', value: { pool, templateId } }
    }
    case 'rosterChanged':
      return { $case: 'rosterChanged', value: rosterWire(event) }
    case 'trainedChanged': {
      const { agentId, pool, trainedMs, year } = event
      const value = { pool, agentId, year, trained: duration(trainedMs) }
      return { $case: 'trainedHoursChanged', value }
    }
    case 'trainingPolicyChanged': {
      const policy = policyWire(event.policy)
      return { $case: 'trainingPolicyChanged', value: { policy } }
    }
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

import { decoded, parse } from '@evenkeel/chassis/errors'
import type { BridgeRule } from '@evenkeel/chassis/protocol'
import { Event as MoveEvent } from '@evenkeel/proto/evenkeel/reallocation/v1/events'
import type { Move } from '@evenkeel/proto/evenkeel/reallocation/v1/move'
import { Event, type RosterChanged } from '@evenkeel/proto/evenkeel/skills/v1/events'
import { Activity } from '@evenkeel/proto/evenkeel/skills/v1/shift'
import {
  type AgentProfile,
  type SkillLevel,
  SkillSource,
} from '@evenkeel/proto/evenkeel/skills/v1/skill'
import { type Command, type DutySpan, NEVER } from '../core/index.ts'
import { decodeOutlook, knowsOutlook } from './translate/outlook.ts'
import { channelWords } from './translate/words.ts'

/**
 * Who can do what, as the skills service decided it; who is moved, as reallocation ordered it; and
 * what is to be expected, as forecasting published it.
 */
export const bridges: readonly BridgeRule<Command>[] = [
  { source: 'skills', decode, knows },
  { source: 'reallocation', decode: moved, knows: (body) => moveEvent(body).kind !== undefined },
  { source: 'forecasting', decode: decodeOutlook, knows: knowsOutlook },
]

function decode(body: Uint8Array): Command | undefined {
  const { kind } = decoded('evenkeel.skills.v1.Event', Event, body)
  switch (kind?.$case) {
    case 'profileChanged':
      return kind.value.profile && profile(kind.value.profile)
    case 'profileRemoved': {
      const { pool, agentId } = kind.value
      return { kind: 'removeProfile', pool, agentId }
    }
    case 'rosterChanged':
      return roster(kind.value)
    // The catalogue is the skills service's own affair: requirements name skills, known or not.
    default:
      return undefined
  }
}

function knows(body: Uint8Array): boolean {
  return decoded('evenkeel.skills.v1.Event', Event, body).kind !== undefined
}

const moveEvent = (body: Uint8Array): MoveEvent =>
  decoded('evenkeel.reallocation.v1.Event', MoveEvent, body)

/** A move is ordered, and ended: whatever else reallocation tells changes nothing here. */
function moved(body: Uint8Array): Command | undefined {
  const { kind } = moveEvent(body)
  switch (kind?.$case) {
    case 'moveOrdered':
      return kind.value.move && ordered(kind.value.move)
    case 'moveReturning':
    case 'moveEnded': {
      const { move } = kind.value
      return move && { kind: 'endMove', ...ofMove(move) }
    }
    default:
      return undefined
  }
}

const ofMove = ({ pool, agentId, moveId }: Move) => ({ pool, agentId, moveId })

/** Whoever ordered it ends it; if that one is gone, it lapses so much later. */
const lapsesAfterMs = 300_000

function ordered(move: Move): Command {
  const word = channelWords[move.toChannel]
  const until = parse.timeMs('ends_at', move.endsAt) + lapsesAfterMs
  const named = word === undefined ? [] : [word]
  const channels = move.training ? 'training' : named
  return { kind: 'orderMove', ...ofMove(move), channels, until }
}

function profile(p: AgentProfile): Command {
  return {
    kind: 'changeProfile',
    pool: p.pool,
    agentId: p.agentId,
    ...(p.team === '' ? {} : { team: p.team }),
    skills: p.skills.map(skill),
    channels: p.channels.flatMap(({ channel, onRequest, uninterruptible, weight }) => {
      const word = channelWords[channel]
      if (word === undefined) return []
      return {
        ...{ channel: word, weight },
        ...(uninterruptible ? { uninterruptible: true as const } : {}),
        ...(onRequest ? { onRequest: true as const } : {}),
      }
    }),
  }
}

/** When the agent takes contacts; nothing of whom no shift is known. */
const roster = (r: RosterChanged): Command => ({
  kind: 'changeRoster',
  pool: r.pool,
  agentId: r.agentId,
  spans: r.spans.map(({ from, until, followedBy }) => ({
    from: parse.timeMs('from', from),
    until: parse.timeMs('until', until),
    followedBy: activityWords[followedBy] ?? 'off',
  })),
})

const activityWords: Readonly<Partial<Record<Activity, DutySpan['followedBy']>>> = {
  [Activity.ACTIVITY_BREAK]: 'break',
  [Activity.ACTIVITY_MEAL]: 'meal',
  [Activity.ACTIVITY_MEETING]: 'meeting',
  [Activity.ACTIVITY_TRAINING]: 'training',
}

const skill = (s: SkillLevel) => ({
  skillId: s.skillId,
  level: s.level,
  from: parse.timeMs('valid_from', s.validFrom, 0),
  until: parse.timeMs('valid_until', s.validUntil, NEVER),
  ...(s.source === SkillSource.SKILL_SOURCE_PROVISIONAL ? { provisional: true as const } : {}),
})

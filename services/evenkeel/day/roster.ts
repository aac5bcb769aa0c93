import type { AgentPlan, Break, ChannelName, SkillFloor, Span } from './day.ts'
import { HOUR, MINUTE } from './day.ts'
import { NAMES } from './pool.ts'
import type { Random } from './random.ts'

/**
 * A kind of agent: what the team is there for. `low` and `high` bound the level drawn for each
 * agent.
 */
export interface Trade {
  readonly team: string
  readonly skills: readonly {
    readonly skillId: string
    readonly low: number
    readonly high: number
  }[]
  readonly channels: AgentPlan['channels']
  /** Channels on which they only help out, on a day on which everybody has work of their own. */
  readonly helpsOut?: readonly ChannelName[]
}

/**
 * A pair of 15 minutes and a lunch of 30, moved with `place` so that a team does not leave all at
 * once.
 */
export function breaksOf(shift: Span, place: number): readonly Break[] {
  const length = shift.untilMs - shift.fromMs
  if (length < 6 * HOUR) return []
  const slide = (place % 6) * 15 * MINUTE
  const first = shift.fromMs + HOUR + slide
  const lunch = shift.fromMs + 3 * HOUR + slide
  const last = shift.fromMs + 5 * HOUR + 30 * MINUTE + slide
  return [
    { reason: 'break', fromMs: first, untilMs: first + 15 * MINUTE },
    { reason: 'lunch', fromMs: lunch, untilMs: lunch + 30 * MINUTE },
    { reason: 'break', fromMs: last, untilMs: last + 15 * MINUTE },
  ].filter((pause) => pause.untilMs < shift.untilMs)
}

/** One agent of a trade; `number` is the place in the pool and gives the name. */
export function hired(
  { channels, helpsOut = [], skills: taught, team }: Trade,
  number: number,
  shift: Span,
  random: Random,
): AgentPlan {
  const name = NAMES[number % NAMES.length] ?? 'Agent'
  const round = Math.floor(number / NAMES.length)
  const displayName = round === 0 ? name : `${name} ${round + 1}`
  const skills: SkillFloor[] = taught.map((skill) => ({
    skillId: skill.skillId,
    level: random.integer(skill.low, skill.high),
  }))
  return {
    agentId: displayName.toLowerCase().replaceAll(' ', '-'),
    displayName,
    team,
    skills,
    channels: channels.map((own) =>
      helpsOut.includes(own.channel) ? { ...own, onRequest: true as const } : own,
    ),
    shift,
    breaks: breaksOf(shift, number),
  }
}

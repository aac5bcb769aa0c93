import type { AgentPlan, ChannelName } from '../day/day.ts'
import { HOUR, MINUTE } from '../day/day.ts'
import { Random } from '../day/random.ts'
import { hired, type Trade } from '../day/roster.ts'

/** A contact as far as it is work. */
export interface Work {
  readonly atMs: number
  readonly workMs: number
  readonly kind: string
}

/** A kind of work, and what agents need for it. */
export interface Kind {
  readonly kind: string
  readonly skillId: string
  readonly channel: ChannelName
}

export interface StaffPlan {
  readonly fromMs: number
  readonly untilMs: number
  readonly work: readonly Work[]
  readonly kinds: readonly Kind[]
  /** Skills that single contacts ask for, beside those of the kinds. */
  readonly extraSkills: readonly string[]
  readonly maxLevel: number
  readonly seed: number
}

const SLOT_MS = 30 * MINUTE
const SHIFT_MS = 6 * HOUR
/** Breaks take this much of a shift. */
const SHRINKAGE = 1.12
/** Agents who can do everything, always at least so many: no requirement is left alone. */
const ALL_ROUND_MIN = 2

/** What contacts of each channel take of an agent, as everywhere in these days. */
const WEIGHTS: Readonly<Partial<Record<ChannelName, number>>> = { voice: 100, chat: 30, email: 50 }

/**
 * Mixed staff for a day of recorded work: as many as the load of each half hour keeps busy and a
 * little more, so that there are waits now and then, as on the day itself.
 */
export function staffFor(plan: StaffPlan): AgentPlan[] {
  const needed = neededBySlot(plan)
  const agents: AgentPlan[] = []
  const allRound = new Set<AgentPlan>()
  for (const [slot, target] of needed.entries()) {
    const fromMs = plan.fromMs + slot * SLOT_MS
    const present = agents.filter((agent) => agent.shift.untilMs > fromMs)
    let able = present.filter((agent) => allRound.has(agent)).length
    for (let count = present.length; count < target; count += 1) {
      const number = agents.length
      const random = new Random(plan.seed, `staff/${number}`)
      const needsAllRound = able < ALL_ROUND_MIN || number % 5 === 0
      const trade = needsAllRound ? allRounder(plan) : specialist(plan, fromMs, random)
      const agent = hired(trade, number, { fromMs, untilMs: fromMs + SHIFT_MS }, random)
      agents.push(agent)
      if (needsAllRound) {
        allRound.add(agent)
        able += 1
      }
    }
  }
  return agents
}

/**
 * Agents per half hour: offered load by the square-root rule, evened out over an hour and a half.
 */
function neededBySlot(plan: StaffPlan): number[] {
  const slots = Math.max(1, Math.ceil((plan.untilMs - plan.fromMs) / SLOT_MS))
  const erlangs = new Array<number>(slots).fill(0)
  const weights = new Map(plan.kinds.map(({ kind, channel }) => [kind, WEIGHTS[channel] ?? 100]))
  for (const { atMs, workMs, kind } of plan.work) {
    const slot = Math.min(slots - 1, Math.floor((atMs - plan.fromMs) / SLOT_MS))
    const share = (weights.get(kind) ?? 100) / 100
    erlangs[slot] = (erlangs[slot] ?? 0) + (workMs * share) / SLOT_MS
  }
  return erlangs.map((_, slot) => {
    const around = erlangs.slice(Math.max(0, slot - 1), slot + 2)
    const load = around.reduce((sum, one) => sum + one, 0) / around.length
    return Math.max(ALL_ROUND_MIN, Math.ceil((load + 0.3 * Math.sqrt(load)) * SHRINKAGE))
  })
}

function channelsOf(kinds: readonly Kind[]): AgentPlan['channels'] {
  const names = [...new Set(kinds.map((kind) => kind.channel))]
  return names.map((channel) => ({ channel, weight: WEIGHTS[channel] ?? 100 }))
}

function allRounder({ kinds, extraSkills, maxLevel }: StaffPlan): Trade {
  const skillIds = [...new Set([...kinds.map((kind) => kind.skillId), ...extraSkills])]
  return {
    team: 'all-round',
    skills: skillIds.map((skillId) => ({ skillId, low: maxLevel, high: maxLevel })),
    channels: channelsOf(kinds),
  }
}

/** One kind by its share of the work to come, a second at a lower level, and some of the rest. */
function specialist(plan: StaffPlan, fromMs: number, random: Random): Trade {
  const { kinds, extraSkills, maxLevel } = plan
  const shares = new Map<string, number>()
  for (const { atMs, workMs, kind } of plan.work) {
    if (atMs < fromMs || atMs >= fromMs + SHIFT_MS) continue
    shares.set(kind, (shares.get(kind) ?? 0) + workMs)
  }
  const weighted = kinds.map((kind) => [kind, shares.get(kind.kind) ?? 1] as const)
  const main = random.weighted(weighted, kinds[0])
  const second = random.weighted(weighted, kinds[0])
  const known = new Map<string, { low: number; high: number }>()
  for (const skillId of extraSkills) {
    if (random.chance(0.3)) known.set(skillId, { low: 1, high: maxLevel })
  }
  if (second !== undefined) known.set(second.skillId, { low: 1, high: Math.min(2, maxLevel) })
  if (main !== undefined) known.set(main.skillId, { low: Math.min(2, maxLevel), high: maxLevel })
  return {
    team: main?.skillId ?? 'all-round',
    skills: [...known].map(([skillId, { low, high }]) => ({ skillId, low, high })),
    channels: channelsOf(kinds.filter((kind) => known.has(kind.skillId))),
  }
}

import { INTERVAL_MINUTES } from './centre.ts'
import type { TwoChannelDay } from './days.ts'
import { POLICIES, type Policy, type PolicyName } from './policies.ts'
import { centreOf, StaffedDay } from './staffed-day.ts'

/** What a policy came to over all days. */
export interface PolicyScore {
  /** Of all contacts, those who abandoned; a share. */
  readonly abandonment: number
  /** Of all contacts, those who were not answered within 20 s; a share. */
  readonly late: number
  /** Agents whose assignment changed within a day, each change counted, over days. */
  readonly moves_per_day: number
  /**
   * Of the abandonment that the oracle spares, how much this one does. null: nothing was to be
   * spared.
   */
  readonly share_of_oracle: number | null
}

export interface ReallocationReport {
  readonly days: number
  readonly policies: Readonly<Record<PolicyName, PolicyScore>>
  /** Ours. */
  readonly share_of_oracle: number | null
  readonly moves_per_day: number
}

/**
 * In these a policy has seen too little; nobody is moved. The oracle's moves begin with the
 * others'.
 */
const BLIND_INTERVALS = 2

/** Plays the days under each policy. `progress` hears which policy is next. */
export function replay(
  days: readonly TwoChannelDay[],
  movable: number,
  progress: (policy: PolicyName) => void,
): ReallocationReport {
  const centre = centreOf(movable)
  const staffed = days.map((day) => new StaffedDay(day, centre))
  const names = Object.keys(POLICIES).filter((name): name is PolicyName => name in POLICIES)
  const sums = new Map(
    names.map((name) => {
      progress(name)
      return [name, play(staffed, POLICIES[name])]
    }),
  )
  const lost = (name: PolicyName): number => sums.get(name)?.lost ?? 0
  const spared = lost('none') - lost('oracle')
  const score = (name: PolicyName): PolicyScore => {
    const { contacts = 0, late = 0, moves = 0 } = sums.get(name) ?? {}
    return {
      abandonment: rounded(lost(name) / contacts),
      late: rounded(late / contacts),
      moves_per_day: Number((moves / days.length).toFixed(2)),
      share_of_oracle: spared > 0 ? rounded((lost('none') - lost(name)) / spared) : null,
    }
  }
  const policies = {
    none: score('none'),
    cumulative_ratio: score('cumulative_ratio'),
    last_hour_ratio: score('last_hour_ratio'),
    evenkeel: score('evenkeel'),
    oracle: score('oracle'),
  }
  const { share_of_oracle, moves_per_day } = policies.evenkeel
  return { days: days.length, policies, share_of_oracle, moves_per_day }
}

const rounded = (share: number): number => Number(share.toFixed(5))

interface Sums {
  contacts: number
  lost: number
  late: number
  moves: number
}

function play(days: readonly StaffedDay[], policy: Policy): Sums {
  const sums: Sums = { contacts: 0, lost: 0, late: 0, moves: 0 }
  for (const day of days) {
    let lent = 0
    for (const at of day.a.counts.keys()) {
      const [least, most] = day.bounds(at)
      const kept = Math.max(least, Math.min(most, lent))
      const next = at < BLIND_INTERVALS ? 0 : policy(day, at, kept)
      sums.moves += Math.abs(next - lent)
      lent = next
      const a = day.a.counts[at] ?? 0
      const b = day.b.counts[at] ?? 0
      sums.contacts += a + b
      sums.lost += INTERVAL_MINUTES * day.lostPerMinute(at, lent, a, b)
      sums.late += INTERVAL_MINUTES * day.latePerMinute(at, lent, a, b)
    }
  }
  return sums
}

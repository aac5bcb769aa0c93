/** Work of an asynchronous channel that may lie until it is due: mails, tickets, posts. */
export interface DueWork {
  /** Interval from whose beginning on it can be done. */
  readonly from: number
  /** Interval by whose beginning it has to be done; above `from`. */
  readonly due: number
  /** Hours of one agent's work. */
  readonly hours: number
}

export interface Workload {
  /** Agents needed in each interval, not rounded. */
  readonly agents: readonly number[]
  /** Hours that can't be done in time with any staff: no interval before their due time is open. */
  readonly lateHours: number
}

/**
 * The staff that gets all work done by when it is due, as evenly as can be: no other way has a
 * lower peak, nor a lower one beside the peak, and so on. Finds the stretch that needs most (work
 * that comes and is due within it, over its open time), staffs it so, takes it out, and goes on
 * with the rest (Yao, Demers and Shenker 1995, "A scheduling model for reduced CPU energy").
 *
 * `openHours`: open time of each interval, 0: closed. Work that is due beyond the last interval
 * counts as due at its end; what is due before the first, in the first open one.
 */
export function evenWorkload(work: readonly DueWork[], openHours: readonly number[]): Workload {
  const agents = new Array<number>(openHours.length).fill(0)
  const open = [...openHours]
  const fitted = work.filter(({ hours }) => hours > 0).map((one) => fit(one, open))
  const inTime = fitted.filter(({ from, due }) => due > from)
  const lateHours = sum(fitted) - sum(inTime)
  let rest = inTime
  while (rest.length > 0) {
    const peak = heaviest(rest, open)
    for (let at = peak.from; at < peak.due; at++) {
      if ((open[at] ?? 0) > 0) agents[at] = peak.agents
      open[at] = 0
    }
    rest = rest.filter(({ from, due }) => from < peak.from || due > peak.due)
    // What is left of their time: a piece of work never begins or ends where nothing is open.
    rest = rest.map((one) => narrowed(one, open))
  }
  return { agents, lateHours }
}

const sum = (work: readonly DueWork[]): number => work.reduce((hours, one) => hours + one.hours, 0)

/** Into the intervals that there are; due in the past is due as soon as can be. */
function fit(one: DueWork, open: readonly number[]): DueWork {
  const from = Math.max(0, one.from)
  const first = open.findIndex((hours, at) => at >= from && hours > 0)
  const overdue = one.due <= 0 && first >= 0
  const due = Math.min(open.length, overdue ? first + 1 : one.due)
  return narrowed({ ...one, from, due }, open)
}

function narrowed({ from, due, hours }: DueWork, open: readonly number[]): DueWork {
  let begin = from
  let end = due
  while (begin < end && (open[begin] ?? 0) <= 0) begin += 1
  while (begin < end && (open[end - 1] ?? 0) <= 0) end -= 1
  return { from: begin, due: end, hours }
}

interface Stretch {
  readonly from: number
  readonly due: number
  readonly agents: number
}

/** The stretch with most work per open hour; it begins and ends where some of the work does. */
function heaviest(work: readonly DueWork[], open: readonly number[]): Stretch {
  const openBefore = [0]
  for (const hours of open) openBefore.push((openBefore.at(-1) ?? 0) + hours)
  const byDue = [...work].sort((left, right) => left.due - right.due)
  let found: Stretch = { from: 0, due: 0, agents: 0 }
  for (const from of new Set(work.map((one) => one.from))) {
    let hours = 0
    for (const one of byDue) {
      if (one.from < from) continue
      hours += one.hours
      const agents = hours / ((openBefore[one.due] ?? 0) - (openBefore[from] ?? 0))
      if (agents > found.agents) found = { from, due: one.due, agents }
    }
  }
  return found
}

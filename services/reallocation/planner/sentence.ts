import type { LaneFacts } from './floor.ts'

/** What people are told of a move before it: what comes, how sure, and what is done about it. */

interface Lent {
  /** That it is about. */
  readonly hours: number
  /** Contacts of these. */
  readonly forecast: number
  readonly expected: number
  readonly probability: number
  /** Agents. */
  readonly many: number
  /** Contacts that they spare. */
  readonly saved: number
}

export function lendingSentence(donor: LaneFacts, helped: LaneFacts, f: Lent): string {
  const due = helped.due.reduce((sum, one) => sum + one, 0)
  const open = helped.live ? '' : ` beside ${whole(due)} that are open and due`
  const lost = helped.live ? 'lost' : 'late'
  return (
    `${helped.queueId}: ${whole(f.expected)} are expected in the next ` +
    `${tenths(f.hours)} h${open}, ` +
    `${whole(f.forecast)} were forecast; ${dangerOf(f.probability)}. ` +
    `${f.many} from ${donor.queueId} (${donor.channel}), which can spare them, ` +
    `make about ${whole(f.saved)} fewer ${lost}.`
  )
}

interface Trained {
  readonly hours: number
  readonly expected: number
  readonly probability: number
  /** Agents that the queue does with. */
  readonly enough: number
  readonly agentId: string
  readonly lacksHours: number
}

export const trainingSentence = (queue: LaneFacts, f: Trained): string =>
  `${queue.queueId}: ${whole(f.expected)} are expected in the next ${tenths(f.hours)} h, and of ` +
  `${f.enough + 1} agents ${f.enough} are enough: ${dangerOf(f.probability)}. ` +
  `${f.agentId} lacks ${tenths(f.lacksHours)} h of this year's training.`

/** Nobody is sure of what lies ahead: neither all nor nothing is said in percent. */
function dangerOf(probability: number): string {
  const percent = whole(100 * probability)
  if (probability >= 0.995) return 'its target is almost certainly missed'
  return probability < 0.005
    ? 'its target is safe'
    : `its target is missed with ${percent}% probability`
}

const whole = (value: number): string => String(Math.round(value))

const tenths = (value: number): string => String(Math.round(10 * value) / 10)

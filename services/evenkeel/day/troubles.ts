import type { AgentPlan, Span, Troubles } from './day.ts'
import { HOUR, MINUTE, SECOND } from './day.ts'
import type { Random } from './random.ts'

/** Of agents, in a shift: their desk and phone are gone without a word, for minutes. */
const VANISHES = 0.15
/** Of agents, in a shift: a phone that does not answer the switch, for minutes. */
const DEAD_PHONE = 0.1
/** Of the legs that the switch has as it crashes, so many are gone when it is back. */
const LOST_SHARE = 0.3

/** A span of some minutes within a shift. */
function within({ fromMs, untilMs }: Span, longestMs: number, random: Random): Span {
  const from = Math.round(random.between(fromMs, untilMs - longestMs))
  return { fromMs: from, untilMs: from + Math.round(random.between(MINUTE, longestMs)) }
}

/**
 * What goes wrong on every day: agents vanish, phones die, for a minute all of them do, and the
 * switch crashes once with the legs it has.
 */
export function troublesOf(agents: readonly AgentPlan[], openMs: number, random: Random): Troubles {
  const spans = (chance: number, longestMs: number) =>
    agents.flatMap(({ agentId, shift }) =>
      random.chance(chance) ? [{ agentId, ...within(shift, longestMs, random) }] : [],
    )
  const dead = openMs + Math.round(random.between(3 * HOUR, 4 * HOUR))
  return {
    vanished: spans(VANISHES, 15 * MINUTE),
    deadPhones: spans(DEAD_PHONE, 5 * MINUTE),
    allPhonesDead: [{ fromMs: dead, untilMs: dead + MINUTE }],
    crashes: [
      {
        atMs: openMs + Math.round(random.between(6 * HOUR, 10 * HOUR)),
        downMs: Math.round(random.between(5, 20) * SECOND),
        lostShare: LOST_SHARE,
      },
    ],
  }
}

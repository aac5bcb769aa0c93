import type { Moment } from '@evenkeel/chassis/protocol'
import type { RoutingState } from '@evenkeel/routing/core'
import type { RoutingChecks } from './checks/routing.ts'
import { must } from './failure.ts'
import type { Site } from './host.ts'
import type { Turns } from './turns.ts'
import type { Calls } from './world/calls.ts'

const second = 1_000
const minute = 60 * second

/** The longest limits of plan.ts one after another: nothing may live longer by itself. */
const drainMsMax = 6 * 60 * minute

/** Clocks are off by up to an hour; by then they have caught up with log time, wherever it was. */
const standstillMsMax = 61 * minute

/**
 * Machines' time passes, by which alone silence is counted. It stands still as long as a clock that
 * was ahead has left log time ahead of all that tell it.
 */
export async function passUptime(turns: Turns, now: () => Moment, ms: number): Promise<void> {
  const until = now().uptime + ms
  const end = turns.clock.now() + standstillMsMax + ms
  while (now().uptime < until) {
    must(turns.clock.now() < end, () => `log time stands still for ${standstillMsMax} ms in peace`)
    await turns.pass(second)
  }
}

interface Ending {
  readonly site: Site
  readonly checks: RoutingChecks
  readonly calls: Calls
  readonly state: RoutingState
  /** Everything that is open is to come to its end by its own deadlines. */
  readonly drains: boolean
  /** As an orchestrator does, in peace as well: whoever is fenced off begins anew. */
  readonly tend: () => void
}

/** Nobody does anything any more and nothing goes wrong. */
export async function drain(ending: Ending): Promise<void> {
  const { site, checks, calls, state, drains, tend } = ending
  const { turns } = site
  for (let tries = 0; tries < 40 && calls.outstanding > 0; tries++) {
    calls.repeat()
    await turns.pass(second)
  }
  await turns.pass(5 * second)
  if (!drains) return
  const end = turns.clock.now() + drainMsMax
  while (checks.ledger.open().length > 0) {
    must(turns.clock.now() < end, () => {
      const names = checks.ledger
        .open()
        .map(({ id }) => `${id} ${state.contacts.get(`p/${id}`)?.state}`)
      return `these are still open after ${drainMsMax} ms in peace: ${names.join(', ')}`
    })
    tend()
    // Less than what counts as an outage, so that both clocks go on.
    await turns.stall(4_500)
    await turns.pass(20)
  }
  await turns.pass(5 * second)
}

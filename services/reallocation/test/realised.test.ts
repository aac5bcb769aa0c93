import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { type PastLane, realisedOf } from '../planner/index.ts'

const MINUTE = 60_000
const STEP = 5 * MINUTE
const STEPS = 24

const quiet: PastLane = {
  ...{ live: true, handleMs: 5 * MINUTE, atOnce: 1, patienceMs: 3 * MINUTE, targetMs: 20_000 },
  steps: Array.from({ length: STEPS }, () => ({ arrivals: 0, agents: 5, away: 1 })),
  ...{ open: [], lost: 0, served: 0, inTarget: 0 },
}

/** Emails, due within an hour, of which one agent does one in five minutes. */
const mailOf = (agents: number, open: number): PastLane => ({
  ...{ ...quiet, live: false, targetMs: 60 * MINUTE },
  // The agent is there for an hour; what was open was due at its end.
  steps: Array.from({ length: STEPS }, (_, at) => ({ arrivals: 0, agents, away: at < 12 ? 1 : 0 })),
  open: Array.from({ length: 12 }, (_, at) => (at === 11 ? open : 0)),
})

interface Customer {
  readonly at: number
  readonly handle: number
  readonly patience: number
}

/** Who leaves a line, if these agents answer it: first come, first served. */
function leavers(customers: readonly Customer[], speeds: readonly number[]): number {
  const free = speeds.map(() => 0)
  let lost = 0
  for (const { at, handle, patience } of customers) {
    const start = Math.max(at, Math.min(...free))
    const first = free.indexOf(Math.min(...free))
    if (start > at + patience) lost += 1
    else free[first] = start + handle / (speeds[first] ?? 1)
  }
  return lost
}

/** The same customers come to a line with an agent of another channel and without. */
function lived(seed: number, agents: number, perStep: number) {
  const random = xoroshiro128plus(seed)
  const exponential = (mean: number): number =>
    -mean * Math.log(((random.next() >>> 0) + 1) / 2 ** 32)
  const end = STEPS * STEP
  const customers: Customer[] = []
  for (let at = exponential(STEP / perStep); at < end; at += exponential(STEP / perStep)) {
    const of = { handle: exponential(quiet.handleMs), patience: exponential(quiet.patienceMs) }
    customers.push({ at, ...of })
  }
  const own = Array.from({ length: agents }, () => 1)
  const without = leavers(customers, own)
  const lost = leavers(customers, [...own, 0.9])
  const steps = Array.from({ length: STEPS }, (_, step) => {
    const from = step * STEP
    const arrivals = customers.filter(({ at }) => at >= from && at < from + STEP).length
    return { arrivals, agents, away: 1 }
  })
  const helped: PastLane = { ...quiet, steps, lost }
  return { saved: without - lost, helped }
}

describe('what came of a move', () => {
  for (const [agents, perStep] of [
    [6, 6],
    [12, 13],
    [20, 18],
  ] as const) {
    test(`of ${agents} agents, ${perStep} calls in 5 min: it is what was without the agent`, () => {
      let [held, truth, said] = [0, 0, 0]
      const runs = 200
      for (let seed = 1; seed <= runs; seed++) {
        const { helped, saved } = lived(seed, agents, perStep)
        const found = realisedOf({ stepMs: STEP, donor: quiet, helped })
        truth += saved
        said += found.without - found.with
        if (found.savedLow <= saved && saved <= found.savedHigh) held += 1
        assert.equal(found.with, helped.lost)
      }
      assert.ok(held / runs > 0.72 && held / runs < 0.97, `${held} of ${runs} intervals hold it`)
      assert.ok(Math.abs(said / truth - 1) < 0.15, `${said} were said to be spared, ${truth} were`)
    })
  }

  const emails = [
    ['of what two would have done alone nothing is late', 2, 20, 0],
    ['of what two could not have done, as much as one does in an hour', 2, 40, 10.8],
    ['of what lacked a little, that little', 2, 27, 3],
  ] as const
  for (const [what, agents, open, saved] of emails) {
    test(`of emails that are due in an hour: ${what}`, () => {
      const helped = { ...mailOf(agents, open), lost: 4, served: open, inTarget: open - 4 }
      const found = realisedOf({ stepMs: STEP, donor: quiet, helped })
      assert.ok(Math.abs(found.without - found.with - saved) < 1e-9)
      assert.ok(found.savedLow <= saved && saved <= found.savedHigh)
      const level = found.levelWith - found.levelWithout
      assert.ok(Math.abs(level - saved / open) < 1e-9)
    })
  }

  test('what the channel that gave the agent has lost by it counts against it', () => {
    const { helped: donor } = lived(1, 6, 6)
    const spared = realisedOf({ stepMs: STEP, donor: quiet, helped: mailOf(2, 40) })
    const dear = realisedOf({ stepMs: STEP, donor, helped: mailOf(2, 40) })
    assert.ok(dear.without - dear.with < spared.without - spared.with - 3)
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { advance } from '../index.ts'

const hour = 3_600_000

// Both clocks stand at 10,000 when the record comes.
const cases: readonly (readonly [string, number, number, number, number])[] = [
  // what happens, log's clock, carried clock, time then, uptime then
  ['a second passes', 11_000, 11_000, 11_000, 11_000],
  ['the record was long on its way', 14_000, 11_000, 11_000, 11_000],
  ['the log is behind', 10_400, 11_000, 10_400, 10_400],
  ["the log's clock steps an hour ahead", 11_000 + hour, 11_000, 11_000, 11_000],
  ["the log's clock steps an hour back", 11_000 - hour, 11_000, 10_000, 10_000],
  ["the replica's clock steps an hour ahead", 11_000, 11_000 + hour, 11_000, 11_000],
  ["the replica's clock steps an hour back", 11_000, 11_000 - hour, 10_000, 10_000],
  ['a gap of 5 s is a slow day', 15_000, 15_000, 15_000, 15_000],
  ['a longer gap is an outage', 15_001, 15_001, 15_001, 10_000],
  ['an hour without ticks', 10_000 + hour, 10_000 + hour, 10_000 + hour, 10_000],
  ['a doubled tick', 10_000, 10_000, 10_000, 10_000],
]

for (const [what, log, carried, time, uptime] of cases) {
  test(`${what}: time ${time}, uptime ${uptime}`, () => {
    assert.deepEqual(advance({ time: 10_000, uptime: 10_000 }, log, carried), { time, uptime })
  })
}

test('whatever the clocks do, neither of ours goes back, and uptime never outruns time', () => {
  const clock = fc.integer({ min: 0, max: 4 * hour })
  const property = fc.property(fc.array(fc.tuple(clock, clock)), (ticks) => {
    let clocks = { time: 0, uptime: 0 }
    for (const [log, carried] of ticks) {
      const next = advance(clocks, log, carried)
      assert.ok(next.time >= clocks.time && next.uptime >= clocks.uptime)
      assert.ok(next.uptime - clocks.uptime <= next.time - clocks.time)
      assert.ok(
        next.time <= Math.max(clocks.time, log) && next.time <= Math.max(clocks.time, carried),
      )
      clocks = next
    }
  })
  fc.assert(property)
})

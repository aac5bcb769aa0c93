import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pulse } from '../pulse.ts'

/** Beats of a replica that holds sessions and says nothing else, in so many real ms. */
async function beatsIn(realMs: number, clockSpeed?: number): Promise<number> {
  let now = 0
  let beats = 0
  const alarms: { readonly at: number; readonly callback: () => void }[] = []
  const pulse = new Pulse({
    time: {
      now: () => now,
      after: (ms, callback) => {
        alarms.push({ at: now + ms, callback })
        return () => {}
      },
      soon: () => {},
    },
    ...(clockSpeed !== undefined && { clockSpeed }),
    holdsSessions: () => true,
    leads: () => false,
    alive: async () => {
      beats += 1
      pulse.said()
      return { kind: 'applied', ref: '', events: 0 }
    },
  })
  pulse.start()
  for (let next = alarms.shift(); next && next.at <= realMs; next = alarms.shift()) {
    now = next.at
    next.callback()
    // The word is in the log before the next one is due.
    await Promise.resolve().then(() => {})
  }
  return beats
}

test('a replica with sessions is heard once a second, in a fast day of its seconds', async () => {
  assert.equal(await beatsIn(10_000), 10)
  assert.equal(await beatsIn(10_000, 30), Math.floor(10_000 / 34))
})

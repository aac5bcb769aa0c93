import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Command, NEVER, routingCore } from '../core/index.ts'
import { profileOf } from './brute.ts'
import { plainCallback, plainPolicy } from './policies.ts'
import { agentIds, commandOf, type Step, steps } from './steps.ts'
import { Story } from './story.ts'

/** What was done to the original, to be done to the copy. */
type Deed = { readonly command: Command } | { readonly pass: number }

function begin(s: Story): void {
  const queue = (queueId: string, channel: 'voice' | 'chat', floors: readonly string[]) => {
    const requirements = floors.map((skillId) => ({ skillId, minimumLevel: 1 }))
    const policy = { ...plainPolicy, requirements, offerTimeoutMs: 4_000, wrapUpMs: 5_000 }
    const callback = queueId === 'any' ? plainCallback : undefined
    const words = { queueId, displayName: '', channel, policy, callback, etag: '' }
    s.do({ kind: 'putQueue', pool: 'p', ...words })
  }
  queue('any', 'voice', [])
  queue('x2', 'voice', ['x'])
  queue('web', 'chat', [])
  queue('x1y1', 'chat', ['x', 'y'])
  agentIds.forEach((agentId, i) => {
    s.do(profileOf(agentId, 5 + 64 * (i % 3) + i, s.time))
    s.do({ kind: 'signIn', pool: 'p', agentId, ready: true })
  })
}

/** Plays a step by what there is to do; told what it came to. */
function play(s: Story, step: Step): Deed | undefined {
  if (step[0] === 'pass') {
    const deed = { pass: 1_000 * (step[1] % 90) }
    s.pass(deed.pass)
    return deed
  }
  const command = commandOf(s, step)
  if (command === undefined) return undefined
  s.apply(command)
  return { command }
}

function repeat(s: Story, deed: Deed): void {
  if ('pass' in deed) s.pass(deed.pass)
  else s.apply(deed.command)
}

function restored(
  pieces: readonly Uint8Array[],
  original: Pick<Story, 'time' | 'uptime' | 'offset'>,
) {
  const copy = new Story()
  copy.events.length = 0
  const restore = copy.db.restore()
  for (const piece of pieces) restore.take(piece)
  restore.finish()
  return Object.assign(copy, original)
}

test('a restored routing core decides on like the one whose snapshot was taken', () => {
  fc.assert(
    fc.property(steps, steps, steps, (before, during, after) => {
      const s = new Story()
      begin(s)
      for (const step of before) play(s, step)
      const stood = { time: s.time, uptime: s.uptime, offset: s.offset }
      const dump = s.db.dump()
      const walk = s.db.walk()
      const pieces: Uint8Array[] = []
      const deeds: (Deed | undefined)[] = []
      for (const step of during) {
        deeds.push(play(s, step))
        if (deeds.length % 3 === 0) walk.step()
        pieces.push(walk.take())
      }
      while (walk.step()) pieces.push(walk.take())
      pieces.push(walk.take())

      const copy = restored(pieces, stood)
      assert.equal(copy.db.dump(), dump)
      copy.check()
      const told = s.events.length
      for (const deed of deeds) if (deed) repeat(copy, deed)
      assert.equal(copy.db.dump(), s.db.dump())
      for (const step of after) {
        const deed = play(s, step)
        if (deed) repeat(copy, deed)
      }
      assert.equal(copy.db.dump(), s.db.dump())
      assert.deepEqual(copy.events.slice(-1), s.events.slice(-1))
      assert.deepEqual(copy.events, s.events.slice(s.events.length - copy.events.length))
      assert.ok(copy.events.length >= s.events.length - told)
    }),
    { numRuns: 15, seed: 20_261_122 },
  )
})

test('who comes after the chosen one depends on nothing that a snapshot leaves out', () => {
  const s = new Story()
  s.queue('any')
  const profile = (agentId: string, level: number): Command => ({
    kind: 'changeProfile',
    pool: 'p',
    agentId,
    skills: [{ skillId: `skill-${level}`, level: 1, from: 0, until: NEVER }],
    channels: [{ channel: 'voice', weight: 100 }],
  })
  // More classes than are looked at one by one, made in one order and emptied in another.
  for (let n = 0; n < 150; n++) s.apply(profile(`a${n}`, n))
  for (let n = 0; n < 150; n += 3) s.apply(profile(`a${n}`, 1))
  s.skip(2 * 3_600_000)
  for (let n = 0; n < 150; n++) {
    s.skip(1)
    s.apply({ kind: 'signIn', pool: 'p', agentId: `a${(n * 11) % 150}`, ready: true })
  }
  const walk = s.db.walk()
  while (walk.step());
  const copy = restored([walk.take()], { time: s.time, uptime: s.uptime, offset: s.offset })
  for (let n = 0; n < 20; n++) {
    for (const story of [s, copy]) story.apply(story.submission(`c${n}`, 'any'))
  }
  assert.deepEqual(copy.events, s.events.slice(-copy.events.length))
  assert.equal(copy.events.length, 40)
  assert.equal(copy.db.dump(), s.db.dump())
  assert.deepEqual(routingCore.invariants(copy.state, copy.at, true), [])
})

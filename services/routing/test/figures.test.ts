import assert from 'node:assert/strict'
import { test } from 'node:test'
import { figuresSince, serviceLevels, totalsOf, waitBoundsMs } from '../core/index.ts'
import { answeredWithin } from '../core/queue/service-level.ts'
import { Story } from './story.ts'

const minute = 60_000
const second = 1_000

const rowOf = (s: Story) => s.state.queues.must('p/tax')
const within = (s: Story, windowMs: number) => figuresSince(s.state, rowOf(s), s.time - windowMs)

/** Begins with a five-minute span of the clock. */
function office(): Story {
  const s = new Story()
  s.time = Math.ceil(s.time / (5 * minute)) * 5 * minute
  s.queue('tax', { callback: {} })
  return s
}

let calls = 0
function abandons(s: Story, waitMs: number): void {
  calls += 1
  s.submit(`x${calls}`, 'tax')
  if (waitMs > 0) s.pass(waitMs)
  s.abandon(`x${calls}`)
}

test('a window is whole spans of five minutes; what is older is in the whole alone', () => {
  const s = office()
  abandons(s, 0)
  s.skip(60 * minute)
  assert.equal(within(s, 60 * minute).figures.abandoned, 1, 'an hour ago: its span is in')
  s.skip(5 * minute)
  abandons(s, 0)
  assert.equal(within(s, 60 * minute).figures.abandoned, 1)
  assert.equal(s.figures('tax').abandoned, 2)
})

test('a day of calls keeps an hour of spans, and loses none of the counts', () => {
  const s = office()
  for (let i = 0; i < 288; i++) {
    abandons(s, 0)
    s.skip(5 * minute)
  }
  assert.equal(s.figures('tax').abandoned, 288)
  assert.equal(s.state.queueFigures.size, 14)
  for (const [windowMs, calls] of [
    [5, 1],
    [15, 3],
    [60, 12],
  ] as const) {
    assert.equal(within(s, windowMs * minute).figures.abandoned, calls)
  }
})

test('after a silence a window has nothing, and begins no sooner than the queue', () => {
  const s = office()
  const made = s.time
  abandons(s, 0)
  assert.equal(within(s, 60 * minute).from, made)
  s.skip(7 * 24 * 60 * minute)
  const { from, figures } = within(s, 15 * minute)
  assert.equal(figures.abandoned, 0)
  assert.equal(from, Math.floor((s.time - 15 * minute) / (5 * minute)) * 5 * minute)
  assert.equal(totalsOf(s.state, rowOf(s)).from, made)
})

test('a wait of just a threshold is within it', () => {
  const s = office()
  s.agent('ann', {})
  s.submit('c0', 'tax')
  s.talk('ann')
  s.submit('c1', 'tax')
  s.pass(10 * second)
  s.complete('ann', 'c0')
  s.talk('ann')
  const figures = s.figures('tax')
  assert.deepEqual(
    waitBoundsMs.slice(0, 4).map((bound) => answeredWithin(figures, bound)),
    [1, 2, 2, 2],
  )
})

test('whoever came is one of answered, abandoned, called back and otherwise ended, once', () => {
  const s = office()
  s.agent('ann', {})
  s.submit('answered', 'tax')
  s.talk('ann')
  s.submit('expired', 'tax', { timeToLiveMs: 2 * second })
  s.submit('cancelled', 'tax')
  s.submit('called', 'tax')
  s.wantsCallback('called')
  s.submit('test', 'tax', { test: true })
  s.pass(2 * second)
  s.cancel('cancelled')
  s.abandon('test')
  s.cancel('called')
  s.submit('undecided', 'tax')
  const { accepted, answered, expired, cancelled, callbacksTaken, endedOtherwise } =
    s.figures('tax')
  assert.deepEqual([accepted, answered, expired, cancelled], [5, 1, 1, 2])
  assert.deepEqual([callbacksTaken, endedOtherwise], [1, 2])
  const all = serviceLevels(s.figures('tax'), 5 * second).find((one) => one.definition === 'all')
  assert.deepEqual([all?.met, all?.counted], [1, 4])
})

test('an answered call that goes back to its queue is answered, even if it then hangs up', () => {
  const s = office()
  s.agent('ann', {})
  s.submit('c1', 'tax')
  s.accept('ann')
  s.abandon('c1')
  const offered = serviceLevels(s.figures('tax'), 5 * second).find(
    (one) => one.definition === 'offered',
  )
  assert.deepEqual([offered?.met, offered?.counted], [1, 1])
  assert.equal(s.figures('tax').abandoned, 1)
})

test('a second callback of one customer is none that leaves the line', () => {
  const s = office()
  s.submit('c1', 'tax', { customerKey: 'k' })
  s.wantsCallback('c1')
  s.submit('again', 'tax', { customerKey: 'k' })
  s.abandon('again')
  assert.equal(s.contact('c1').state, 'dialable')
  assert.equal(s.figures('tax').callbacksTaken, 1)
})

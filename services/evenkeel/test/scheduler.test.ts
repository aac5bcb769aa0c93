import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@evenkeel/chassis/log'
import fc from 'fast-check'
import { Scheduler } from '../platform/scheduler.ts'

test('what is due runs at its time, by time, then by when it was asked for', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(50), { maxLength: 100 }),
      fc.infiniteStream(fc.boolean()),
      (dues, cancels) => {
        const clock = manualClock(1000)
        const scheduler = new Scheduler(clock)
        const ran: (readonly [number, number])[] = []
        const expected: (readonly [number, number])[] = []
        for (const [index, due] of dues.entries()) {
          const cancel = scheduler.after(due, () => ran.push([clock.now(), index]))
          if (cancels.next().value) cancel()
          else expected.push([1000 + due, index])
        }
        clock.advance(60)
        expected.sort((a, b) => a[0] - b[0] || a[1] - b[1])
        assert.deepEqual(ran, expected)
      },
    ),
  )
})

test('what is asked for while something runs is not forgotten', () => {
  const clock = manualClock(0)
  const scheduler = new Scheduler(clock)
  const ran: string[] = []
  scheduler.at(10, () => {
    ran.push('first')
    scheduler.at(5, () => ran.push('past'))
    scheduler.at(20, () => ran.push('later'))
  })
  clock.advance(10)
  clock.advance(1)
  assert.deepEqual(ran, ['first', 'past'])
  clock.advance(9)
  assert.deepEqual(ran, ['first', 'past', 'later'])
})

test('nothing runs after stop, and what is for never has no timer', () => {
  const clock = manualClock(0)
  const scheduler = new Scheduler(clock)
  scheduler.at(Number.POSITIVE_INFINITY, () => assert.fail('never'))
  assert.equal(clock.nextAt(), Number.POSITIVE_INFINITY)
  scheduler.at(10, () => assert.fail('stopped'))
  scheduler.stop()
  clock.advance(100)
})

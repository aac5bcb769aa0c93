// 20: Every definition of the service level, side by side.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  type QueueFigures,
  ServiceLevelDefinition,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { attemptOf, Centre, DialOutcome } from './centre.ts'
import type { Desk } from './desk.ts'
import { durationMs, MINUTE, minutes, SECOND, seconds } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const names = (what: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${what}-${i + 1}`)

const {
  SERVICE_LEVEL_DEFINITION_ANSWERED: answered,
  SERVICE_LEVEL_DEFINITION_OFFERED: offered,
  SERVICE_LEVEL_DEFINITION_LESS_SHORT: lessShort,
  SERVICE_LEVEL_DEFINITION_LESS_EARLY: lessEarly,
  SERVICE_LEVEL_DEFINITION_EARLY_AS_SERVED: earlyAsServed,
  SERVICE_LEVEL_DEFINITION_ALL: all,
  SERVICE_LEVEL_DEFINITION_PROMISES: promises,
} = ServiceLevelDefinition

/** By definition, each as met of counted, and in basis points. */
const levelsOf = (figures: QueueFigures | undefined): Record<number, string> =>
  Object.fromEntries(
    (figures?.serviceLevels ?? []).map(({ definition, met, counted, shareBp }) => [
      definition,
      `${met} of ${counted}: ${shareBp ?? 'nothing'}`,
    ]),
  )

/** One after the other, each at once; the last one is still being talked to. */
async function takesCalls(centre: Centre, ann: Desk, calls: readonly string[]): Promise<void> {
  for (const [i, call] of calls.entries()) {
    const former = calls[i - 1]
    if (former !== undefined) await ann.completes(former)
    await centre.arrives(call, 'tax')
    await ann.takes(call)
  }
}

async function isDialled(centre: Centre, ann: Desk, contactId: string): Promise<void> {
  await ann.accepts(contactId)
  const attemptId = attemptOf(await centre.contact(contactId))
  await centre.claims('dialler', contactId, attemptId)
  await centre.reports('dialler', contactId, attemptId, DialOutcome.DIAL_OUTCOME_HUMAN)
}

/** 80 answered in time, 5 late, 5 abandoned at 3 s, 10 callbacks with 8 kept. */
async function theDay(centre: Centre): Promise<void> {
  await centre.queue('tax', { callback: { offerAbove: seconds(0) }, handleTime: minutes(5) })
  const ann = await centre.agent('ann')
  await takesCalls(centre, ann, names('prompt', 80))

  const late = names('late', 5)
  for (const call of late) await centre.arrives(call, 'tax')
  await world.pass(30 * SECOND)
  for (const [i, call] of late.entries()) {
    await ann.completes(late[i - 1] ?? 'prompt-80')
    await ann.takes(call)
  }

  const left = names('left', 5)
  for (const call of left) await centre.arrives(call, 'tax')
  await centre.arrives('a-test', 'tax', { test: true })
  await world.pass(3 * SECOND)
  for (const call of [...left, 'a-test']) await centre.hangsUp(call)

  const called = names('called', 10)
  for (const call of called) {
    await centre.arrives(call, 'tax')
    await centre.choosesCallback(call)
  }
  for (const [i, call] of called.entries()) {
    if (i === 8) await world.pass(60 * MINUTE)
    await ann.completes(called[i - 1] ?? 'late-5')
    await isDialled(centre, ann, call)
  }
}

test('20 given 80 prompt, 5 late, 5 gone, 8 of 10 called back: 94.1%, 80%, 80%', async (t) => {
  const centre = await Centre.open(t, world)
  await theDay(centre)

  const { figures } = await centre.figures('tax', {
    thresholds: [seconds(5), seconds(20), seconds(60)],
    windows: [minutes(15)],
  })
  const [whole, lately] = figures
  assert.deepEqual(levelsOf(whole), {
    [answered]: '80 of 85: 9411',
    [offered]: '80 of 90: 8888',
    [lessShort]: '80 of 85: 9411',
    [lessEarly]: '80 of 85: 9411',
    [earlyAsServed]: '85 of 90: 9444',
    [all]: '80 of 100: 8000',
    [promises]: '8 of 10: 8000',
  })
  assert.deepEqual(
    whole?.thresholds.map(({ answered: taken, abandoned }) => [taken, abandoned]),
    [
      [80, 5],
      [80, 5],
      [85, 5],
    ],
  )
  const { accepted, abandonedShort, callbacksTaken, endedOtherwise } = whole ?? assert.fail()
  assert.deepEqual([accepted, abandonedShort, callbacksTaken, endedOtherwise], [100, 5, 10, 0])
  // On separate processes time goes on between the calls.
  const goneAfterMs = durationMs(whole.abandonTime) ?? 0
  assert.ok(goneAfterMs >= 3 * SECOND && goneAfterMs < 5 * SECOND, `${goneAfterMs} ms`)

  assert.equal(levelsOf(lately)[promises], '0 of 2: 0', 'of the last quarter of an hour')
  assert.equal(levelsOf(lately)[all], '0 of 0: nothing')
  await centre.assertSound()
})

test('20 who hangs up at 12 s left early by a threshold of 15 s, not by one of 10 s', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax')
  await centre.arrives('impatient', 'tax')
  await world.pass(12 * SECOND)
  await centre.hangsUp('impatient')

  const asked = async (short: number) => {
    const { figures } = await centre.figures('tax', { shortAbandonment: seconds(short) })
    return levelsOf(figures[0])[lessShort]
  }
  assert.equal(await asked(15), '0 of 0: nothing')
  assert.equal(await asked(10), '0 of 1: 0')
})

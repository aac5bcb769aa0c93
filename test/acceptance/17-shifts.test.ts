// 17: Shifts and breaks are known: who is about to leave gets nothing new, and is not counted on.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  Adherence,
  GetAdherenceRequest,
  Presence,
} from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import {
  CallbackPolicy,
  GetQueueStatsRequest,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { EstimateWaitRequest } from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { ConstraintKind } from '@evenkeel/proto/evenkeel/routing/v1/explain_service'
import { Activity } from '@evenkeel/proto/evenkeel/skills/v1/shift'
import { Caller, refusal } from './api.ts'
import { CallbackProduct, Centre } from './centre.ts'
import type { Desk } from './desk.ts'
import { until } from './patience.ts'
import { durationMs, MINUTE, minutes, stamp, timeMs } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const HOUR = 60 * MINUTE

async function timeIn(centre: Centre): Promise<number> {
  const { queues } = centre.api
  const asked = GetQueueStatsRequest.fromPartial({ pool: centre.pool })
  const stats = await new Caller().call(queues.getQueueStats.bind(queues), asked)
  return timeMs(stats.asOf)
}

/** A shift with half an hour's meal at `mealAt`. Resolves when skills has it. */
async function isRostered(centre: Centre, { agentId }: Desk, mealAt: number): Promise<void> {
  const { roster } = centre.api
  const meal = {
    activity: Activity.ACTIVITY_MEAL,
    from: stamp(mealAt),
    until: stamp(mealAt + 30 * MINUTE),
    channels: [],
  }
  const shift = {
    pool: centre.pool,
    agentId,
    shiftId: 'today',
    from: stamp(mealAt - 4 * HOUR),
    until: stamp(mealAt + 4 * HOUR),
    activities: [meal],
    etag: '',
  }
  await new Caller().call(roster.putShift.bind(roster), { shift })
}

const names = ['ann', 'bob', 'cid', 'dee', 'eve', 'fay', 'gus', 'hal', 'ivy', 'joe'] as const

interface Noon {
  /** Their meal begins at twelve. */
  readonly six: readonly Desk[]
  /** Theirs is later. */
  readonly four: readonly Desk[]
  readonly twelve: number
}

/** Ten agents, each with a call; at a quarter to twelve by the roster of six. */
async function quarterToTwelve(
  centre: Centre,
  callback: Partial<CallbackPolicy> | 'none',
): Promise<Noon> {
  await centre.queue('tax', { handleTime: minutes(5), callback })
  const twelve = (await timeIn(centre)) + 15 * MINUTE
  const desks: Desk[] = []
  for (const [k, name] of names.entries()) {
    const desk = await centre.agent(name)
    await isRostered(centre, desk, twelve + (k < 6 ? 0 : 2 * HOUR))
    await centre.arrives(`with-${name}`, 'tax')
    await desk.takes(`with-${name}`)
    desks.push(desk)
  }
  return { six: desks.slice(0, 6), four: desks.slice(6), twelve }
}

/** The wait that 80% would not exceed, of who would come now. */
async function toldP80(centre: Centre): Promise<number> {
  const { contacts } = centre.api
  const newcomer = { queueId: 'tax', requirements: [], priority: 0 }
  const request = EstimateWaitRequest.fromPartial({
    pool: centre.pool,
    of: { $case: 'newcomer', value: newcomer },
  })
  const { wait } = await centre.routing.call(contacts.estimateWait.bind(contacts), request)
  return durationMs(wait?.p80)
}

/** Six of ten get nothing more from now on, says routing. */
async function assertLeaving(centre: Centre, waiting: string): Promise<void> {
  await until(
    'six to be about to leave',
    () => centre.explanation(waiting),
    ({ constraints }) =>
      constraints.some(
        ({ kind, agents }) => kind === ConstraintKind.CONSTRAINT_KIND_LEAVING && agents === 6,
      ),
  )
}

test('17 given six of ten break at 12:00, the wait told at 11:55 uses four', async (t) => {
  const centre = await Centre.open(t, world)
  await quarterToTwelve(centre, 'none')
  await centre.arrives('waits', 'tax')
  const withTen = await toldP80(centre)

  await world.pass(10 * MINUTE)

  await assertLeaving(centre, 'waits')
  const withFour = await toldP80(centre)
  // Within the ms that are cut off.
  assert.ok(Math.abs(withFour - withTen * 2.5) < 5, `${withTen} ms with ten, ${withFour} with four`)
  await centre.assertSound()
})

test('17 given six of ten break at 12:00, promises given at 11:55 use four', async (t) => {
  const centre = await Centre.open(t, world)
  const within = {
    within: minutes(10),
    slack: minutes(1),
    window: minutes(60),
    windows: 0,
    capacityShareBp: 10_000,
    only: false,
  }
  await quarterToTwelve(centre, { offerAbove: minutes(0), within })
  await centre.arrives('waits', 'tax')
  await centre.prefersToWait('waits')
  await world.pass(10 * MINUTE)
  await assertLeaving(centre, 'waits')

  let promised = 0
  for (let n = 1; n <= 20; n += 1) {
    const contact = await centre.arrives(`c${n}`, 'tax')
    if (contact.callback?.choices?.within === undefined) break
    const product = CallbackProduct.CALLBACK_PRODUCT_WITHIN
    await centre.choosesCallback(`c${n}`, { product })
    promised += 1
  }

  // Four agents have an answer every 75 s; with ten it would be twenty.
  assert.equal(promised, 8)
  await centre.assertSound()
})

test('17 given a break is near, nothing new is offered before its end', async (t) => {
  const centre = await Centre.open(t, world)
  const { six, four, twelve } = await quarterToTwelve(centre, 'none')
  await world.pass(10 * MINUTE)
  for (let n = 1; n <= 10; n += 1) await centre.arrives(`c${n}`, 'tax')
  await assertLeaving(centre, 'c1')

  for (const [k, desk] of six.entries()) await desk.completes(`with-${names[k] ?? ''}`)
  for (const desk of six) await centre.assertFree(desk)
  const { explain } = centre.api
  const [ann] = six
  assert.ok(ann)
  const asked = { pool: centre.pool, agentId: ann.agentId }
  const { sentence } = await centre.routing.call(explain.explainAgent.bind(explain), asked)
  assert.match(sentence, /By the roster the meal of ann@centre-\d+ begins in (about )?\d minutes/)
  const byHand = await refusal(centre.assigns('c10', ann))
  assert.equal(byHand.fields['constraint'], 'leaving')

  for (const [k, desk] of four.entries()) {
    await desk.completes(`with-${names[6 + k] ?? ''}`)
    await desk.takes(`c${k + 1}`)
  }
  await world.pass(twelve + 20 * MINUTE - (await timeIn(centre)))
  for (const desk of six) await centre.assertFree(desk)

  await world.pass(twelve + 30 * MINUTE - (await timeIn(centre)))
  for (const [k, desk] of six.entries()) await desk.isOffered(`c${k + 5}`)
  await centre.assertSound()
})

interface AdherenceShown {
  readonly adherence: Adherence
  /** Rounded. */
  readonly minutes: number
}

async function adherenceOf(centre: Centre, desk: Desk): Promise<AdherenceShown> {
  const { agents } = centre.api
  const asked = { pool: centre.pool, agentId: desk.agentId }
  const { agent } = await new Caller().call(agents.getAgent.bind(agents), asked)
  assert.ok(agent)
  const since = agent.adherenceSince && timeMs(agent.adherenceSince)
  const minutesSo = since === undefined ? 0 : ((await timeIn(centre)) - since) / MINUTE
  return { adherence: agent.adherence, minutes: Math.round(minutesSo) }
}

async function pauses(centre: Centre, { agentId }: Desk, reason: string): Promise<void> {
  const { agents } = centre.api
  const value = { pool: centre.pool, agentId, presence: Presence.PRESENCE_PAUSED, reason }
  await new Caller().call(agents.setPresence.bind(agents), value)
}

const isSo = (centre: Centre, desk: Desk, adherence: Adherence) =>
  until(
    `${desk.agentId} to be ${adherence}`,
    () => adherenceOf(centre, desk),
    (shown) => shown.adherence === adherence,
  )

/** Minutes; the story's own real time passes in them where the log's clock is the wall's. */
function assertAbout(found: readonly number[], expected: readonly number[]): void {
  const near = found.every((minutes, at) => Math.abs(minutes - (expected[at] ?? 0)) <= 3)
  assert.ok(near && found.length === expected.length, `${found.join()}, not ${expected.join()}`)
}

test('17 given a roster, who keeps to it is seen at once, and of all by the day', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax', { callback: 'none' })
  const twelve = (await timeIn(centre)) + 30 * MINUTE
  const ann = await centre.agent('ann')
  const bob = await centre.agent('bob')
  const cid = await centre.agent('cid')
  assert.equal((await adherenceOf(centre, ann)).adherence, Adherence.ADHERENCE_UNROSTERED)
  for (const desk of [ann, bob, cid]) await isRostered(centre, desk, twelve)
  await isSo(centre, ann, Adherence.ADHERENCE_ON_DUTY)

  // Who goes in the ms of coming has not been there.
  await world.pass(MINUTE)
  await pauses(centre, bob, 'coffee')
  await isSo(centre, bob, Adherence.ADHERENCE_AWAY)
  await world.pass(10 * MINUTE)
  assertAbout([(await adherenceOf(centre, bob)).minutes], [10])

  await world.pass(twelve - (await timeIn(centre)))
  await isSo(centre, ann, Adherence.ADHERENCE_ON_THOUGH_OFF)
  await isSo(centre, bob, Adherence.ADHERENCE_OFF_DUTY)
  await pauses(centre, cid, 'meal')

  await world.pass(twelve + 30 * MINUTE - (await timeIn(centre)))
  await isSo(centre, ann, Adherence.ADHERENCE_ON_DUTY)
  await isSo(centre, bob, Adherence.ADHERENCE_LATE_IN)

  const { agents } = centre.api
  const asked = GetAdherenceRequest.fromPartial({ pool: centre.pool })
  const { pool, teams } = await new Caller().call(agents.getAdherence.bind(agents), asked)
  const counted = [pool?.rostered, pool?.adhered, pool?.beyond].map((sum) =>
    Math.round(durationMs(sum) / MINUTE),
  )
  assertAbout(counted, [90, 61, 30])
  assert.deepEqual(teams, [pool], 'none of them is in a team')
  const now = pool?.agents.map((so) => [so.adherence, so.agents])
  const { ADHERENCE_LATE_IN: late, ADHERENCE_ON_DUTY: on } = Adherence
  assert.deepEqual(now, [
    [on, 1],
    [late, 2],
  ])
  await centre.assertSound()
})

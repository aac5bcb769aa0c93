// 16: Moves are humane: agents are told or asked, keep their breaks, and are not moved for ever.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Consent, Mode, MoveState } from '@evenkeel/proto/evenkeel/reallocation/v1/move'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { Activity } from '@evenkeel/proto/evenkeel/skills/v1/shift'
import { Caller, refusal } from './api.ts'
import type { Desk } from './desk.ts'
import { blended, both, Floor, onlyMail } from './floor.ts'
import { Supervisor } from './supervisor.ts'
import { durationMs, MINUTE, minutes, stamp, timeMs } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const HOUR = 60 * MINUTE
const automatic = { mode: Mode.MODE_AUTOMATIC } as const
const short = { dwellMin: minutes(5), dwellMax: minutes(10), coolDown: minutes(0) } as const

const now = (floor: Floor): Promise<number> => new Supervisor(floor.centre).now()

/** A day of moves is a UTC day: no story runs into midnight. */
async function inOneDay(floor: Floor): Promise<void> {
  const left = 24 * HOUR - ((await now(floor)) % (24 * HOUR))
  if (left < 2 * HOUR) await world.pass(left + MINUTE)
}

/** Eight hours with a meal of half an hour in them. */
async function isRostered({ centre }: Floor, { agentId }: Desk, mealAt: number): Promise<void> {
  const { roster } = centre.api
  const until = stamp(mealAt + 30 * MINUTE)
  const meal = { activity: Activity.ACTIVITY_MEAL, from: stamp(mealAt), until, channels: [] }
  const shift = {
    ...{ pool: centre.pool, agentId, shiftId: 'today', etag: '', activities: [meal] },
    ...{ from: stamp(mealAt - 4 * HOUR), until: stamp(mealAt + 4 * HOUR) },
  }
  await new Caller().call(roster.putShift.bind(roster), { shift })
}

test('16 given notice, an agent declines with a reason and stays', async (t) => {
  const floor = await Floor.open(t, world, { ...automatic, consent: Consent.CONSENT_NOTIFY })
  const ann = await floor.centre.agent('ann', {}, blended)
  const move = await floor.proposes(ann)
  assert.equal(move.state, MoveState.MOVE_STATE_APPROVED)
  assert.equal(timeMs(move.answerBefore) - timeMs(move.stateSince), MINUTE)

  const wordless = await refusal(floor.answers(move, { accept: false }))
  assert.equal(wordless.field, 'reason')
  const bobs = { agentId: 'bob', accept: true }
  assert.equal((await refusal(floor.answers(move, bobs))).code, 'MOVE_NOT_YOURS')
  await floor.answers(move, { reason: 'a customer calls back at ten' })

  const declined = await floor.comesTo(move, MoveState.MOVE_STATE_DECLINED)
  assert.deepEqual(
    [declined.endCause, declined.actor, declined.startedAt],
    ['a customer calls back at ten', 'agent', undefined],
  )
  await world.pass(5 * MINUTE)
  assert.deepEqual(await floor.plan(ann), both)
  // The no is heard for a while, by whoever plans.
  await floor.mayNotMove(ann, 'AGENT_COOLS_DOWN')
})

test('16 given notice and no word against it, an agent goes when it is over', async (t) => {
  const told = { consent: Consent.CONSENT_NOTIFY, notice: minutes(3) }
  const floor = await Floor.open(t, world, { ...automatic, ...told })
  const ann = await floor.centre.agent('ann', {}, blended)
  const move = await floor.proposes(ann)
  await world.pass(2 * MINUTE)
  assert.equal((await floor.move(move)).state, MoveState.MOVE_STATE_APPROVED)
  assert.deepEqual(await floor.plan(ann), both)
  // No further: routing has a minute to answer, and must not find it gone.
  await world.pass(MINUTE + 1_000)
  await floor.comesTo(move, MoveState.MOVE_STATE_ACTIVE)
  assert.deepEqual(await floor.plan(ann), onlyMail)
})

test('16 who is asked goes by their own word alone', async (t) => {
  const floor = await Floor.open(t, world, { ...automatic, approvalExpiry: minutes(5) })
  const ann = await floor.centre.agent('ann', {}, blended)
  const bob = await floor.centre.agent('bob', {}, blended)
  // Stricter than the pool, which moves without a word.
  await floor.consents(ann, Consent.CONSENT_ASK)
  await floor.consents(bob, Consent.CONSENT_ASK)
  const [willing, silent] = [await floor.proposes(ann), await floor.proposes(bob)]

  await floor.answers(willing, { accept: true })
  await floor.comesTo(willing, MoveState.MOVE_STATE_ACTIVE)
  await world.pass(6 * MINUTE)
  await floor.comesTo(silent, MoveState.MOVE_STATE_EXPIRED)
  assert.deepEqual(await floor.plan(bob), both)
  const { code } = await refusal(floor.answers(silent, { accept: true }))
  assert.equal(code, 'MOVE_EXPIRED')
})

test('16 nobody is moved into the quarter of an hour before a break', async (t) => {
  const floor = await Floor.open(t, world, { ...automatic, ...short, dwellMax: minutes(120) })
  const ann = await floor.centre.agent('ann', {}, blended)
  const bob = await floor.centre.agent('bob', {}, blended)
  const start = await now(floor)
  // Of nineteen minutes the guard leaves four, and a move lasts five at least.
  await isRostered(floor, bob, start + 19 * MINUTE)
  await isRostered(floor, ann, start + 40 * MINUTE)
  await floor.mayNotMove(bob, 'EDGE_NEAR')

  const move = await floor.proposes(ann)
  await floor.comesTo(move, MoveState.MOVE_STATE_ACTIVE)
  assert.ok(timeMs(move.endsAt) <= start + 25 * MINUTE)
  await world.pass(start + 26 * MINUTE - (await now(floor)))
  const { endedAt } = await floor.comesTo(move, MoveState.MOVE_STATE_ENDED)
  assert.ok(timeMs(endedAt) <= start + 26 * MINUTE)
  assert.deepEqual(await floor.plan(ann), both)
})

test('16 moves of a day are counted in a ledger, and are at most so many', async (t) => {
  const floor = await Floor.open(t, world, { ...automatic, ...short, movesPerDay: 2 })
  await inOneDay(floor)
  const ann = await floor.centre.agent('ann', {}, blended)
  for (let count = 0; count < 2; count++) {
    const move = await floor.proposes(ann)
    await floor.comesTo(move, MoveState.MOVE_STATE_ACTIVE)
    await world.pass(11 * MINUTE)
    await floor.comesTo(move, MoveState.MOVE_STATE_ENDED)
  }
  const { fields } = await floor.mayNotMove(ann, 'AGENT_DAY_CAP')
  assert.deepEqual([fields['field'], fields['value'], fields['limit']], ['moves', '2', '2'])

  const [day, ...others] = await floor.ledger()
  assert.deepEqual(others, [])
  assert.deepEqual([day?.agentId, day?.moves], [ann.agentId, 2])
  const moved = durationMs(day?.moved)
  assert.ok(moved >= 18 * MINUTE && moved <= 23 * MINUTE, `${moved} ms`)
})

test('16 after a move an agent is left alone for a while', async (t) => {
  const cool = { coolDown: minutes(30) }
  const floor = await Floor.open(t, world, { ...automatic, ...short, ...cool })
  await inOneDay(floor)
  const ann = await floor.centre.agent('ann', {}, blended)
  const move = await floor.proposes(ann)
  await floor.comesTo(move, MoveState.MOVE_STATE_ACTIVE)
  await floor.returnsAll()
  await floor.comesTo(move, MoveState.MOVE_STATE_ENDED)
  await floor.mayNotMove(ann, 'AGENT_COOLS_DOWN')
  await world.pass(31 * MINUTE)
  await floor.comesTo(await floor.proposes(ann), MoveState.MOVE_STATE_ACTIVE)
})

const caps = [
  ['of an hour', { movesPerHour: 1 }, 'HOURLY_CAP'],
  ['of a channel that lends', { donorShareBp: 5_000 }, 'DONOR_CAP'],
] as const

for (const [what, policy, code] of caps) {
  test(`16 moves ${what} have a limit`, async (t) => {
    const floor = await Floor.open(t, world, { ...automatic, ...policy })
    const ann = await floor.centre.agent('ann', {}, blended)
    const bob = await floor.centre.agent('bob', {}, blended)
    await floor.comesTo(await floor.proposes(ann), MoveState.MOVE_STATE_ACTIVE)
    await floor.mayNotMove(bob, code)
    assert.deepEqual(await floor.plan(bob), both)
  })
}

test('16 who opts out is not moved, and whoever is moved returns by it', async (t) => {
  const floor = await Floor.open(t, world, { ...automatic, coolDown: minutes(0) })
  const ann = await floor.centre.agent('ann', {}, blended)
  const bob = await floor.centre.agent('bob', {}, blended)
  await floor.consents(bob, Consent.CONSENT_ASK)
  const [moved, asked] = [await floor.proposes(ann), await floor.proposes(bob)]
  await floor.comesTo(moved, MoveState.MOVE_STATE_ACTIVE)

  await floor.consents(ann, Consent.CONSENT_UNSPECIFIED, true)
  await floor.consents(bob, Consent.CONSENT_UNSPECIFIED, true)

  const { endCause } = await floor.comesTo(moved, MoveState.MOVE_STATE_ENDED)
  assert.equal(endCause, 'opted_out')
  await floor.comesTo(asked, MoveState.MOVE_STATE_CANCELLED)
  assert.deepEqual(await floor.plan(ann), both)
  await floor.mayNotMove(ann, 'AGENT_OPTED_OUT')
  await floor.consents(ann, Consent.CONSENT_UNSPECIFIED)
  await floor.comesTo(await floor.proposes(ann), MoveState.MOVE_STATE_ACTIVE)
})

test('16 one call pauses, another brings everybody back', async (t) => {
  const floor = await Floor.open(t, world, automatic)
  const ann = await floor.centre.agent('ann', {}, blended)
  const bob = await floor.centre.agent('bob', {}, blended)
  const cid = await floor.centre.agent('cid', {}, blended)
  await floor.consents(bob, Consent.CONSENT_ASK)
  const [moved, asked] = [await floor.proposes(ann), await floor.proposes(bob)]
  await floor.comesTo(moved, MoveState.MOVE_STATE_ACTIVE)

  await floor.pauses(true)
  const { endCause } = await floor.comesTo(asked, MoveState.MOVE_STATE_CANCELLED)
  assert.equal(endCause, 'paused')
  await floor.mayNotMove(cid, 'REALLOCATION_PAUSED')
  assert.deepEqual(await floor.plan(ann), [Channel.CHANNEL_EMAIL])
  await floor.returnsAll()
  await floor.comesTo(moved, MoveState.MOVE_STATE_ENDED)
  assert.deepEqual(await floor.plan(ann), both)

  await floor.pauses(false)
  await floor.comesTo(await floor.proposes(cid), MoveState.MOVE_STATE_ACTIVE)
})

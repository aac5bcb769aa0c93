// 15: Staff flow to where the day needs them, and back; nobody is lost on the way.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Mode, MoveState } from '@evenkeel/proto/evenkeel/reallocation/v1/move'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { Caller, refusal } from './api.ts'
import { blended, both, Floor, helpsOut, onlyCalls, onlyMail } from './floor.ts'
import { until } from './patience.ts'
import { MINUTE, minutes, stamp } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

test('a supervisor approves: the call is finished, emails come, then calls again', async (t) => {
  const floor = await Floor.open(t, world, { mode: Mode.MODE_APPROVE })
  const ann = await floor.centre.agent('ann', {}, blended)
  await floor.centre.arrives('call', 'calls')
  await ann.takes('call')
  const move = await floor.proposes(ann)
  assert.equal(move.state, MoveState.MOVE_STATE_PROPOSED)
  assert.deepEqual(await floor.plan(ann), both)

  await floor.approves(move)
  await floor.comesTo(move, MoveState.MOVE_STATE_DRAINING)
  assert.equal((await fetch(`${world.http}/metrics`)).status, 200)
  await floor.centre.arrives('next', 'calls')
  await floor.centre.arrives('letter', 'mail')
  await ann.completes('call')
  await floor.comesTo(move, MoveState.MOVE_STATE_ACTIVE)
  await ann.isOffered('letter')
  assert.deepEqual(await floor.plan(ann), onlyMail)

  await floor.returnsAll()
  const { endCause } = await floor.comesTo(move, MoveState.MOVE_STATE_ENDED)
  assert.equal(endCause, 'return_all')
  assert.deepEqual(await floor.plan(ann), both)
})

test('who helps out on emails is given them while moved there alone', async (t) => {
  const floor = await Floor.open(t, world, { mode: Mode.MODE_AUTOMATIC })
  const ann = await floor.centre.agent('ann', {}, helpsOut)
  await floor.centre.arrives('letter', 'mail')
  assert.deepEqual(await floor.plan(ann), onlyCalls)
  const move = await floor.proposes(ann)
  await floor.comesTo(move, MoveState.MOVE_STATE_ACTIVE)
  assert.deepEqual(await floor.plan(ann), onlyMail)
  await ann.isOffered('letter')
  await floor.returnsAll()
  await floor.comesTo(move, MoveState.MOVE_STATE_ENDED)
  assert.deepEqual(await floor.plan(ann), onlyCalls)
  await floor.centre.arrives('call', 'calls')
  await ann.isOffered('call')
})

test('a move ends by itself when its time is over', async (t) => {
  const floor = await Floor.open(t, world, {
    ...{ mode: Mode.MODE_AUTOMATIC, dwellMin: minutes(5), dwellMax: minutes(10) },
  })
  const ann = await floor.centre.agent('ann', {}, blended)
  const move = await floor.proposes(ann)
  await floor.comesTo(move, MoveState.MOVE_STATE_ACTIVE)
  await world.pass(11 * MINUTE)
  const { endCause } = await floor.comesTo(move, MoveState.MOVE_STATE_ENDED)
  assert.equal(endCause, 'over')
  assert.deepEqual(await floor.plan(ann), both)
})

test('killed in the middle of a move, nobody is lost: it goes on, and ends', async (t) => {
  const floor = await Floor.open(t, world, { mode: Mode.MODE_APPROVE })
  const ann = await floor.centre.agent('ann', {}, blended)
  const move = await floor.proposes(ann)
  await floor.approves(move)
  await world.crash()
  await floor.comesTo(move, MoveState.MOVE_STATE_ACTIVE)
  assert.deepEqual(await floor.plan(ann), onlyMail)
  await floor.returnsAll()
  await world.crash()
  await floor.comesTo(move, MoveState.MOVE_STATE_ENDED)
  assert.deepEqual(await floor.plan(ann), both)
})

test("a supervisor's own choice of channels ends the move, and stands", async (t) => {
  const floor = await Floor.open(t, world, { mode: Mode.MODE_AUTOMATIC })
  const { centre } = floor
  const ann = await centre.agent('ann', {}, blended)
  const move = await floor.proposes(ann)
  await floor.comesTo(move, MoveState.MOVE_STATE_ACTIVE)
  const { agents } = centre.api
  const set = agents.setActiveChannels.bind(agents)
  const now = await centre.agentAsSeen(ann)
  await new Caller().call(set, {
    ...{ pool: centre.pool, agentId: ann.agentId, channels: [Channel.CHANNEL_VOICE] },
    ...{ reason: 'calls wait', until: now.activeUntil ?? stamp(0) },
  })
  const { endCause } = await floor.comesTo(move, MoveState.MOVE_STATE_ENDED)
  assert.equal(endCause, 'supervisor')
  assert.deepEqual(await floor.plan(ann), [Channel.CHANNEL_VOICE])
})

test('an approval of a move that is over is refused by name', async (t) => {
  const floor = await Floor.open(t, world, { mode: Mode.MODE_APPROVE, approvalExpiry: minutes(1) })
  const ann = await floor.centre.agent('ann', {}, blended)
  const move = await floor.proposes(ann)
  await world.pass(2 * MINUTE)
  await floor.comesTo(move, MoveState.MOVE_STATE_EXPIRED)
  const { code } = await refusal(floor.approves(move))
  assert.equal(code, 'MOVE_EXPIRED')
})

test('the move reports its realised effect, and so does the ledger', async (t) => {
  const floor = await Floor.open(t, world, { mode: Mode.MODE_AUTOMATIC })
  const ann = await floor.centre.agent('ann', {}, blended)
  await world.pass(6 * MINUTE)
  const move = await floor.proposes(ann)
  await floor.comesTo(move, MoveState.MOVE_STATE_ACTIVE)
  await floor.centre.arrives('letter', 'mail')
  await ann.takes('letter')
  await ann.completes('letter')
  await world.pass(6 * MINUTE)
  await floor.returnsAll()
  await floor.comesTo(move, MoveState.MOVE_STATE_ENDED)

  await world.pass(16 * MINUTE)
  const { outcome, realised } = await until(
    'it to be known what came of the move',
    () => floor.move(move),
    (found) => found.realised !== undefined,
  )
  assert.ok(realised)
  const saved = realised.lostWithoutMilli - realised.lostWithMilli
  assert.ok(realised.savedLowMilli <= saved && saved <= realised.savedHighMilli)
  const change = '\\d+\\.\\d (?:more|fewer)'
  const told = `^Because of it about ${change} late \\(80%: from ${change} to ${change}\\)\\.$`
  assert.match(outcome, new RegExp(told))
  const [day] = await floor.ledger()
  assert.equal(day?.judged, 1)
  assert.equal(day.realisedSavedMilli, saved)
})

// F28: kill -9 of either side at every step of a move. Whoever comes back, each agent is in exactly
// one channel plan, and a move is made and told once.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Event as MoveEvent } from '@evenkeel/proto/evenkeel/reallocation/v1/events'
import { Consent, Mode, type Move, MoveState } from '@evenkeel/proto/evenkeel/reallocation/v1/move'
import { Event as RoutingEvent } from '@evenkeel/proto/evenkeel/routing/v1/events'
import type { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import type { Desk } from '../acceptance/desk.ts'
import { blended, both, Floor, onlyMail } from '../acceptance/floor.ts'
import { kafka, type KafkaWorld } from '../acceptance/kafka-world.ts'

let world: KafkaWorld
before(async () => {
  world = await kafka(1)
})
after(() => world.close())

interface Stage {
  readonly floor: Floor
  readonly ann: Desk
  readonly move: Move
}

interface Step {
  readonly name: string
  readonly state: MoveState
  /** What takes the move there. */
  readonly act: (stage: Stage) => Promise<void>
  /** Passes by itself when routing hears of it: there the other side dies before, or at once. */
  readonly passesTo?: MoveState
  readonly plan: readonly Channel[]
}

const course: readonly Step[] = [
  {
    ...{ name: 'proposed', state: MoveState.MOVE_STATE_PROPOSED, plan: both },
    act: async () => {},
  },
  {
    ...{ name: 'approved', state: MoveState.MOVE_STATE_APPROVED, plan: both },
    act: ({ floor, move }) => floor.approves(move),
  },
  {
    ...{ name: 'ordered', state: MoveState.MOVE_STATE_ORDERED, plan: onlyMail },
    passesTo: MoveState.MOVE_STATE_DRAINING,
    act: ({ floor, move }) => floor.answers(move, { accept: true }),
  },
  {
    ...{ name: 'draining', state: MoveState.MOVE_STATE_DRAINING, plan: onlyMail },
    act: async () => {},
  },
  {
    ...{ name: 'active', state: MoveState.MOVE_STATE_ACTIVE, plan: onlyMail },
    act: ({ ann }) => ann.completes('call'),
  },
  {
    ...{ name: 'returning', state: MoveState.MOVE_STATE_RETURNING, plan: both },
    passesTo: MoveState.MOVE_STATE_ENDED,
    act: ({ floor }) => floor.returnsAll(),
  },
]

const victims = ['routing', 'reallocation'] as const
type Victim = (typeof victims)[number]
const ended: Move[] = []

for (const victim of victims) {
  for (const { name } of course) {
    test(`kill -9 of ${victim}, a move being ${name}: it goes on to its end`, async (t) => {
      const floor = await Floor.open(t, world, {
        mode: Mode.MODE_APPROVE,
        consent: Consent.CONSENT_ASK,
      })
      const ann = await floor.centre.agent('ann', {}, blended)
      await floor.centre.arrives('call', 'calls')
      await ann.takes('call')
      const bob = await floor.centre.agent('bob', {}, blended)
      const move = await floor.proposes(ann)
      const stage = { floor, ann, move }
      for (const step of course) {
        if (step.name === name) await dies(victim, step, stage, [ann, bob])
        else await step.act(stage)
        await floor.comesTo(move, step.passesTo ?? step.state)
        assert.deepEqual(await floor.plan(ann), step.plan, `ann, ${step.name}`)
        assert.deepEqual(await floor.plan(bob), both, `bob, ${step.name}`)
      }
      const days = await floor.ledger()
      assert.deepEqual(
        days.map((day) => [day.agentId, day.moves]),
        [[ann.agentId, 1]],
      )
      ended.push(move)
    })
  }
}

/** In the middle of the step; then it is started again. */
async function dies(
  victim: Victim,
  { act, passesTo, state }: Step,
  stage: Stage,
  desks: readonly Desk[],
): Promise<void> {
  const { floor, move } = stage
  const nobodyHears = victim === 'routing' && passesTo !== undefined
  if (nobodyHears) await world.kills(victim)
  await act(stage)
  if (passesTo === undefined || nobodyHears) await floor.comesTo(move, state)
  if (!nobodyHears) await world.kills(victim)
  await world.returns(victim)
  if (victim !== 'routing') return
  for (const desk of desks) {
    await desk.losesLine()
    await desk.sitDown()
  }
}

test('of all these moves each step was told once, in order', async () => {
  assert.equal(ended.length, victims.length * course.length)
  const told = await happened('reallocation', (body) => {
    const { kind } = MoveEvent.decode(body)
    const move = kind?.$case === 'policyChanged' ? undefined : kind?.value.move
    // Move ids are a pool's own: another one, in another partition, may have the same.
    return move && { of: `${move.pool}/${move.moveId}`, what: move.state }
  })
  const plans = await happened('routing', (body) => {
    const { kind } = RoutingEvent.decode(body)
    if (kind?.$case !== 'availabilityChanged') return undefined
    const { activeReason, agentId, draining, pool } = kind.value
    return { of: pool, what: { agentId, activeReason, draining } }
  })
  for (const { agentId, moveId, pool } of ended) {
    const states = [...course.map(({ state }) => state), MoveState.MOVE_STATE_ENDED]
    assert.deepEqual(told.get(`${pool}/${moveId}`), states, moveId)
    const moved = { agentId, activeReason: `move ${moveId}` }
    assert.deepEqual(plans.get(pool), [
      { ...moved, draining: true },
      { ...moved, draining: false },
      { agentId, activeReason: '', draining: false },
    ])
  }
})

/**
 * What happened to each, in order. What is published may come twice; whoever reads drops the
 * second by its id.
 */
async function happened<T>(
  service: string,
  pick: (body: Uint8Array) => { readonly of: string; readonly what: T } | undefined,
): Promise<ReadonlyMap<string, readonly T[]>> {
  const events = await world.published(service)
  const once = new Map(events.map((event) => [event.id, event]))
  const found = new Map<string, T[]>()
  for (const { body } of once.values()) {
    const one = pick(body)
    if (one !== undefined) found.set(one.of, [...(found.get(one.of) ?? []), one.what])
  }
  return found
}

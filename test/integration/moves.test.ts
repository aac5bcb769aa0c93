// Both sides of a move, coupled by what they tell, as late as it likes: one plan for each agent.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Chance } from '../simulation/chance.ts'
import { ReplicatedMoves } from '../simulation/moves/replicated.ts'
import { MovesWorld } from '../simulation/moves/world.ts'

test('whatever is late, lost or dead, an agent is in one plan, as is promised, and returns', () => {
  let moved = 0
  for (let seed = 1; seed <= 100; seed++) {
    const world = new MovesWorld(new Chance(seed))
    assert.doesNotThrow(() => world.run(120), `seed ${seed}`)
    moved += world.moved
  }
  assert.ok(moved > 300, `only ${moved} were moved after a step`)
})

test('whichever replica dies, another goes on with the moves, and nobody stays moved', async () => {
  let moved = 0
  for (let seed = 1; seed <= 4; seed++) {
    const world = new ReplicatedMoves(seed, () => {})
    await assert.doesNotReject(world.run(30), `seed ${seed}`)
    moved += world.moved
  }
  assert.ok(moved > 3, `only ${moved} were moved`)
})

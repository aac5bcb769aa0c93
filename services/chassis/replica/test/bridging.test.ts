import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { MemoryLog } from '../../log/memory/index.ts'
import { type Event, type State } from '../../protocol/test/counter.ts'
import type { RunningReplica } from '../index.ts'
import { encodeEnvelope } from '../record.ts'
import { World, valueOf } from './world.ts'

type One = RunningReplica<State>

const fed = 'counter/0'
const fact = "counter's x"
const first = '0123456789abcdef'
const why = 'ticket 7: tried'

/** The stream of a service that is not there but for what a test says in its name. */
class Source {
  readonly #world: World
  #number = 0

  constructor(world: World) {
    this.#world = world
  }

  bytes(key: string, incarnation = first, timeMs = this.#world.clock.now()): Uint8Array {
    const body = new TextEncoder().encode(JSON.stringify({ key, value: 1 } satisfies Event))
    return encodeEnvelope(`${incarnation}/0/${this.#number++}/0`, 'pool', timeMs, body)
  }

  say(...events: readonly Uint8Array[]): Promise<void> {
    const { streams } = this.#world
    return streams.client('source').publish(fed, streams.entries(fed).length, events)
  }
}

/** A replica of the service that is fed, on a log that outlives it. */
function mirror(world: World, log: MemoryLog, name = 't'): Promise<One> {
  const on = { log: log.client(name), streams: world.streams.client(name) }
  return world.replica(name, { service: 'mirror', feeds: ['counter'], on })
}

function cut(world: World, log: MemoryLog, name: string): void {
  log.crash(name)
  world.streams.crash(name)
}

describe('an event that this version can not decode', () => {
  test('halts, and once it is skipped no leader brings it again', async () => {
    const world = new World()
    const log = world.anotherBroker()
    const source = new Source(world)
    const one = await mirror(world, log)
    await world.until(source.say(source.bytes('x')))
    await world.untilTrue(() => valueOf(one, fact) === 1)
    const newer = Uint8Array.of(...source.bytes('x'), 0x28, 1)
    await world.until(source.say(newer, source.bytes('x')))
    await world.untilTrue(() => one.halted() !== undefined)
    const { poison } = one.operations.status()
    assert.ok(poison)
    await world.until(one.operations.skip(poison.offset, poison.digest, why))
    await world.untilTrue(() => one.halted() === undefined && valueOf(one, fact) === 2)
    await world.pass(3_000)
    assert.equal(one.halted(), undefined)

    cut(world, log, 't')
    const two = await mirror(world, log, 'u')
    await world.untilTrue(() => two.stats().leading)
    await world.until(source.say(source.bytes('x')))
    await world.untilTrue(() => valueOf(two, fact) === 3)
    assert.equal(two.halted(), undefined)
  })
})

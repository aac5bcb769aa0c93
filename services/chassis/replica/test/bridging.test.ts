import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { MemoryLog } from '../../log/memory/index.ts'
import { type Event, type State } from '../../protocol/test/counter.ts'
import type { RunningReplica } from '../index.ts'
import { encodeEnvelope } from '../record.ts'
import { BRIDGE_LOOK_MS, BRIDGE_REFUSED_MS, BRIDGE_SKIP_MS } from '../limits.ts'
import { World, valueOf } from './world.ts'

type One = RunningReplica<State>

const fed = 'counter/0'
const fact = "counter's x"
const first = '0123456789abcdef'
const why = 'ticket 7: tried'
const second = 'fedcba9876543210'
const bridgeOf = (replica: One) => replica.operations.status().bridges[0] ?? assert.fail('none')
const statsOf = (replica: One) => replica.stats().bridges[0] ?? assert.fail('none')

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

describe('a source whose log is another one than before', () => {
  test('is not followed, is told once, and goes on when an operator has accepted it', async () => {
    const world = new World()
    const log = world.anotherBroker()
    const source = new Source(world)
    const one = await mirror(world, log)
    await world.until(source.say(source.bytes('x'), source.bytes('x')))
    await world.untilTrue(() => valueOf(one, fact) === 2)
    await world.until(source.say(source.bytes('x', second), source.bytes('x', second)))
    await world.untilTrue(() => bridgeOf(one).refusal !== undefined)
    await world.pass(3 * BRIDGE_REFUSED_MS)
    assert.equal(one.halted(), undefined)
    assert.equal(valueOf(one, fact), 2)
    const refusal = { code: 'source_replaced', first: 0, position: 2, incarnation: second }
    assert.deepEqual(bridgeOf(one), { source: fed, position: 1, incarnation: first, refusal })
    const told = 'a bridge can not go on by itself'
    assert.equal(world.warnings.filter((one) => one === told).length, 1)

    await world.until(one.operations.moveBridge(fed, 2, second, why))
    await world.untilTrue(() => valueOf(one, fact) === 4)
    assert.equal(bridgeOf(one).refusal, undefined)
    cut(world, log, 't')
    const two = await mirror(world, log, 'u')
    assert.equal(valueOf(two, fact), 4)
    assert.equal(bridgeOf(two).incarnation, second)
  })

  test('can not be accepted under a name that nothing is taken in from', async () => {
    const world = new World()
    const one = await mirror(world, world.anotherBroker())
    const unknown = one.operations.moveBridge('weather/0', 0, second, why)
    await assert.rejects(world.until(unknown), { code: 'BRIDGE_UNKNOWN' })
    await assert.rejects(one.operations.moveBridge(fed, 0, second, ''), {
      code: 'FIELD_MISSING',
    })
  })
})

describe('a source that drops its start', () => {
  const quiet = async (events: number) => {
    const world = new World()
    const log = world.anotherBroker()
    const source = new Source(world)
    const one = await mirror(world, log)
    await world.untilTrue(() => one.stats().leading)
    await world.until(source.say(source.bytes('x')))
    await world.untilTrue(() => valueOf(one, fact) === 1)
    for (let n = 0; n < events; n++) await world.until(source.say(source.bytes('say')))
    return { world, log, source, one }
  }

  test('leaves nobody behind who says nothing of use for hours: the cursor follows', async () => {
    const { world, log, source, one } = await quiet(3)
    await world.pass(BRIDGE_LOOK_MS)
    assert.equal(bridgeOf(one).position, 0)
    world.clock.advance(BRIDGE_SKIP_MS)
    await world.pass(BRIDGE_LOOK_MS)
    assert.equal(bridgeOf(one).position, 3)

    world.streams.cut(fed, 4)
    cut(world, log, 't')
    const two = await mirror(world, log, 'u')
    await world.until(source.say(source.bytes('x')))
    await world.untilTrue(() => valueOf(two, fact) === 2)
    assert.equal(bridgeOf(two).refusal, undefined)
  })

  test('before it was read is told, and an operator says where the bridge goes on', async () => {
    const { world, log, source } = await quiet(3)
    cut(world, log, 't')
    world.streams.cut(fed, 3)
    const two = await mirror(world, log, 'u')
    await world.until(source.say(source.bytes('x')))
    await world.untilTrue(() => bridgeOf(two).refusal?.first === 3)
    assert.equal(bridgeOf(two).refusal?.code, 'log_start_gone')
    assert.equal(valueOf(two, fact), 1)
    await world.until(two.operations.moveBridge(fed, 3, '', why))
    await world.untilTrue(() => valueOf(two, fact) === 2)
    assert.equal(bridgeOf(two).refusal, undefined)
    assert.equal(bridgeOf(two).incarnation, first)
  })
})

describe('how far a bridge is behind', () => {
  test('rises while the source can not be read, and falls when it can', async () => {
    const world = new World()
    const one = await mirror(world, world.anotherBroker())
    const source = new Source(world)
    await world.until(source.say(source.bytes('x')))
    await world.untilTrue(() => valueOf(one, fact) === 1)
    await world.pass(2 * BRIDGE_LOOK_MS)
    assert.equal(statsOf(one).lag, 0)
    assert.ok(statsOf(one).caughtUpAgeMs <= BRIDGE_LOOK_MS)
    world.plant({ deliveryDelayMs: (client) => (client === 't' ? 4 * BRIDGE_LOOK_MS : 0) })
    await world.until(source.say(source.bytes('x'), source.bytes('say')))
    await world.pass(3 * BRIDGE_LOOK_MS)
    assert.equal(statsOf(one).lag, 2)
    assert.ok(statsOf(one).caughtUpAgeMs > 2 * BRIDGE_LOOK_MS)
    assert.ok(statsOf(one).eventAgeMs > 4 * BRIDGE_LOOK_MS)
    world.plant({})
    await world.pass(BRIDGE_LOOK_MS)
    await world.untilTrue(() => statsOf(one).lag === 0)
    assert.ok(statsOf(one).caughtUpAgeMs <= BRIDGE_LOOK_MS)
    assert.ok(statsOf(one).eventAgeMs <= 5 * BRIDGE_LOOK_MS)
  })
})

test('how old the events of a source are when they count is told, of those of use', async () => {
  const world = new World()
  const log = world.anotherBroker()
  const ages: number[] = []
  const one = await world.replica('t', {
    service: 'mirror',
    feeds: ['counter'],
    on: { log: log.client('t'), streams: world.streams.client('t') },
    onStage: (stage, ms) => stage === 'bridged' && ages.push(ms),
  })
  const source = new Source(world)
  const old = source.bytes('x', first, world.clock.now() - 60_000)
  await world.until(source.say(source.bytes('say', first, 0), old))
  await world.untilTrue(() => valueOf(one, fact) === 1 && ages.length > 0)
  assert.equal(ages.length, 1)
  const [age = 0] = ages
  assert.ok(age >= 60_000 && age < 120_000, `${age} ms`)
})

describe('an event that comes to nothing', () => {
  test('because the service refuses it: told and counted, and the next one counts', async () => {
    const world = new World()
    const one = await mirror(world, world.anotherBroker())
    const source = new Source(world)
    await world.until(source.say(source.bytes('unwelcome'), source.bytes('x')))
    await world.untilTrue(() => valueOf(one, fact) === 1)
    assert.equal(statsOf(one).rejected, 1)
    const told = 'an event of another service is refused, and stepped over'
    assert.equal(world.warnings.filter((one) => one === told).length, 1)
  })

  test('because this version has not heard of its kind: counted each time, told once', async () => {
    const world = new World()
    const one = await mirror(world, world.anotherBroker())
    const source = new Source(world)
    const newer = [source.bytes('unheard of'), source.bytes('say'), source.bytes('unheard of')]
    await world.until(source.say(...newer, source.bytes('x')))
    await world.untilTrue(() => valueOf(one, fact) === 1)
    assert.equal(statsOf(one).unknown, 2)
    const told = 'events of a kind that this version does not know are stepped over'
    assert.equal(world.warnings.filter((one) => one === told).length, 1)
  })
})

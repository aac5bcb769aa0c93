// Both sides of a move, coupled by what they tell, as late as it likes: one plan for each agent.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { BridgeRule, Moment, ServiceCore } from '@evenkeel/chassis/protocol'
import { Database } from '@evenkeel/chassis/table'
import { reallocation } from '@evenkeel/reallocation'
import { routing } from '@evenkeel/routing'

const MINUTE = 60_000
const people = ['ann', 'bob'] as const

/** A core with its log, and what it has told so far. */
class Side<State, Command, Event> {
  readonly db = new Database()
  readonly state: State
  readonly told: Uint8Array[] = []
  readonly #service: ServiceCore<State, Command, Event>
  #offset = 10
  #read = 0

  constructor(service: ServiceCore<State, Command, Event>) {
    this.#service = service
    this.state = service.core.create(this.db)
    this.db.commit()
  }

  apply(command: Command, time: number): void {
    const at = this.#at(time)
    const outcome = this.#service.core.apply(this.state, command, at)
    if (outcome.ok) this.#tell(outcome.events)
    else this.db.undo()
    this.#settle(at)
  }

  /** The next event of the other side, if there is one. */
  reads(told: readonly Uint8Array[], source: string, time: number): boolean {
    const body = told[this.#read]
    if (body === undefined) return false
    this.#read += 1
    const rule: BridgeRule<Command> | undefined = this.#service.bridges.find(
      (one) => one.source === source,
    )
    const command = rule?.decode(body)
    if (command !== undefined) this.apply(command, time)
    return true
  }

  ticks(time: number): void {
    for (let more = true; more; ) {
      const at = this.#at(time)
      const fired = this.#service.core.expire(this.state, at, 64)
      this.#tell(fired.events)
      this.#settle(at)
      more = fired.more
    }
  }

  #at(time: number): Moment {
    this.#offset += 1
    return { time, uptime: time, offset: this.#offset, logic: 1 }
  }

  #tell(events: readonly Event[]): void {
    this.told.push(...events.map((event) => this.#service.codec.encodeEvent(event)))
  }

  #settle(at: Moment): void {
    const broken = this.#service.core.invariants(this.state, at, false)
    this.db.commit()
    assert.deepEqual(broken, [])
  }
}

class Pair {
  readonly routing = new Side(routing)
  readonly moves = new Side(reallocation)
  time = Date.UTC(2026, 2, 2, 9)
  #plans = 0

  constructor() {
    this.routing.apply({ kind: 'putPool', pool: 'p', displayName: '', etag: '' }, this.time)
    this.meets()
    const queue = { pool: 'p', queueId: 'mail', channel: 'email', requirements: [] } as const
    const figures = { targetMs: 1_000, goalBp: 8_000, usualHandleMs: 1_000 }
    this.moves.apply({ kind: 'queueKnown', ...queue, ...figures }, this.time)
    const { pools } = this.moves.state
    pools.update(pools.must('p'), { mode: 'automatic', consent: 'automatic', coolDownMs: 0 })
    pools.update(pools.must('p'), { donorShareBp: 10_000, movesPerDay: 20, movesPerHour: 1_000 })
    for (const agentId of people) {
      const of = { pool: 'p', agentId, skills: [] } as const
      const channels = (['voice', 'email'] as const).map((channel) => ({ channel, weight: 50 }))
      this.routing.apply({ kind: 'changeProfile', ...of, channels }, this.time)
      const known = { channels: ['voice', 'email'], homeQueue: '' } as const
      this.moves.apply({ kind: 'profileKnown', ...of, ...known }, this.time)
      this.routing.apply({ kind: 'signIn', pool: 'p', agentId, ready: true }, this.time)
    }
    this.meets()
  }

  step([deed, who]: readonly [number, number]): void {
    const agentId = people[who % people.length] ?? 'ann'
    const of = { pool: 'p', agentId } as const
    const { moves, routing: calls, time } = this
    if (deed < 6) moves.reads(calls.told, 'routing', time)
    else if (deed < 12) calls.reads(moves.told, 'reallocation', time)
    else if (deed < 15) this.#propose(agentId)
    else if (deed === 15) moves.apply({ kind: 'returnAll', pool: 'p', actor: 'sue' }, time)
    else if (deed === 16) {
      const until = time + 20 * MINUTE
      const set = { channels: ['voice'], reason: 'calls wait', until } as const
      calls.apply({ kind: 'setActiveChannels', ...of, ...set }, time)
    } else if (deed === 17) {
      calls.apply({ kind: 'setPresence', ...of, presence: 'signedOut', reason: '' }, time)
    } else if (deed === 18) calls.apply({ kind: 'signIn', ...of, ready: true }, time)
    else this.passes([1, 5, 30, 150][who % 4] ?? 1, who % 3)
  }

  /** `alive`: 0 both tick, 1 routing alone, 2 reallocation alone. */
  passes(minutes: number, alive: number): void {
    this.time += minutes * MINUTE
    if (alive !== 2) this.routing.ticks(this.time)
    if (alive !== 1) this.moves.ticks(this.time)
  }

  /** All that was told arrives. */
  meets(): void {
    for (let more = true; more; ) {
      const there = this.moves.reads(this.routing.told, 'routing', this.time)
      more = this.routing.reads(this.moves.told, 'reallocation', this.time) || there
    }
  }

  reasons(): readonly string[] {
    const { agents } = this.routing.state
    return people.map((name) => agents.find('p', name)?.activeReason ?? 'nobody')
  }

  /** As reallocation believes it. */
  believed(): readonly string[] {
    const rows = this.moves.state.moves.inKeyOrder()
    return people.map((name) => {
      const found = rows.find(
        (row) => row.agentId === name && (row.state === 'draining' || row.state === 'active'),
      )
      return found === undefined ? '' : `move ${found.id}`
    })
  }

  #propose(agentId: string): void {
    this.#plans += 1
    const figures = { forecastMilli: 0, expectedMilli: 0, probabilityBp: 0 }
    const goal = { to: 'email', toQueue: 'mail', lastsMs: 0, predicted: 'none' } as const
    const wished = { agentId, ...goal, reason: { sentence: 'Mail is late.', ...figures } }
    const plan = { pool: 'p', planId: `plan-${this.#plans}`, basis: 0, moves: [wished] }
    this.moves.apply({ kind: 'proposeMoves', ...plan }, this.time)
  }
}

const steps = fc.array(fc.tuple(fc.nat(22), fc.nat(100)), { minLength: 10, maxLength: 80 })

test('whatever is late, both come to believe the same, and everybody returns', () => {
  let moved = 0
  const property = fc.property(steps, (deeds) => {
    const pair = new Pair()
    for (const deed of deeds) pair.step(deed)
    pair.meets()
    const ours = pair.reasons().map((one) => (one.startsWith('move ') ? one : ''))
    assert.deepEqual(pair.believed(), ours)
    moved += ours.filter((one) => one !== '').length
    for (let hour = 0; hour < 5; hour++) {
      pair.passes(60, 0)
      pair.meets()
    }
    assert.deepEqual(pair.reasons(), ['', ''])
    assert.deepEqual(pair.believed(), ['', ''])
  })
  fc.assert(property, { numRuns: 300, seed: 7 })
  assert.ok(moved > 20, `only ${moved} were moved at the end`)
})

import { createHash } from 'node:crypto'
import type { Moment, ServiceCore } from '@evenkeel/chassis/protocol'
import { type RunningReplica, Undecodable } from '@evenkeel/chassis/replica'
import { Command } from '@evenkeel/proto/evenkeel/routing/log/v1/command'
import {
  type Command as RoutingCommand,
  idOf,
  type RoutingEvent,
  type RoutingState,
} from '@evenkeel/routing/core'
import { passUptime } from './drain.ts'
import { must } from './failure.ts'
import { platform, type Process, type Site } from './host.ts'
import type { Observer } from './observer.ts'
import type { RoutingHost } from './seed.ts'
import { type Ending, pool } from './world/plan.ts'

type Routing = ServiceCore<RoutingState, RoutingCommand, RoutingEvent>

interface Stage {
  readonly site: Site
  readonly host: RoutingHost
  readonly observer: Observer<RoutingState, RoutingCommand, RoutingEvent>
}

const second = 1_000
/** Until everybody must have noticed: a few ticks, and the way to them. */
const noticeMs = 6 * second

/** What nobody may go on from happens at last; and nobody does. */
export async function endWith(ending: Ending, stage: Stage): Promise<void> {
  await endingsOf[ending](stage)
}

const endingsOf: Readonly<Record<Ending, (stage: Stage) => Promise<void>>> = {
  async log_truncated(stage) {
    const { host, site } = stage
    const before = standing(stage)
    const entries = host.log.entries(0)
    const lost = site.chance.int(1, Math.min(5, entries.length))
    host.log.truncate(0, entries.at(-lost)?.offset ?? 0)
    await site.turns.pass(noticeMs)
    mustHaveHalted(before, ['log_end_lost'])
  },

  async log_recreated(stage) {
    const { host, site } = stage
    const before = standing(stage)
    const asleep = site.chance.happens(0.5)
    // Whoever sleeps finds a log that is longer than the one it knew.
    if (asleep) for (const { process } of before) process.machine.stop()
    host.log.recreate(0)
    const anew = host.start('r-new', { mayHalt: true })
    await site.turns.pass(noticeMs)
    must(anew.replica !== undefined, () => `nobody can begin anew: ${anew.halted?.reason}`)
    for (const { process } of before) process.machine.goOn()
    await site.turns.pass(noticeMs)
    mustHaveHalted(before, ['log_deleted', 'log_end_lost', 'log_replaced'])
  },

  async replica_gone({ host, site, observer }) {
    const { state } = observer
    const [slot] = state.agents.slots()
    if (slot === undefined) return
    const gone = host.start('r-gone', { claims: false })
    await site.turns.pass(noticeMs)
    const agentId = idOf(state.agents.at(slot).id)
    const session = { resumeToken: '', sessionToken: 'gone', replica: 'r-gone', ready: true }
    const value = { pool, agentId, ...session }
    const bytes = Command.encode({ kind: { $case: 'sessionOpened', value } }).finish()
    const opened = host.leader()?.replica?.submit(bytes, { deadlineMs: second }, () => {})
    await site.turns.pass(second)
    if ((await settled(opened)) !== 'done') return
    host.kill(gone)
    await passUptime(site.turns, () => observer.now(), 4 * noticeMs)
    const agent = state.agents.at(slot)
    const held = agent.connected && agent.sessionReplica === 'r-gone'
    must(!held, () => `${agentId} is still connected to a replica that is long gone`)
  },

  async start_cut(stage) {
    const { host, site } = stage
    host.log.cut(0, (host.log.entries(0).at(-1)?.offset ?? 0) + site.chance.int(0, 1))
    host.snapshots.slotsOf(0).clear()
    const fresh = host.start('r-fresh', { mayHalt: true })
    await site.turns.pass(noticeMs)
    must(fresh.replica === undefined, () => 'a replica began in the middle of a log')
    must(fresh.halted?.code === 'log_start_gone', () => {
      return `whose log’s start is gone says ${fresh.halted?.reason ?? 'nothing'}`
    })
  },

  async older_version({ host, site, observer }) {
    const before = observer.now().offset
    if (host.log.entry(0, 0) === undefined) return
    // Whoever has a snapshot needs not decode what led to it.
    host.snapshots.slotsOf(0).clear()
    const old = host.start('r-old', { service: older(host.service), mayHalt: true, claims: false })
    await site.turns.pass(noticeMs)
    must(old.replica?.halted() !== undefined || old.replica === undefined, () => {
      return 'a version goes on past what it does not know'
    })
    must(old.halted?.code === 'record_undecodable', () => {
      return `whoever does not know a command says ${old.halted?.reason ?? 'nothing'}`
    })
    mustGoOn(host, before)
  },

  async mixed_versions(stage) {
    const { host, site, observer } = stage
    const newer = nextLogic(host.service)
    const leader = host.leader()
    must(leader?.replica !== undefined, () => 'nobody leads')
    const refused = settled(leader?.replica?.operations.activateLogic(newer.logic))
    await site.turns.pass(noticeMs)
    must((await refused) !== 'done', () => 'a logic is activated that nobody knows')
    for (const { replicaId } of host.serving()) host.start(replicaId, { service: newer })
    await site.turns.pass(noticeMs)
    for (const process of host.ready()) {
      if (process.replica?.stats().fenced === true) host.kill(process)
    }
    await passUptime(site.turns, () => observer.now(), 3 * noticeMs)
    const activated = settled(host.leader()?.replica?.operations.activateLogic(newer.logic))
    await site.turns.pass(noticeMs)
    const outcome = await activated
    must(outcome === 'done', () => `a logic that all know is not activated: ${outcome}`)
    const old = host.start('r-old', { mayHalt: true, claims: false })
    await site.turns.pass(noticeMs)
    must(old.halted?.code === 'logic_too_new', () => {
      return `whoever does not know the logic says ${old.halted?.reason ?? 'nothing'}`
    })
  },

  async strayed({ host, site, observer }) {
    const from = observer.now().offset
    if (host.log.entry(0, 0) === undefined) return
    host.snapshots.slotsOf(0).clear()
    const strayed = host.start('r-odd', {
      service: straying(host.service),
      mayHalt: true,
      claims: false,
    })
    await site.turns.pass(2 * noticeMs)
    must(strayed.halted?.code === 'replicas_apart', () => {
      return `whoever decides otherwise says ${strayed.halted?.reason ?? 'nothing'}`
    })
    mustGoOn(host, from)
  },

  async foreign_bytes(stage) {
    const { host, site, observer } = stage
    // Where one lives alone, its vote is all that there are.
    if (host.serving().length < 2) host.start('r-d')
    // Until the dead are known to be dead: only who lives has a vote.
    await passUptime(site.turns, () => observer.now(), 3 * noticeMs)
    const before = standing(stage)
    const event = site.streams.entries(skillsStream).at(-1)?.bytes
    const bytes = Buffer.from(site.chance.hex())
    if (event !== undefined && site.chance.happens(0.5)) unreadableEvent(site, event)
    else
      host.log
        .client('foreign')
        .append(0, [bytes])
        .catch(() => {})
    await site.turns.pass(2 * noticeMs)
    mustHaveHalted(before, ['record_undecodable'])
    const offset = before[0]?.process.replica?.operations.status().poison?.offset ?? -1
    const digest = digestOf(host, offset)
    await passOver(stage, before, (replica) => replica.operations.skip(offset, digest, 'foreign'))
    await site.turns.pass(noticeMs)
    mustGoOn(host, offset)
    const again = before.find(({ process }) => process.replica?.halted() !== undefined)
    must(again === undefined, () => `what was skipped halts ${again?.process.name} again`)
  },
}

const skillsStream = 'skills/0'

/** As by a newer version: the id is an event's, and behind it comes what nobody here knows. */
function unreadableEvent(site: Site, event: Uint8Array): void {
  site.tally('unreadable_event')
  site.streams.insert(skillsStream, Uint8Array.of(...event, 0x28, 1))
}

const digestOf = (host: RoutingHost, offset: number): string =>
  createHash('sha256')
    .update(host.log.entry(0, offset)?.bytes ?? '')
    .digest('hex')

const settled = (promise: Promise<void> | undefined): Promise<string> =>
  promise === undefined
    ? Promise.resolve('nobody leads')
    : promise.then(
        () => 'done',
        (error: unknown) => String(error),
      )

interface Standing {
  readonly process: Process<RoutingState>
  readonly at: Moment | undefined
}

/** From now on whoever halts is in the right, and nobody watches but us. */
function standing({ site, host, observer }: Stage): Standing[] {
  observer.leave()
  for (const reader of Object.values(platform)) site.streams.crash(reader)
  host.expectHalts()
  return host.serving().map((process) => ({ process, at: process.replica?.now() }))
}

function mustHaveHalted(all: readonly Standing[], codes: readonly string[]): void {
  for (const { process } of all) {
    const { name, halted } = process
    must(halted !== undefined, () => `${name} goes on as if nothing were`)
    const { code, reason } = halted ?? {}
    must(codes.includes(code ?? ''), () => `${name} has halted as ${code}: ${reason}`)
    must(process.replica?.stats().leading === false, () => `${name} has halted and leads`)
  }
}

/** One by one they say that it is to be skipped; not before most have is it passed over. */
async function passOver(
  { site }: Stage,
  all: readonly Standing[],
  skip: (replica: RunningReplica<RoutingState>) => Promise<void>,
): Promise<void> {
  const stuck = () => all.filter(({ process }) => process.replica?.halted() !== undefined)
  const needed = Math.floor(all.length / 2) + 1
  for (const [given, { process }] of all.slice(0, needed).entries()) {
    must(stuck().length === all.length, () => `${given} of ${needed} votes were enough`)
    const said = process.replica && settled(skip(process.replica))
    await site.turns.pass(noticeMs)
    must((await said) === 'done', () => `${process.name} can't say that it is to be skipped`)
  }
  const [still] = stuck()
  must(still === undefined, () => `${needed} have said so, and ${still?.process.name} stands still`)
}

/** The others are none the wiser. */
function mustGoOn(host: RoutingHost, from: number): void {
  must((host.log.entries(0).at(-1)?.offset ?? 0) > from + 1, () => 'the log stands still')
  for (const { name, halted, mayHalt } of host.processes) {
    must(mayHalt || halted === undefined, () => `${name} has halted with it: ${halted?.reason}`)
  }
}

/** Understands the next logic, which decides as this one does. */
export const nextLogic = (service: Routing): Routing => ({ ...service, logic: service.logic + 1 })

/** Knows all but one kind of command. */
function older(service: Routing): Routing {
  const { codec } = service
  return {
    ...service,
    codec: {
      ...codec,
      decodeCommand(bytes) {
        const command = codec.decodeCommand(bytes)
        if (command.kind === 'putQueue') throw new Undecodable('an unknown kind of command')
        return command
      },
    },
  }
}

/** Answers one kind of command otherwise than everybody else. */
function straying(service: Routing): Routing {
  const { core } = service
  return {
    ...service,
    core: {
      ...core,
      apply(state, command, at) {
        const outcome = core.apply(state, command, at)
        if (!outcome.ok || command.kind !== 'putQueue') return outcome
        return { ...outcome, ref: `${outcome.ref}?` }
      },
    },
  }
}

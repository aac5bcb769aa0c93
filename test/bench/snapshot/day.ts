import { strict as assert } from 'node:assert'
import type { Entry } from '@evenkeel/chassis/log'
import { Partition, TRIM_MAX, type ServiceCore } from '@evenkeel/chassis/protocol'
import { decodeRecord, encodeEnvelope, encodeRecord } from '@evenkeel/chassis/replica'
import { Command as Wire } from '@evenkeel/proto/evenkeel/routing/log/v1/command'
import * as agents from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import * as contacts from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { routing } from '@evenkeel/routing'
import type { Command, RoutingEvent, RoutingState } from '@evenkeel/routing/core'
import { Load } from '../core/load.ts'
import { planOf, type Size } from '../core/plan.ts'
import { Random } from '../core/random.ts'
import { tell } from '../core/routing.ts'
import { COMMANDS_PER_TICK } from './built.ts'

type Service = ServiceCore<RoutingState, Command, RoutingEvent>
type Replica = Partition<RoutingState, Command, RoutingEvent>
type Draft = Parameters<typeof encodeRecord>[0]['body']

const SEED = 20_260_105
const incarnation = 'be'.repeat(8)

/** No tag of a message: what follows is the place of a command that other services bring about. */
const ASIDE = 0

/**
 * A day's log, byte for byte as replicas write it: commands, a tick before every sixteenth, what
 * was published, slices of work.
 */
export class Day {
  readonly entries: Entry[] = []
  /** Of the entry with which the day goes its way: all agents there, all contacts open. */
  readonly began: number
  commands = 0
  readonly #aside: Command[] = []
  readonly #load: Load
  readonly #core: Replica
  #sequence = 0

  constructor(size: Size, commands: number) {
    this.#load = new Load(planOf('mix', size, new Random(SEED)), 'mix', size, new Random(SEED + 1))
    this.#core = partitionOf({
      ...this.service,
      codec: {
        ...this.service.codec,
        encodeEvent: (event) => {
          tell(this.#load, event)
          return routing.codec.encodeEvent(event)
        },
      },
    })
    this.#put({ kind: 'genesis', incarnation, partitions: 1, service: routing.name })
    this.#put({ kind: 'join', bootNonce: incarnation, supportedLogic: 1 })
    for (const command of this.#load.setUp()) this.#command(command)
    for (let next = this.#load.fill(); next !== undefined; next = this.#load.fill()) {
      this.#command(next)
    }
    this.began = this.entries.length
    this.commands = 0
    while (this.commands < commands) this.#command(this.#load.next())
  }

  /** Reads the log's bytes as routing does. */
  get service(): Service {
    const decodeCommand = (bytes: Uint8Array): Command => {
      if (bytes[0] !== ASIDE) return routing.codec.decodeCommand(bytes)
      const command = this.#aside[Buffer.from(bytes).readUInt32BE(1)]
      if (command === undefined) throw new Error('nothing was put aside there')
      return command
    }
    return { ...routing, codec: { ...routing.codec, decodeCommand } }
  }

  #command(command: Command): void {
    if (this.commands % COMMANDS_PER_TICK === 0) this.#tick()
    this.commands += 1
    this.#put({ kind: 'command', bytes: this.#bytesOf(command) })
  }

  #tick(): void {
    const { offset } = this.#core
    this.#put({ kind: 'tick', incarnation, offset, chain: this.#core.chain() })
    const { first, next } = this.#core.outbox.range()
    if (next > first) {
      this.#put({ kind: 'published', through: Math.min(next, first + TRIM_MAX) - 1 })
    }
    while (this.#core.unfinished()) this.#put({ kind: 'continue' })
  }

  #put(body: Draft): void {
    const offset = this.entries.length
    const counted = body.kind !== 'genesis' && body.kind !== 'join'
    const bytes = encodeRecord({
      replica: body.kind === 'genesis' ? '' : 'bench',
      epoch: counted ? 1 : 0,
      sequence: counted ? ++this.#sequence : 0,
      notAfterMs: 0,
      clockMs: this.#load.time,
      body,
    })
    const entry = { offset, timestampMs: this.#load.time, bytes: Uint8Array.from(bytes) }
    this.entries.push(entry)
    take(this.#core, this.service, entry)
  }

  #bytesOf(command: Command): Uint8Array {
    const kind = wireOf(command)
    if (kind !== undefined) return Wire.encode({ kind }).finish()
    const bytes = Buffer.alloc(5, ASIDE)
    bytes.writeUInt32BE(this.#aside.push(command) - 1, 1)
    return bytes
  }
}

export function partitionOf(service: Service): Replica {
  return new Partition({ service, partition: 0, partitions: 1, envelope: encodeEnvelope })
}

/** As the runner does, where nobody waits. */
export function take(core: Replica, service: Service, entry: Entry): void {
  const verdict = core.apply(decodeRecord(entry.bytes, service), entry)
  core.db.settle()
  if (verdict.kind !== 'applied') assert.fail(`${entry.offset}: ${JSON.stringify(verdict)}`)
}

/** What platforms and desks send; undefined for the rest, which is how the day is set up. */
function wireOf(command: Command): Wire['kind'] {
  switch (command.kind) {
    case 'submitContact':
      return { $case: command.kind, value: submission(command) }
    case 'reportMedia': {
      const { pool, contactId } = command
      const status = contacts.MediaStatus.MEDIA_STATUS_ANSWERED
      const value = contacts.ReportMediaRequest.fromPartial({ pool, contactId, status })
      return { $case: command.kind, value }
    }
    case 'setPresence': {
      const { pool, agentId, reason } = command
      const { PRESENCE_READY, PRESENCE_PAUSED } = agents.Presence
      const presence = command.presence === 'ready' ? PRESENCE_READY : PRESENCE_PAUSED
      const value = agents.SetPresenceRequest.fromPartial({ pool, agentId, presence, reason })
      return { $case: command.kind, value }
    }
    case 'acceptOffer': {
      const { pool, agentId, offerId } = command
      const value = agents.AcceptOfferRequest.fromPartial({ pool, agentId, offerId })
      return { $case: command.kind, value }
    }
    case 'completeContact': {
      const { pool, agentId, contactId } = command
      const value = contacts.CompleteContactRequest.fromPartial({ pool, agentId, contactId })
      return { $case: command.kind, value }
    }
    case 'abandonContact': {
      const { pool, contactId } = command
      const value = contacts.AbandonContactRequest.fromPartial({ pool, contactId })
      return { $case: command.kind, value }
    }
    default:
      return undefined
  }
}

function submission(command: Extract<Command, { kind: 'submitContact' }>) {
  const { pool, contactId, queueId, customerKey, conversationId } = command
  return contacts.SubmitContactRequest.fromPartial({
    pool,
    contactId,
    queueId,
    customerKey,
    conversationId,
    requirements: command.requirements.map(({ skillId, minimumLevel }) => {
      return { skillId, minimumLevel }
    }),
    addressKey: command.addressKey.replaceAll(' ', ''),
    attributes: Buffer.from(command.attributes),
  })
}

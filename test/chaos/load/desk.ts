import type { ClientDuplexStream } from '@grpc/grpc-js'
import type { Random } from 'evenkeel/day/random.ts'
import { backoffMs, type Refusal, refusalOf, refusalOfAnswer } from 'evenkeel/platform/refusal.ts'
import { duration } from 'evenkeel/platform/wire.ts'
import {
  type AgentSessionRequest,
  type AgentSessionResponse,
  type CommandResult,
  Presence,
} from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { type Contact, ContactState, type Offer } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import type { Book, Deed } from '../book/book.ts'
import { codeOf } from './calls.ts'
import type { Traits } from './case.ts'
import { PEOPLE } from './plan.ts'
import type { Turn } from './targets.ts'

type Command = NonNullable<AgentSessionRequest['command']>
type Session = ClientDuplexStream<AgentSessionRequest, AgentSessionResponse>

interface Asked {
  readonly command: Command
  /** What it means when it is answered well. */
  readonly deed: Deed | undefined
  attempts: number
  sentAt: number
}

const PING_MS = 1_000
/** A command without an answer for so long: the line is dead, whatever it says. */
const DEAD_MS = 3_000
const OPEN = 'open'

export interface DeskWorld {
  readonly book: Book
  readonly pool: string
  readonly agentId: string
  readonly level: number
  readonly turn: Turn
  readonly random: Random
  traits(contactId: string): Traits | undefined
}

/** An agent at a desk: one session, resumed by its token wherever a replica answers. */
export class Desk {
  readonly #world: DeskWorld
  readonly #asked = new Map<string, Asked>()
  /** By contact: the state of which the agent has taken note. */
  readonly #tasks = new Map<string, string>()
  readonly #offers = new Set<string>()
  readonly #timer: NodeJS.Timeout
  #stream: Session | undefined
  #token = ''
  #sent = 0
  #failures = 0
  #closed = false
  /** The session is open now. */
  seated = false

  constructor(world: DeskWorld) {
    this.#world = world
    this.#timer = setInterval(() => this.#look(), PING_MS)
    this.#open()
  }

  close(): void {
    this.#closed = true
    clearInterval(this.#timer)
    this.#stream?.cancel()
  }

  #open(): void {
    if (this.#closed) return
    const { turn, pool, agentId } = this.#world
    const stream = turn.clients.agents.agentSession()
    this.#stream = stream
    stream.on('data', (message: AgentSessionResponse) => {
      if (this.#stream === stream) this.#take(message)
    })
    stream.on('error', (error) => this.#broken(stream, refusalOf(error)))
    stream.on('end', () => this.#broken(stream, undefined))
    const value = { pool, agentId, sessionToken: this.#token, ready: true }
    const command = { $case: 'open', value } as const
    this.#asked.set(OPEN, { command, deed: undefined, attempts: 1, sentAt: performance.now() })
    stream.write({ requestId: OPEN, command })
  }

  /**
   * What had no answer is not sent again: the desk is told anew what is open, and goes on from
   * there.
   */
  #broken(stream: Session, refusal: Refusal | undefined): void {
    if (this.#stream !== stream) return
    this.#stream = undefined
    this.seated = false
    this.#asked.clear()
    this.#tasks.clear()
    this.#offers.clear()
    if (this.#closed) return
    if (refusal !== undefined) this.#refused(refusal, 0)
    this.#failures += 1
    this.#world.book.repeated += 1
    this.#world.turn.next()
    setTimeout(() => this.#open(), backoffMs(this.#failures))
  }

  #refused(refusal: Refusal, tookMs: number): void {
    const { retryable } = refusal
    this.#world.book.refuse({ code: codeOf(refusal), message: refusal.message, retryable, tookMs })
    // A session that nobody knows any more can't be resumed: the agent signs in anew.
    if (refusal.code === 'SESSION_UNKNOWN') this.#token = ''
  }

  #look(): void {
    const oldest = this.#asked.values().next().value
    if (oldest !== undefined && performance.now() - oldest.sentAt > DEAD_MS) this.#stream?.cancel()
    else if (this.seated) this.#send({ $case: 'ping', value: {} })
  }

  #send(command: Command, deed?: Deed): void {
    if (this.#stream === undefined) return
    this.#sent += 1
    const requestId = String(this.#sent)
    this.#asked.set(requestId, { command, deed, attempts: 1, sentAt: performance.now() })
    this.#stream.write({ requestId, command })
  }

  #take({ event }: AgentSessionResponse): void {
    switch (event?.$case) {
      case 'opened':
        this.#asked.delete(OPEN)
        this.#failures = 0
        this.#token = event.value.sessionToken
        this.seated = true
        return this.#self(event.value.agent?.presence)
      case 'result':
        return this.#answer(event.value)
      case 'offer':
        return this.#consider(event.value)
      case 'offerClosed':
        this.#offers.delete(event.value.offerId)
        return
      case 'contact':
        return this.#work(event.value)
      case 'agent':
        return this.#self(event.value.presence)
      case undefined:
        return
    }
  }

  #answer({ requestId, error }: CommandResult): void {
    const asked = this.#asked.get(requestId)
    if (asked === undefined) return
    this.#asked.delete(requestId)
    const { book, pool } = this.#world
    if (error === undefined) {
      if (asked.deed !== undefined) book.acknowledge(pool, asked.deed)
      return
    }
    const refusal = refusalOfAnswer(error)
    this.#refused(refusal, performance.now() - asked.sentAt)
    if (requestId === OPEN) {
      this.#stream?.cancel()
      return
    }
    if (refusal.retryable) this.#again(requestId, asked, refusal)
  }

  #again(requestId: string, asked: Asked, refusal: Refusal): void {
    const stream = this.#stream
    asked.attempts += 1
    this.#world.book.repeated += 1
    setTimeout(
      () => {
        if (stream === undefined || this.#stream !== stream) return
        asked.sentAt = performance.now()
        this.#asked.set(requestId, asked)
        stream.write({ requestId, command: asked.command })
      },
      backoffMs(asked.attempts, refusal.retryAfterMs),
    )
  }

  #consider({ offerId, contact }: Offer): void {
    if (this.#offers.has(offerId)) return
    this.#offers.add(offerId)
    const { book, pool, agentId, level, random } = this.#world
    const contactId = contact?.contactId ?? ''
    book.offer({ pool, contactId, offerId, agentId })
    const needed = Math.max(0, ...(contact?.requirements ?? []).map((one) => one.minimumLevel))
    if (needed > level) {
      book.violation(`${pool}: ${contactId} needs level ${needed}, ${agentId} has ${level}`)
    }
    const offer = { id: offerId, by: agentId }
    const mood = random.unit()
    if (mood < PEOPLE.misses) return
    this.#after(random.between(...PEOPLE.thinkMs), () => {
      if (!this.#offers.has(offerId)) return
      if (mood < PEOPLE.misses + PEOPLE.declines) {
        const value = { pool, agentId, offerId, retryAfter: duration(1_000) }
        this.#send({ $case: 'declineOffer', value }, { kind: 'declined', contactId, offer })
        return
      }
      const value = { pool, agentId, offerId }
      this.#send({ $case: 'acceptOffer', value }, { kind: 'accepted', contactId, offer })
    })
  }

  /** A contact has changed: is there anything to be done with it? */
  #work(contact: Contact): void {
    const { contactId, state, agentId } = contact
    if (agentId !== this.#world.agentId) {
      this.#tasks.delete(contactId)
      return
    }
    const noted = `${state} ${contact.stateSince?.seconds}.${contact.stateSince?.nanos}`
    if (this.#tasks.get(contactId) === noted) return
    this.#tasks.set(contactId, noted)
    const { random } = this.#world
    const traits = this.#world.traits(contactId)
    if (state === ContactState.CONTACT_STATE_WRAP_UP) {
      this.#after(random.between(...PEOPLE.wrapUpMs), () => this.#complete(contactId))
    } else if (state === ContactState.CONTACT_STATE_CONNECTED && !traits?.mediaEnds) {
      this.#after(traits?.talkMs ?? 0, () => this.#complete(contactId))
    }
  }

  #complete(contactId: string): void {
    const { pool, agentId } = this.#world
    const state = ContactState.CONTACT_STATE_COMPLETED
    const command = { $case: 'completeContact', value: { pool, contactId, agentId } } as const
    this.#send(command, { kind: 'ended', contactId, state })
  }

  /** Unless the line breaks meanwhile. */
  #after(ms: number, act: () => void): void {
    const stream = this.#stream
    setTimeout(() => {
      if (this.#stream === stream) act()
    }, ms)
  }

  /** Paused by the system (an offer missed, a line cut for long): ready again. */
  #self(presence: Presence | undefined): void {
    if (presence === Presence.PRESENCE_READY) return
    const { pool, agentId } = this.#world
    const value = { pool, agentId, presence: Presence.PRESENCE_READY, reason: '' }
    this.#after(100, () => this.#send({ $case: 'setPresence', value }))
  }
}

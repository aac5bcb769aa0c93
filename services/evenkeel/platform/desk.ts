import type { ClientDuplexStream, ServiceError } from '@grpc/grpc-js'
import {
  type Agent,
  type AgentServiceClient,
  type AgentSessionRequest,
  type AgentSessionResponse,
  type CommandResult,
  Presence,
  type SessionOpened,
} from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { type Contact, ContactState, type Offer } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import type { AgentPlan, Span } from '../day/day.ts'
import { MINUTE, SECOND } from '../day/day.ts'
import type { Random } from '../day/random.ts'
import type { Ledger } from './ledger.ts'
import { backoffMs, type Refusal, refusalOf, refusalOfAnswer } from './refusal.ts'
import type { Cancel, Scheduler } from './scheduler.ts'
import { timeMs } from './wire.ts'

type DeskCommand = NonNullable<AgentSessionRequest['command']>
type Session = ClientDuplexStream<AgentSessionRequest, AgentSessionResponse>

interface Asked {
  readonly command: DeskCommand
  readonly answered: (refusal: Refusal | undefined) => void
  attempts: number
  readonly askedAt: number
}

/** Share of offers that an agent turns down, and share that goes unnoticed until it expires. */
const DECLINES = 0.004
const MISSES = 0.002
/** An agent with a full desk who is due to leave looks again after this. */
const STAY_MS = MINUTE
/** Request id of a stream's first message. */
const OPEN = 'open'

/** States in which a contact is an agent's. */
const WITH_AGENT: ReadonlySet<ContactState> = new Set([
  ContactState.CONTACT_STATE_CONNECTING,
  ContactState.CONTACT_STATE_CONNECTED,
  ContactState.CONTACT_STATE_WRAP_UP,
  ContactState.CONTACT_STATE_DIALLING,
  ContactState.CONTACT_STATE_HELD,
])

export interface Work {
  readonly talkMs: number
  readonly wrapUpMs: number
  readonly alone: boolean
}

export interface DeskWorld {
  readonly pool: string
  readonly scheduler: Scheduler
  readonly ledger: Ledger
  readonly client: AgentServiceClient
  readonly random: Random
  /**
   * How long the agent works on this contact, and writes it up; `alone`: no customer is there to
   * end it.
   */
  workOn(contact: Contact): Work
  /** When the agent is gone without a word. */
  readonly vanishes: readonly Span[]
  vanished(): void
  /** As the watch told it last. */
  latest(contactId: string): Contact | undefined
  /** Whether there may be work for agents whose shift is over. */
  needed(): boolean
  accepted(agent: AgentPlan, offer: Offer): void
}

/**
 * An agent and the desk: signs in for the shift, takes breaks, answers offers, completes what is
 * done.
 */
export class Desk {
  readonly plan: AgentPlan
  readonly #world: DeskWorld
  readonly #asked = new Map<string, Asked>()
  readonly #offers = new Map<string, Cancel>()
  /** By contact: the state of which the agent has taken note, and what is due in it. */
  readonly #tasks = new Map<string, { readonly key: string; readonly cancel: Cancel }>()
  #stream: Session | undefined
  #token = ''
  #sent = 0
  #failures = 0
  #away: string | undefined
  #leaving = false
  #closed = false
  #gone = false
  #backToWork: Cancel = () => {}
  presence: Presence = Presence.PRESENCE_SIGNED_OUT
  /** Commands answered so far, for the rate shown. */
  answered = 0

  constructor(plan: AgentPlan, world: DeskWorld) {
    this.plan = plan
    this.#world = world
    const { scheduler } = world
    scheduler.at(plan.shift.fromMs, () => this.#comeIn())
    scheduler.at(plan.shift.untilMs, () => this.#leave())
    for (const away of world.vanishes) {
      scheduler.at(away.fromMs, () => this.#vanish())
      scheduler.at(away.untilMs, () => this.#reappear())
    }
    for (const pause of plan.breaks) {
      scheduler.at(pause.fromMs, () => this.#goAway(pause.reason))
      scheduler.at(pause.untilMs, () => this.#comeBack())
    }
  }

  close(): void {
    this.#closed = true
    this.#backToWork()
    this.#stream?.end()
  }

  /** When the oldest command without an answer was sent, by the day's clock. */
  waitingSince(): number | undefined {
    return this.#asked.values().next().value?.askedAt
  }

  /** The line is cut and nothing is said; the server has to find out. */
  #vanish(): void {
    if (this.#stream === undefined) return
    this.#gone = true
    this.#world.vanished()
    this.#stream.cancel()
  }

  #reappear(): void {
    if (!this.#gone) return
    this.#gone = false
    this.#open()
  }

  #comeIn(): void {
    if (this.#world.scheduler.now() >= this.plan.shift.untilMs && !this.#world.needed()) return
    this.#open()
  }

  #goAway(reason: string): void {
    if (this.#leaving) return
    this.#away = reason
    this.#setPresence(Presence.PRESENCE_PAUSED, reason)
  }

  #comeBack(): void {
    this.#away = undefined
    if (!this.#leaving) this.#setPresence(Presence.PRESENCE_READY, '')
  }

  /** Nobody leaves the last customers of the day alone. */
  #leave(): void {
    if (this.#world.needed()) {
      this.#world.scheduler.after(STAY_MS, () => this.#leave())
      return
    }
    this.#leaving = true
    this.#setPresence(Presence.PRESENCE_DRAINING, '')
  }

  #setPresence(presence: Presence, reason: string): void {
    const { pool } = this.#world
    const value = { pool, agentId: this.plan.agentId, presence, reason }
    this.#send({ $case: 'setPresence', value })
  }

  #open(): void {
    if (this.#closed || this.#gone || this.#stream !== undefined) return
    const stream = this.#world.client.agentSession()
    this.#stream = stream
    stream.on('data', (message: AgentSessionResponse) => this.#take(message))
    stream.on('error', (error: ServiceError) => {
      const refusal = refusalOf(error)
      // Of a stream that another has followed it says nothing about the desk.
      if (this.#stream === stream && refusal.code !== '' && !refusal.retryable) this.#token = ''
      this.#broken(stream)
    })
    stream.on('end', () => this.#broken(stream))
    const ready = this.#away === undefined && !this.#leaving
    const { pool } = this.#world
    const value = { pool, agentId: this.plan.agentId, sessionToken: this.#token, ready }
    stream.write({ requestId: OPEN, command: { $case: 'open', value } })
  }

  /**
   * Unanswered commands are not sent again: the desk is told anew what is open and goes on from
   * there.
   */
  #broken(stream: Session): void {
    if (this.#stream !== stream || this.#closed) return
    this.#stream = undefined
    this.#asked.clear()
    for (const cancel of this.#offers.values()) cancel()
    this.#offers.clear()
    if (this.#leaving && this.presence === Presence.PRESENCE_SIGNED_OUT) return
    this.#failures += 1
    setTimeout(() => this.#open(), backoffMs(this.#failures))
  }

  #send(command: DeskCommand, answered: Asked['answered'] = () => {}): void {
    if (this.#stream === undefined) return
    this.#sent += 1
    const requestId = String(this.#sent)
    this.#asked.set(requestId, {
      command,
      answered,
      attempts: 0,
      askedAt: this.#world.scheduler.now(),
    })
    this.#stream.write({ requestId, command })
  }

  #take(message: AgentSessionResponse): void {
    switch (message.event?.$case) {
      case 'opened':
        return this.#opened(message.event.value)
      case 'result':
        return this.#answer(message.event.value)
      case 'offer':
        return this.#consider(message.event.value)
      case 'offerClosed':
        return this.#forget(message.event.value.offerId)
      case 'contact':
        return this.contact(message.event.value)
      case 'agent':
        return this.#self(message.event.value)
      case undefined:
        return
    }
  }

  #opened(opened: SessionOpened): void {
    this.#failures = 0
    this.#token = opened.sessionToken
    const agent = opened.agent
    if (agent === undefined) return
    const work = agent.work.filter((one) => one.state !== ContactState.CONTACT_STATE_OFFERED)
    const contactIds = new Set(work.map((one) => one.contactId))
    this.#world.ledger.resynchronised(this.plan.agentId, contactIds)
    // What fell due while the line was cut was never sent, or its answer never came.
    for (const { cancel } of this.#tasks.values()) cancel()
    this.#tasks.clear()
    for (const contactId of contactIds) {
      const contact = this.#world.latest(contactId)
      if (contact !== undefined) this.contact(contact)
    }
    this.#self(agent)
    const wanted = this.#wanted()
    if (agent.presence !== wanted) this.#setPresence(wanted, this.#away ?? '')
  }

  #wanted(): Presence {
    if (this.#leaving) return Presence.PRESENCE_DRAINING
    return this.#away === undefined ? Presence.PRESENCE_READY : Presence.PRESENCE_PAUSED
  }

  #answer({ requestId, error }: CommandResult): void {
    const refusal = error === undefined ? undefined : refusalOfAnswer(error)
    if (requestId === OPEN) {
      // A session that the server does not know any more can't be resumed; the agent signs in anew.
      if (refusal !== undefined && !refusal.retryable) this.#token = ''
      if (refusal !== undefined) this.#stream?.cancel()
      return
    }
    const asked = this.#asked.get(requestId)
    if (asked === undefined) return
    if (refusal?.retryable && this.#stream !== undefined) {
      const { command } = asked
      asked.attempts += 1
      const pause = backoffMs(asked.attempts, refusal.retryAfterMs)
      setTimeout(() => this.#stream?.write({ requestId, command }), pause)
      return
    }
    this.#asked.delete(requestId)
    this.answered += 1
    asked.answered(refusal)
  }

  /** Takes an offer after a moment, as people do; now and then turns it down or does not see it. */
  #consider(offer: Offer): void {
    if (this.#offers.has(offer.offerId)) return
    const { scheduler, ledger, random, pool } = this.#world
    ledger.offered(this.plan.agentId, offer)
    const { offerId } = offer
    const agentId = this.plan.agentId
    const mood = random.unit()
    const thinking = random.between(1, 4) * SECOND
    const decide = () => {
      if (mood < DECLINES) {
        const value = { pool, agentId, offerId, retryAfter: undefined }
        this.#send({ $case: 'declineOffer', value })
        return
      }
      this.#send({ $case: 'acceptOffer', value: { pool, agentId, offerId } }, (refusal) => {
        if (refusal === undefined) this.#has(offer)
      })
    }
    const missed = mood >= DECLINES && mood < DECLINES + MISSES
    this.#offers.set(offerId, missed ? () => {} : scheduler.after(thinking, decide))
  }

  #has(offer: Offer): void {
    this.#offers.delete(offer.offerId)
    this.#world.accepted(this.plan, offer)
  }

  #forget(offerId: string): void {
    this.#offers.get(offerId)?.()
    this.#offers.delete(offerId)
  }

  /** A contact has changed: what is there to be done with it, if it is ours? */
  contact(contact: Contact): void {
    const { contactId, version } = contact
    const agentId = this.plan.agentId
    if (contact.agentId !== agentId || !WITH_AGENT.has(contact.state)) {
      this.#world.ledger.released(agentId, contactId, version)
      this.#tasks.get(contactId)?.cancel()
      this.#tasks.delete(contactId)
      return
    }
    this.#world.ledger.assigned(agentId, contact)
    const key = `${contact.state} ${timeMs(contact.stateSince)}`
    const former = this.#tasks.get(contactId)
    if (former?.key === key) return
    former?.cancel()
    this.#tasks.set(contactId, { key, cancel: this.#due(contact) })
  }

  #due(contact: Contact): Cancel {
    const { scheduler, pool } = this.#world
    const work = this.#world.workOn(contact)
    const since = timeMs(contact.stateSince) ?? scheduler.now()
    const value = { pool, contactId: contact.contactId, agentId: this.plan.agentId }
    const complete = () => this.#send({ $case: 'completeContact', value })
    if (contact.state === ContactState.CONTACT_STATE_WRAP_UP) {
      return scheduler.at(since + work.wrapUpMs, complete)
    }
    if (contact.state === ContactState.CONTACT_STATE_CONNECTED && work.alone) {
      return scheduler.at(since + work.talkMs, complete)
    }
    return () => {}
  }

  /** Paused by the system (an offer missed, a cut line): the agent notices and is ready again. */
  #self(agent: Agent): void {
    this.presence = agent.presence
    this.#backToWork()
    if (agent.load > 100) {
      this.#world.ledger.violation(`${agent.agentId} has a load of ${agent.load}, says the server`)
    }
    const astray = agent.presence === Presence.PRESENCE_PAUSED && this.#away === undefined
    if (!astray || this.#leaving) return
    const pause = this.#world.random.between(5, 20) * SECOND
    this.#backToWork = this.#world.scheduler.after(pause, () => {
      if (this.#away === undefined && !this.#leaving) {
        this.#setPresence(Presence.PRESENCE_READY, '')
      }
    })
  }
}

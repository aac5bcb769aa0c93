import {
  GetAdherenceRequest,
  type TeamAdherence,
} from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { type Contact, ContactState } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import {
  type GetPoolHealthResponse,
  GetQueueStatsRequest,
  type QueueStats,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import type { Arrival, Day } from '../day/day.ts'
import { SECOND } from '../day/day.ts'
import { Random } from '../day/random.ts'
import { type Case, openCase } from './case.ts'
import { Connection, once, persistently, type Site } from './connection.ts'
import { ContactLine } from './contact-line.ts'
import { Customers, tooLate } from './customers.ts'
import { Desk } from './desk.ts'
import { Floor } from './floor.ts'
import { Ledger } from './ledger.ts'
import type { PlatformClock } from './platform-clock.ts'
import { Refusal } from './refusal.ts'
import { Scheduler } from './scheduler.ts'
import { SERVE_OUT_MS, setUp } from './setup.ts'
import { callbackStory, takenStory } from './stories.ts'
import { answersAlone, Dialler, Media } from './switch.ts'
import { Troubles } from './troubles.ts'
import { timeMs } from './wire.ts'
import { type Watch, watchContacts, watchQueues } from './watch.ts'

/**
 * Arrivals from this far back are submitted again when a day goes on: what was under way then is
 * known by then.
 */
const RESUBMIT_MS = 5 * 60 * SECOND
/** Log time between looks at whether the day is over. */
const LOOK_MS = 20 * SECOND
/** Real time between two pictures of a queue. */
const QUEUES_MS = 250
/** Notable events kept for the view. */
const STORIES_MOST = 50

export interface PlatformOptions {
  readonly site: Site
  readonly day: Day
  readonly clock: PlatformClock
  readonly seed: number
}

/** The size of the log, and how the pool keeps to its roster. */
export interface Look {
  readonly health: GetPoolHealthResponse
  readonly adherence: TeamAdherence | undefined
}

/** What the platform asks the server for its report, all at one time. */
export interface ServerFigures {
  readonly queues: readonly QueueStats[]
  readonly health: GetPoolHealthResponse
}

export interface Story {
  readonly atMs: number
  readonly text: string
}

/**
 * A contact platform in a box: customers, a switch with two diallers, agents at their desks. It
 * knows Evenkeel by its public API only, survives its crashes, and keeps a ledger of all that was
 * acknowledged.
 */
export class Platform {
  readonly day: Day
  readonly ledger: Ledger
  readonly scheduler: Scheduler
  readonly stories: Story[] = []
  readonly desks: Desk[] = []
  /** Newest figures told by the server, by queue. */
  readonly queues = new Map<string, QueueStats>()
  /** Contacts were accepted before this process began: its ledger is not the whole day's. */
  continued = false
  readonly #options: PlatformOptions
  readonly #connection: Connection
  readonly #cases = new Map<string, Case>()
  readonly #arrivals: ReadonlyMap<string, Arrival>
  readonly #channels: ReadonlyMap<string, Case['channel']>
  readonly #watches: Watch[] = []
  readonly #line: ContactLine
  readonly #customers: Customers
  readonly #media: Media
  readonly troubles: Troubles
  /** How the day drifts and who is moved; undefined: it has not begun. */
  floor: Floor | undefined
  readonly #diallers: readonly Dialler[]
  #nextArrival = 0
  #submitting = 0
  #came = false
  #over: () => void = () => {}
  #fail: (error: unknown) => void = () => {}
  /**
   * Resolves when arrivals have ended and nothing is open; rejects when the platform can't go on.
   */
  readonly done: Promise<void>

  constructor(options: PlatformOptions) {
    const { day, clock, seed, site } = options
    this.#options = options
    this.day = day
    this.scheduler = new Scheduler(clock)
    this.ledger = new Ledger(day)
    clock.waitFor(() => this.#waitingSince())
    this.#connection = new Connection(site)
    this.#line = new ContactLine(this.#connection.contacts, this.#connection.routing, clock)
    this.#arrivals = new Map(day.arrivals.map((arrival) => [arrival.contactId, arrival]))
    this.#channels = new Map(day.queues.map((queue) => [queue.queueId, queue.channel]))
    this.done = new Promise((resolve, reject) => {
      this.#over = resolve
      this.#fail = reject
    })
    // Whoever awaits `done` gets the error; nobody has to.
    this.done.catch(() => {})
    const { pool } = day
    const world = {
      pool,
      scheduler: this.scheduler,
      ledger: this.ledger,
      line: this.#line,
      failed: (error: unknown) => this.#failed(error),
      told: (text: string) => this.#tell(text),
    }
    this.#customers = new Customers({
      ...world,
      random: new Random(seed, 'customers'),
      arrive: (arrival) => this.#arrive(arrival),
      metCallback: (call, contact) => this.#metCallback(call, contact),
    })
    this.troubles = new Troubles({
      ...world,
      day,
      operations: this.#connection.operations,
      random: new Random(seed, 'crashes'),
      customers: this.#customers,
      cases: () => this.#cases.values(),
    })
    const lines = {
      ...world,
      isGone: (agentId: string) => this.troubles.isGone(agentId),
      isDead: (agentId: string) => this.troubles.isDead(agentId),
      inVain: (what: 'endpointsDead' | 'dialsWithoutAgent') => {
        this.troubles.counts[what] += 1
      },
    }
    this.#media = new Media({ ...lines, random: new Random(seed, 'media') })
    this.#diallers = ['dialler-a', 'dialler-b'].map(
      (claimant) => new Dialler(claimant, { ...lines, random: new Random(seed, claimant) }),
    )
  }

  /**
   * Creates what is missing, learns what is open, and lets the day go on. Resolves when it does.
   */
  async start(): Promise<void> {
    const { day, clock } = this.#options
    clock.set(await this.#logTime())
    await setUp(this.#connection, day)
    const started = Promise.withResolvers<void>()
    const watch = watchContacts(this.#connection.watches, day.pool, {
      contact: (contact) => this.#observe(contact),
      complete: () => {
        clock.go()
        this.scheduler.rearm()
        if (!this.#came) this.#open()
        started.resolve()
      },
      lost: () => this.#lost(),
    })
    this.#watches.push(watch)
    await started.promise
  }

  /**
   * Customers come, agents sit down. What came before now and is not known came while nobody
   * listened.
   */
  #open(): void {
    this.#came = true
    const { day, seed } = this.#options
    const now = this.scheduler.now()
    const first = day.arrivals.findIndex((arrival) => arrival.atMs >= now - RESUBMIT_MS)
    this.#nextArrival = first === -1 ? day.arrivals.length : first
    this.#arriveNext()
    this.#watches.push(
      watchQueues(this.#connection.watches, day.pool, QUEUES_MS, (queues) => {
        for (const queue of queues) this.queues.set(queue.queueId, queue)
      }),
    )
    for (const plan of day.agents) {
      this.desks.push(
        new Desk(plan, {
          pool: day.pool,
          scheduler: this.scheduler,
          ledger: this.ledger,
          client: this.#connection.desk(),
          random: new Random(seed, `desk/${plan.agentId}`),
          workOn: (contact) => this.#workOn(contact),
          vanishes: day.troubles?.vanished.filter((one) => one.agentId === plan.agentId) ?? [],
          vanished: () => {
            this.troubles.counts.agentsVanished += 1
          },
          latest: (contactId) => this.#cases.get(contactId)?.latest,
          needed: () => this.scheduler.now() >= day.untilMs && !this.isOver(),
          accepted: (agent, offer) => {
            const text = takenStory(agent, offer, this.scheduler.now())
            if (text !== undefined) this.#tell(text)
          },
        }),
      )
    }
    const { drift, moves } = this.#connection
    this.floor = new Floor({ day, drift, moves, told: (text) => this.#tell(text) })
    this.#watches.push(this.floor)
    this.troubles.begin()
    this.scheduler.at(day.untilMs, () => this.#look())
    this.scheduler.at(day.untilMs + SERVE_OUT_MS, () => this.#cancelAll())
  }

  #arriveNext(): void {
    const arrival = this.day.arrivals[this.#nextArrival]
    if (arrival === undefined) return
    this.scheduler.at(arrival.atMs, () => {
      this.#nextArrival += 1
      this.#arrive(arrival)
      this.#arriveNext()
    })
  }

  #arrive(arrival: Arrival): void {
    const one = this.#caseOf(arrival)
    this.#submitting += 1
    void this.#customers.submit(one).finally(() => {
      this.#submitting -= 1
    })
  }

  #caseOf(arrival: Arrival): Case {
    const known = this.#cases.get(arrival.contactId)
    if (known !== undefined) return known
    const one = openCase(arrival, this.#channels.get(arrival.queueId) ?? 'voice')
    this.#cases.set(arrival.contactId, one)
    return one
  }

  #observe(contact: Contact): void {
    const one = this.#cases.get(contact.contactId) ?? this.#fromEarlier(contact)
    if (one === undefined) return
    if (one.latest !== undefined && contact.version <= one.latest.version) return
    const before = one.latest
    one.latest = contact
    this.ledger.told(contact)
    const text = callbackStory(before, contact)
    if (text !== undefined) this.#tell(text)
    this.#customers.observe(one, contact)
    this.#media.observe(one, contact)
    for (const dialler of this.#diallers) dialler.observe(one, contact)
  }

  /** A contact of this day that was accepted before this process began. */
  #fromEarlier(contact: Contact): Case | undefined {
    const id = contact.contactId.replace(/(-again)+$/, '')
    const drawn = this.#arrivals.get(id)
    if (drawn === undefined || contact.state === ContactState.CONTACT_STATE_MERGED) return undefined
    this.continued = true
    const arrival = { ...drawn, contactId: contact.contactId }
    this.ledger.acknowledged(arrival, contact)
    const one = this.#caseOf(arrival)
    one.onLineSince = timeMs(contact.enteredAt) ?? arrival.atMs
    return one
  }

  #metCallback(call: Case, contact: Contact): void {
    this.#cases.delete(call.arrival.contactId)
    const one = this.#cases.get(contact.contactId)
    if (one === undefined) return
    this.#tell(`${call.arrival.contactId} meets its callback and keeps its place`)
    this.#customers.resume(one, call.arrival.atMs)
    this.#observe(contact)
  }

  #workOn(contact: Contact) {
    const one = this.#cases.get(contact.contactId)
    if (one === undefined) return { talkMs: 0, wrapUpMs: 0, alone: true }
    const { talkMs, wrapUpMs } = one.arrival
    return { talkMs, wrapUpMs, alone: answersAlone(one) }
  }

  /** Without the server the platform's time stands still: the log's does too. */
  #lost(): void {
    this.#options.clock.pause()
    this.scheduler.rearm()
    void this.#logTime()
      .then((at) => this.#options.clock.set(at))
      .catch((error) => this.#failed(error))
  }

  /** The newest log time; the pool may not be there yet. */
  async #logTime(): Promise<number> {
    const { queues } = this.#connection
    try {
      const { asOf } = await persistently(queues.getPoolHealth.bind(queues), {
        pool: this.day.pool,
      })
      return timeMs(asOf) ?? this.day.fromMs
    } catch (error) {
      if (error instanceof Refusal && error.code === 'POOL_UNKNOWN') return this.day.fromMs
      throw error
    }
  }

  isOver(): boolean {
    const all = this.#nextArrival >= this.day.arrivals.length
    return all && this.#submitting === 0 && this.ledger.open === 0
  }

  #look(): void {
    if (this.isOver()) this.#over()
    else this.scheduler.after(LOOK_MS, () => this.#look())
  }

  #cancelAll(): void {
    const { pool } = this.day
    for (const contactId of this.ledger.openIds()) {
      const value = { pool, contactId, reason: 'the day is over', mayPrecede: false }
      this.#line.send({ $case: 'cancelContact', value }).catch((error) => {
        if (!tooLate(error)) this.#failed(error)
      })
    }
  }

  /** Figures of the server for the report. */
  async figures(): Promise<ServerFigures> {
    const { queues } = this.#connection
    const { pool } = this.day
    const asked = GetQueueStatsRequest.fromPartial({ pool })
    const stats = await persistently(queues.getQueueStats.bind(queues), asked)
    const health = await persistently(queues.getPoolHealth.bind(queues), { pool })
    return { queues: stats.queues, health }
  }

  /** For the view, besides the queues; undefined when the server does not answer now. */
  async look(): Promise<Look | undefined> {
    const { agents, queues } = this.#connection
    const asked = GetAdherenceRequest.fromPartial({ pool: this.day.pool })
    try {
      const health = await once(queues.getPoolHealth.bind(queues), asked)
      const { pool } = await once(agents.getAdherence.bind(agents), asked)
      return { health, adherence: pool }
    } catch (error) {
      if (error instanceof Refusal) return undefined
      throw error
    }
  }

  /** When the oldest command without an answer was sent. */
  #waitingSince(): number | undefined {
    const line = this.#line.waitingSince() ?? Number.POSITIVE_INFINITY
    const oldest = this.desks.reduce(
      (least, desk) => Math.min(least, desk.waitingSince() ?? least),
      line,
    )
    return oldest === Number.POSITIVE_INFINITY ? undefined : oldest
  }

  /** Commands answered so far. */
  answered(): number {
    return this.desks.reduce((sum, desk) => sum + desk.answered, this.#line.answered)
  }

  stop(): void {
    this.scheduler.stop()
    for (const watch of this.#watches) watch.close()
    for (const desk of this.desks) desk.close()
    this.#line.close()
    this.#connection.close()
  }

  #failed(error: unknown): void {
    this.#fail(error)
  }

  #tell(text: string): void {
    this.stories.push({ atMs: this.scheduler.now(), text })
    if (this.stories.length > STORIES_MOST) this.stories.shift()
  }
}

import type { Moment, Outcome, WorkItem } from '@evenkeel/chassis/protocol'
import { routing } from '@evenkeel/routing'
import {
  type CallbackRow,
  type Command,
  type RoutingEvent,
  type RoutingState,
  tombstoneId,
} from '@evenkeel/routing/core'
import { must } from '../failure.ts'
import type { Observer } from '../observer.ts'
import { Calling } from './calling.ts'
import { Doors } from './doors.ts'
import { profileFact, rosterFact } from './facts.ts'
import { Freshness } from './freshness.ts'
import { Ledger } from './ledger.ts'
import { Limits } from './limits.ts'
import { Matching } from './matching.ts'
import { Outlook } from './outlook.ts'
import { Pace } from './pace.ts'
import { Policies } from './policies.ts'
import { Profiles } from './profiles.ts'
import { Bridged, Consumer } from './streams.ts'
import { Yielding } from './yielding.ts'
import { type Audience, FullScan, reporting } from './witness.ts'

/** Ticks between two looks at every deadline; a look at a tick that has done something is extra. */
const deadlineTicks = 16

/** A longer gap between ticks is an outage (architecture: Time). */
const outageMs = 5_000

/** What the world knows better than the log does. */
export interface Outside {
  /** After which log time a record must not be taken, 0: never. */
  readonly notAfter: (offset: number) => number
  /** No more than this can log time have reached. */
  readonly latest: () => number
}

/** Everything that is asked of routing, record by record. */
export class RoutingChecks implements Audience<RoutingState, Command, RoutingEvent> {
  readonly profiles = new Profiles()
  readonly #doors = new Doors()
  readonly calling = new Calling()
  readonly #limits = new Limits(this.profiles)
  readonly ledger = new Ledger(this.profiles, this.#doors)
  readonly consumer = new Consumer('routing/0')
  readonly bridged = new Bridged()
  readonly broken: (sentence: string) => void
  readonly #yielding = new Yielding()
  readonly #matching = new Matching(this.ledger, this.profiles, this.#yielding)
  readonly #pace = new Pace()
  readonly freshness = new Freshness()
  readonly outlook = new Outlook()
  readonly #policies = new Policies()
  readonly #scan = new FullScan<RoutingState, Command, RoutingEvent>(routing.core)
  readonly #acknowledged = new Set<string>()
  #state: RoutingState | undefined
  #events: readonly RoutingEvent[] = []
  #submitted: string | undefined
  #command = false
  #passed = false
  #ticks = 0
  #last: Moment | undefined

  readonly #outside: Outside

  constructor(broken: (sentence: string) => void, outside: Outside) {
    this.broken = broken
    this.#outside = outside
  }

  before(state: RoutingState, at: Moment): void {
    this.#state = state
    this.profiles.before(at.time)
    this.profiles.duty.before(state, at.time)
    this.profiles.attendance.before(state, at.time)
    this.#limits.before(state)
    this.#events = []
    this.#submitted = undefined
    this.#command = false
    this.#passed = false
  }

  decided(command: Command, outcome: Outcome<RoutingEvent>, at: Moment): void {
    this.#command = true
    const notAfter = this.#outside.notAfter(at.offset)
    must(notAfter === 0 || at.time <= notAfter, () => `${command.kind} was taken too late`)
    if (command.kind === 'changeProfile') {
      const levels = command.skills.map((l) => ({ ...l, onTrial: l.provisional === true }))
      this.bridged.arrived(profileFact(command.agentId, levels, command.channels))
      this.profiles.changed(command, at.time)
    }
    if (command.kind === 'removeProfile') {
      this.bridged.arrived(`${command.agentId} is gone`)
      this.profiles.removed(command.agentId)
    }
    if (command.kind === 'changeRoster') this.#rostered(command, outcome, at)
    this.outlook.decided(command, outcome.ok)
    if (!outcome.ok) return
    this.profiles.duty.accepted(command, at.time)
    this.profiles.duty.reviewing(outcome.work ?? [])
    this.#pace.accepted(command)
    this.freshness.accepted(command)
    this.calling.accepted(command)
    if (this.#state) this.#limits.accepted(command, outcome.events, this.#state, at.time)
    this.#doors.accepted(command, outcome.work ?? [], this.#state)
    this.#policies.accepted(command, outcome.events)
    this.profiles.availability.accepted(command, at.time)
    this.profiles.availability.told(outcome.events, this.#state)
    this.#emit(outcome.events, at)
    const taken = outcome.events.some((e) => e.kind === 'contactAccepted')
    if (isSubmission(command) && taken) this.#submitted = contactOf(command)
    if (this.#fellBack(command)) this.ledger.hungUp(contactOf(command))
    this.ledger.accepted(command, outcome.events, at)
    this.#remembered(outcome.events)
  }

  /** Who is at work hears of it by having nothing offered: nobody is signed out, or in. */
  #rostered(
    command: Extract<Command, { kind: 'changeRoster' }>,
    outcome: Outcome<RoutingEvent>,
    at: Moment,
  ): void {
    const { agentId, spans } = command
    this.bridged.arrived(rosterFact(agentId, spans))
    if (this.profiles.knows(agentId)) {
      this.profiles.duty.changed(command, at.time)
      this.profiles.attendance.changed(agentId, spans)
    }
    const told = outcome.ok && outcome.events.some(({ kind }) => kind === 'presenceChanged')
    must(!told, () => `${agentId} has another presence because of another roster`)
  }

  #remembered(events: readonly RoutingEvent[]): void {
    for (const e of events) {
      if (e.kind !== 'contactTransferred' || this.#state === undefined) continue
      this.ledger.family.moved(this.#state, e.contactId, e.fromAgentId)
    }
  }

  /** A customer who had called in is waiting to be called again. */
  #fellBack(command: Command): boolean {
    const entry = this.ledger.contacts.get(this.#meant(contactOf(command)))
    if (entry?.callback !== 'calledIn' || this.#state === undefined) return false
    // Who asks for another callback, or chooses one for an alternative, says so: nobody hung up.
    const { kind } = command
    if (kind === 'requestCallback' || kind === 'respondToCallbackOffer') return false
    const row = this.#state.contacts.get(`p/${entry.id}`)
    if (row === undefined || row.callback < 0) return false
    return this.#state.callbacks.at(row.callback).status === 'accepted'
  }

  #meant(contactId: string): string {
    return this.ledger.aliases.get(contactId) ?? contactId
  }

  passed(events: readonly RoutingEvent[], more: boolean, at: Moment): void {
    this.#passed = !more
    this.#policies.told(events)
    this.#emit(events, at)
    this.ledger.tell(events, at)
    if (!more) this.profiles.duty.passed(this.#state, at.time)
    this.profiles.passed(at.time, more)
    if (!more) this.ledger.earlyEnds.passed(at.time)
  }

  worked(
    events: readonly RoutingEvent[],
    at: Moment,
    { item, over }: { readonly item: WorkItem; readonly over: boolean },
  ): void {
    this.#emit(events, at)
    this.ledger.tell(events, at)
    this.#doors.looked(item, over, this.#state, at)
    this.profiles.duty.reviewed(item, over, at.time)
  }

  #emit(events: readonly RoutingEvent[], at: Moment): void {
    this.#events = events
    this.#offeredInTime(events, at)
    this.#pace.told(events, at, this.#state)
    this.freshness.told(events)
    this.outlook.told(events, at.time, this.#state)
    this.#doors.told(events, at, this.#state)
    this.calling.told(events, at.time, this.#state)
    for (const [index, event] of events.entries()) {
      this.consumer.emitted(at.offset, index, routing.codec.encodeEvent(event))
    }
  }

  /** Whose time was over when one gave it up is offered to nobody else. */
  #offeredInTime(events: readonly RoutingEvent[], at: Moment): void {
    const givenUp = new Set<string>()
    for (const e of events) {
      if (e.kind === 'offerClosed') givenUp.add(e.contactId)
      if (e.kind !== 'offerMade' || !givenUp.has(e.contactId)) continue
      const row = this.#state?.contacts.get(`p/${e.contactId}`)
      if (row === undefined) continue
      const callback = row.callback < 0 ? undefined : this.#state?.callbacks.at(row.callback)
      const end = callback?.pending === true ? endOf(callback) : row.expiresAt
      must(end > at.time, () => `${e.contactId} goes on to ${e.agentId}, and its time is over`)
    }
  }

  /** A record is final. */
  follow(observer: Observer<RoutingState, Command, RoutingEvent>): void {
    observer.watch((touched, at) => {
      const { state } = observer
      const told = this.#events
      this.#events = []
      const stirred = touched.some(({ table }) => !table.startsWith('protocol.'))
      reporting(this.broken, () => {
        this.#clocks(at)
        this.#scan.record(state, at)
        const cause = { submitted: this.#submitted, command: this.#command }
        this.profiles.availability.forget(state)
        if (stirred) this.profiles.duty.look(state)
        this.#yielding.told(state, told, at)
        if (stirred) this.#yielding.look(state, at)
        if (stirred) this.#matching.look(state, told, cause)
        if (stirred) this.ledger.family.look(state)
        this.#pace.look(state, at, this.#passed)
        if (this.#passed) this.#deadlines(state, at, stirred)
        if (this.#passed) this.profiles.attendance.passed(state, at.time)
        if (this.#passed && stirred) this.#hours(state, at.time)
        this.#passed = false
      })
    })
  }

  /** All that was due has been done: who waits for an hour does so for a reason. */
  #hours(state: RoutingState, time: number): void {
    this.#doors.passed(state, time)
    this.calling.passed(state, time, (key) => this.#doors.isLooking(key.slice('p/'.length)))
  }

  /** Time neither leaps ahead nor goes back, and an outage does not count as uptime. */
  #clocks(at: Moment): void {
    const latest = this.#outside.latest()
    must(at.time <= latest, () => `log time is ${at.time - latest} ms ahead of all clocks`)
    const last = this.#last ?? at
    const [time, uptime] = [at.time - last.time, at.uptime - last.uptime]
    must(time >= 0 && uptime >= 0, () => 'log time goes back')
    must(uptime <= outageMs, () => `uptime leaps by ${uptime} ms`)
    this.#last = at
  }

  /** Nothing that is open waits past its deadline unnoticed. */
  #deadlines(s: RoutingState, at: Moment, stirred: boolean): void {
    this.#ticks += 1
    if (!stirred && this.#ticks % deadlineTicks !== 0) return
    for (const slot of s.contacts.slots()) {
      const { id, state, dueTime, dueUptime, reviewAt, holdOutUntil } = s.contacts.at(slot)
      const first = Math.min(dueTime, reviewAt, holdOutUntil)
      const due = first > at.time && dueUptime > at.uptime
      must(due, () => `${id} (${state}) is past its deadline and nobody noticed`)
      const finite = Math.min(dueTime, dueUptime) < Number.POSITIVE_INFINITY
      must(finite, () => `${id} (${state}) has no deadline`)
      if (state === 'dialable') this.#stepped(s, slot, at)
    }
  }

  /** Whose promised time has come goes before everybody on the line. */
  #stepped(s: RoutingState, slot: number, at: Moment): void {
    const { id, key, callback } = s.contacts.at(slot)
    const { product, promisedAt, promiseSettled } = s.callbacks.at(callback)
    if (product !== 'within' || promiseSettled || promisedAt > at.time) return
    must(key < 0, () => `${id} was promised a time that has come, and waits behind others`)
  }

  acknowledged(contactId: string): void {
    this.#acknowledged.add(contactId)
  }

  /** Whoever was told that a contact was taken in finds it. */
  mustKnowAll(state: RoutingState, time: number): void {
    for (const id of this.#acknowledged) {
      this.ledger.mustKnow(id, (known) => isKnown(state, known), time)
    }
  }

  /** Whoever holds a session in peace is there. */
  mustHoldNoLostSessions(state: RoutingState, alive: ReadonlySet<string>): void {
    for (const slot of state.agents.slots()) {
      const { id, connected, sessionReplica } = state.agents.at(slot)
      const held = !connected || alive.has(sessionReplica)
      must(held, () => `${id} is connected to ${sessionReplica}, which is long gone`)
    }
  }

  /** Nothing is left to happen: everybody has come to an end, once, and it was told. */
  mustBeOver(state: RoutingState, at: Moment): void {
    const [open] = this.ledger.open()
    must(open === undefined, () => `${open?.id} never came to its end`)
    this.consumer.mustBeComplete()
    this.bridged.mustBeComplete()
    this.outlook.mustBeComplete()
    this.#scan.now(state, at)
  }
}

/** Its record, or the tombstone that is left of it. */
const isKnown = (s: RoutingState, id: string): boolean =>
  s.contacts.get(`p/${id}`) !== undefined || s.tombstones.get(tombstoneId(`p/${id}`)) !== undefined

const isSubmission = ({ kind }: Command): boolean =>
  kind === 'submitContact' || kind === 'requestCallback'

const contactOf = (command: Command): string => ('contactId' in command ? command.contactId : '')

/** When a callback is given up: of a customer who is on the line when nobody holds the line longer. */
const endOf = ({ lineSince, heldUntil, giveUpAt }: CallbackRow): number =>
  lineSince > 0 ? heldUntil : giveUpAt

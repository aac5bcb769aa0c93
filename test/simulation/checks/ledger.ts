import type { Moment } from '@evenkeel/chassis/protocol'
import type {
  AgentChoice,
  CallbackPolicy,
  Command,
  ContactView,
  QueuePolicy,
  RoutingEvent,
} from '@evenkeel/routing/core'
import { must } from '../failure.ts'
import { Choices } from './choices.ts'
import { dialAsked, dialClosed, tryLater } from './dials.ts'
import type { Doors } from './doors.ts'
import { EarlyEnds } from './early-ends.ts'
import { Expiry } from './expiry.ts'
import { askedBy, type Entry, exchange, mustNotBeCalled, untouched } from './entry.ts'
import { Needs } from './needs.ts'
import { escalated, keepPlace, placeBy, prioritized } from './places.ts'
import { type Submitted, submissionOf } from './submitted.ts'
import { Family } from './family.ts'
import { Legs } from './legs.ts'
import type { Profiles } from './profiles.ts'

interface QueueEntry {
  readonly policy: QueuePolicy
  readonly callback: CallbackPolicy | undefined
}

type Span = { readonly from: number; readonly until: number } | undefined

const minute = 60_000
/** How long the API says that an ended contact is known. */
const knownMs = 75 * minute

/** The product's promises about a single contact, kept as a bookkeeper would: from what was said alone. */
export class Ledger {
  readonly contacts = new Map<string, Entry>()
  readonly aliases = new Map<string, string>()
  readonly earlyEnds = new EarlyEnds()
  readonly #expiry = new Expiry()
  readonly #queues = new Map<string, QueueEntry>()
  readonly #legs = new Legs()
  readonly #needs = new Needs()
  readonly family = new Family()
  readonly #choices = new Choices()
  #offersOff = false
  readonly #profiles: Profiles
  readonly #doors: Doors
  #command: Command | undefined

  constructor(profiles: Profiles, doors: Doors) {
    this.#profiles = profiles
    this.#doors = doors
  }

  open(): Entry[] {
    return [...this.contacts.values()].filter((entry) => entry.ended === '')
  }

  /** A command was accepted: what it means beside its events. */
  accepted(command: Command, events: readonly RoutingEvent[], at: Moment): void {
    this.#command = command
    this.#legs.accepted(command, (id) => this.aliases.get(id) ?? id)
    if (command.kind === 'setPoolSwitches') this.#offersOff = command.offersOff ?? this.#offersOff
    if (command.kind === 'claimDial') this.#claimed(command.contactId, command)
    const submission = submissionOf(command)
    if (submission) this.#submitted(submission, events, at)
    this.tell(events, at)
    this.earlyEnds.accepted(command, events, at.time, (id) => this.#knows(id))
    this.#command = undefined
  }

  #claimed(contactId: string, c: { readonly attemptId: string; readonly claimant: string }): void {
    const attempt = this.#of(contactId).attempt
    must(attempt?.id === c.attemptId, () => `${c.attemptId} was claimed, and nobody asked for it`)
    if (attempt === undefined) return
    const { claimant } = attempt
    const won = claimant === '' || claimant === c.claimant
    must(won, () => `one claim per attempt: ${c.claimant} won ${attempt.id}, ${claimant} has it`)
    must(!attempt.closed, () => `${c.claimant} may dial ${attempt.id}, which is over`)
    attempt.claimant = c.claimant
  }

  #submitted(c: Submitted, events: readonly RoutingEvent[], at: Moment): void {
    const { contactId } = c
    const came = events.some(
      (e) =>
        (e.kind === 'contactAccepted' && e.contact.contactId === contactId) ||
        (e.kind === 'contactMerged' && e.mergedContactId === contactId),
    )
    // An id that has been forgotten may come again, as another contact.
    if (this.#isPast(this.contacts.get(contactId), at.time)) {
      if (came) this.contacts.delete(contactId)
      return
    }
    const same = this.contacts.get(contactId)?.submitted ?? c.priority
    must(came || same === c.priority, () => `${contactId} is taken for one of another content`)
    const known = this.#knows(contactId)
    must(known !== came, () => `${contactId} was ${known ? 'accepted twice' : 'not taken in'}`)
  }

  #knows(contactId: string): boolean {
    return this.contacts.has(contactId) || this.aliases.has(contactId)
  }

  #isPast(entry: Entry | undefined, time: number): boolean {
    return entry !== undefined && entry.ended !== '' && time >= entry.endedAt + knownMs
  }

  tell(events: readonly RoutingEvent[], at: Moment): void {
    for (const event of events) {
      this.#tell(event, at)
      this.#expiry.tell(event, (queueId) => this.#policy(queueId), at.time)
    }
  }

  #tell(e: RoutingEvent, at: Moment): void {
    switch (e.kind) {
      case 'queueChanged':
        this.#queues.set(e.queueId, { policy: e.policy, callback: e.callback })
        return
      case 'contactAccepted':
        this.family.arrived(e.contact)
        return this.#begin(e.contact)
      case 'legStarted':
        this.family.started(e.contact)
        return this.#begin(e.contact)
      case 'legEnded':
        return this.family.ended(e)
      case 'contactTransferred':
        return this.#handedOver(this.#of(e.contactId), this.#of(e.consultContactId), e)
      case 'contactClosed':
        return this.family.closed(e.contactId)
      case 'contactMerged':
        this.aliases.set(e.mergedContactId, e.contactId)
        // Who asks again to be called is not on the line: the callback stands.
        if (this.#command?.kind !== 'submitContact') return
        if (!this.earlyEnds.has(e.mergedContactId) && !this.#isShut(e.contactId, at)) {
          Object.assign(this.#of(e.contactId), { callback: 'calledIn', first: false, held: false })
        }
        return
      case 'offerMade':
        must(!this.#offersOff, () => `${e.contactId} is offered although offers are switched off`)
        return this.#offered(this.#of(e.contactId), e.agentId, e.offerId, at)
      case 'offerAccepted': {
        const { live } = this.#of(e.contactId)
        must(live?.offerId === e.offerId, () => `${e.offerId} was accepted but is not the live one`)
        if (live !== undefined) live.accepted = true
        return
      }
      case 'offerClosed': {
        const entry = this.#of(e.contactId)
        must(entry.live?.offerId === e.offerId, () => `${e.offerId} was closed but is not live`)
        entry.live = undefined
        return
      }
      case 'contactEscalated': {
        const entry = this.#of(e.contactId)
        return escalated(entry, e, this.#policy(entry.queueId), this.#policy(e.queueId))
      }
      case 'contactPrioritized': {
        const entry = this.#of(e.contactId)
        return prioritized(entry, e.priority, this.#policy(entry.queueId))
      }
      case 'classificationChanged':
        return this.#needs.told(e)
      case 'contactRequeued':
        if (e.cause === 'legLost') return this.hungUp(e.contactId)
        return this.#requeued(this.#of(e.contactId), e.queueId, e.cause)
      case 'contactEnded':
        this.#legs.ended(e.contact)
        this.family.over(e.contact)
        return this.#ended(this.#of(e.contact.contactId), e.contact.state, at)
      default:
        return this.#tellOfCallback(e, at)
    }
  }

  #tellOfCallback(e: RoutingEvent, at: Moment): void {
    switch (e.kind) {
      case 'callbackAccepted': {
        const entry = this.#of(e.contactId)
        must(entry.callback !== 'accepted', () => `${entry.id} accepted two callbacks`)
        entry.callback = 'accepted'
        entry.callbackQueueId = entry.queueId
        this.#given(entry, e, at)
        return
      }
      case 'callbackRescheduled': {
        const entry = this.#of(e.contactId)
        const { attempt, callback, promiseSettled, promisedAt } = entry
        const idle = callback === 'accepted' && (attempt === undefined || attempt.closed)
        must(idle, () => `${entry.id} has another time, its callback is ${callback}`)
        const former = promiseSettled ? 0 : promisedAt
        must(former === e.formerPromisedAt, () => `${entry.id} was promised ${former} before`)
        this.#given(entry, e, at)
        return
      }
      case 'dialRequested':
        return dialAsked(this.#of(e.contactId), e.attempt, at)
      case 'dialClosed': {
        const entry = this.#of(e.contactId)
        return dialClosed(entry, e.attempt, this.#queue(entry.queueId).callback, at)
      }
      case 'alternativesOffered':
        return this.#choices.offered(e)
      case 'alternativeChosen': {
        const entry = this.#of(e.contactId)
        const elsewhere = e.queueId !== entry.queueId
        this.#choices.chosen(e, entry, this.#policy(e.queueId), this.#command, at.time)
        const place = this.#place(e.queueId, entry.enteredAt, entry.priority)
        // In its own queue it keeps the one that it has.
        return void Object.assign(entry, elsewhere ? place : {})
      }
      case 'contactConnected': {
        const entry = this.#of(e.contactId)
        if (entry.held) Object.assign(entry, { callback: 'over', held: false, first: false })
        return
      }
      case 'holdMessageDue':
        must(this.#of(e.contactId).held, () => `${e.contactId} is not held, and is to hear so`)
        return
      case 'holdEnded': {
        const entry = this.#of(e.contactId)
        must(entry.held, () => `${e.contactId} is let go and was not held`)
        Object.assign(entry, { held: false, first: false, agentFirst: true })
        tryLater(entry, 'noAnswer', this.#queue(entry.queueId).callback, at)
        return
      }
      case 'promiseSettled': {
        const entry = this.#of(e.contactId)
        must(!entry.promiseSettled, () => `the promise to ${entry.id} was settled twice`)
        must(entry.promisedAt === e.promisedAt, () => `${entry.id} was promised something else`)
        const late = e.happenedAt === undefined || e.happenedAt > e.promisedAt
        must(!entry.timed || e.kept === !late, () => `the promise to ${entry.id} is miscounted`)
        entry.promiseSettled = true
        return
      }
      default:
    }
  }

  /** Nobody is put on the line of a queue that serves nobody, unless an agent has them already. */
  #isShut(contactId: string, at: Moment): boolean {
    const { queueId, live } = this.#of(contactId)
    return this.#doors.isClosed(queueId, at.time) && live?.accepted !== true
  }

  #given(
    entry: Entry,
    e: { readonly promisedAt: number; readonly window: Span },
    at: Moment,
  ): void {
    entry.promisedAt = e.promisedAt
    entry.promiseSettled = false
    entry.dialled = 0
    entry.timed = e.window !== undefined
    // A dial of which nobody knows what became of it may ring yet.
    const scheduled = entry.unknownDial ? entry.notBefore : 0
    entry.notBefore = Math.max(scheduled, e.window?.from ?? 0)
    if (e.window) this.#promised(e.window, at)
  }

  /** Nobody is promised a time that has gone, or one to come that ends before it begins. */
  #promised(window: { readonly from: number; readonly until: number }, at: Moment): void {
    const inTime = window.from >= at.time && window.until > window.from
    must(inTime, () => `${window.from} to ${window.until} was promised at ${at.time}`)
  }

  #begin(contact: ContactView): void {
    const { contactId: id, queueId, preferredAgentIds: preferred, enteredAt, priority } = contact
    const c = this.#command
    const submitted = submissionOf(c)
    if (submitted !== undefined) this.#needs.mustFit(submitted, contact)
    const meant = submitted && this.#needs.meant(submitted)
    const asked = meant ?? (c && 'legContactId' in c ? c : undefined)
    must(!this.contacts.has(id), () => `${id} was accepted twice`)
    must(asked !== undefined, () => `${id} was accepted but nobody asked for it`)
    const own = asked?.requirements ?? []
    if (submitted !== undefined) mustNotBeCalled(this.open(), contact)
    const switched = c?.kind === 'switchChannel' ? c.agentId : undefined
    this.contacts.set(id, {
      id,
      queueId,
      ...askedBy(this.#policy(queueId), own),
      own,
      ...untouched,
      offers: 0,
      preferred,
      enteredAt,
      submitted: submitted?.priority ?? priority,
      priority,
      ...this.#place(queueId, enteredAt, priority),
      live: switched === undefined ? undefined : { agentId: switched, offerId: '', accepted: true },
      customerKey: contact.customerKey,
      tries: new Map(),
    })
  }

  #offered(entry: Entry, agentId: string, offerId: string, at: Moment): void {
    const { live, id } = entry
    must(live === undefined, () => `${id} is offered to two, ${live?.agentId} and ${agentId}`)
    must(entry.ended === '', () => `${id} is offered after its end`)
    const { requirements } = entry
    if (!this.#profiles.uncertain) this.#profiles.duty.mustBeFree(agentId, entry, at.time)
    const skilled = this.#profiles.maybeMeets(agentId, requirements, at.time)
    must(skilled, () => `${id} is offered to ${agentId}, who is below a required level`)
    this.#choices.mustHaveCome(id, this.#command, at.time)
    entry.offers += 1
    entry.live = { agentId, offerId, accepted: false }
  }

  #place(queueId: string, enteredAt: number, priority: number) {
    return placeBy(this.#policy(queueId), enteredAt, priority)
  }

  /** See keepPlace. */
  mustKeepPlace(id: string, key: number): void {
    keepPlace(this.#of(id), key)
  }

  #requeued(entry: Entry, queueId: string, cause: string): void {
    const moved = entry.queueId !== queueId
    entry.queueId = queueId
    const c = this.#command
    const transferred = cause === 'transferred' && c?.kind === 'transferContact'
    if (transferred) entry.own = c.requirements
    // By what the queue asks for now, and at the place that its order gives.
    if (transferred || moved) {
      Object.assign(entry, askedBy(this.#policy(queueId), entry.own))
      Object.assign(entry, this.#place(queueId, entry.enteredAt, entry.priority))
    }
    // An offer that is open is still to be closed, and tells so itself.
    if (entry.live?.accepted === true) entry.live = undefined
  }

  /** The expert has the contact as it was asked for, and the agent who had it the rest. */
  #handedOver(
    entry: Entry,
    consult: Entry,
    e: { readonly fromAgentId: string; readonly toAgentId: string },
  ): void {
    exchange(entry, consult, e)
    Object.assign(entry, this.#place(entry.queueId, entry.enteredAt, entry.priority))
  }

  #ended(entry: Entry, state: string, at: Moment): void {
    must(entry.ended === '', () => `${entry.id} ended twice: ${entry.ended}, then ${state}`)
    entry.ended = state
    entry.endedAt = at.time
    entry.live = undefined
    const { promisedAt, promiseSettled, dialled } = entry
    const settled = promisedAt === 0 || dialled === 0 || promiseSettled
    must(settled, () => `${entry.id} ended and its promise is neither kept nor broken`)
  }

  /** A customer who had called in hung up: the callback stands as before. No event tells of it. */
  hungUp(contactId: string): void {
    const entry = this.contacts.get(this.aliases.get(contactId) ?? contactId)
    if (entry?.callback !== 'calledIn' || entry.ended !== '') return
    entry.callback = 'accepted'
    // Whoever was on the line since the last attempt may be called back at once, unless nobody
    // knows what became of that attempt.
    if (!entry.unknownDial) entry.notBefore = 0
    if (entry.live?.accepted === true) entry.live = undefined
  }

  /** Whoever has been told that a contact was taken in must find it. */
  mustKnow(contactId: string, found: (id: string) => boolean, time: number): void {
    const id = this.aliases.get(contactId) ?? contactId
    const entry = this.contacts.get(id)
    must(entry !== undefined, () => `${contactId} was acknowledged and is nowhere in the log`)
    if (entry === undefined) return
    must(this.#isPast(entry, time) || found(id), () => `${contactId} was acknowledged and is lost`)
  }

  #of(id: string): Entry {
    const entry = this.contacts.get(this.aliases.get(id) ?? id)
    must(entry !== undefined, () => `an event names ${id}, which nobody knows`)
    if (entry === undefined) throw new Error(id)
    return entry
  }

  #queue(queueId: string): QueueEntry {
    const queue = this.#queues.get(queueId)
    must(queue !== undefined, () => `an event names queue ${queueId}, which nobody knows`)
    if (queue === undefined) throw new Error(queueId)
    return queue
  }

  /** How the queue of a contact chooses among agents. */
  choiceOf(contactId: string): AgentChoice | undefined {
    return this.#policy(this.#of(contactId).queueId).choice
  }

  #policy(queueId: string): QueuePolicy {
    return this.#queue(queueId).policy
  }
}

import {
  CallbackStatus,
  type Contact,
  ContactState,
  EndCause,
  type Offer,
} from '@evenkeel/proto/evenkeel/routing/v1/contact'
import type { AgentPlan, Arrival, Day } from '../day/day.ts'
import { floors } from '../day/day.ts'
import { waitsToBeCalled } from './customers.ts'
import { CHANNELS, timeMs } from './wire.ts'

/**
 * Contacts that an agent has, from the version at which it was offered to the version at which it
 * was gone.
 */
interface Holding {
  readonly agentId: string
  readonly from: number
  until: number | undefined
  readonly weight: number
}

/** What the platform knows of one contact, of all that was acknowledged to it. */
interface Entry {
  readonly arrival: Arrival
  /** The id of the contact that this call was merged into. */
  mergedInto: string | undefined
  latest: Contact | undefined
  readonly holdings: Holding[]
  /** Last dial of the customer: not to be repeated before. */
  notBefore: number | undefined
  dialling: string | undefined
}

export type EndKind = 'completed' | 'abandoned' | 'expired' | 'cancelled' | 'given_up'

/** Violations told in words; more are counted only. */
const DETAILS_MOST = 50

/**
 * The platform's own book of what was acknowledged to it, kept to check the server: it believes
 * nothing that it can find out for itself.
 */
export class Ledger {
  readonly #entries = new Map<string, Entry>()
  /** Told of before its acknowledgement came: the two take different ways, and it may have ended. */
  readonly #early = new Map<string, Contact>()
  readonly #agents = new Map<string, AgentPlan>()
  /** By agent, by contact: what each desk has now. */
  readonly #desks = new Map<string, Map<string, Holding>>()
  readonly #queues: ReadonlyMap<string, Day['queues'][number]>
  readonly #claimants = new Map<string, string>()
  /** On the line, from entering the queue to an agent's acceptance. */
  readonly waitsMs: number[] = []
  /** The same for those who were called back, who waited at home. */
  readonly callbackWaitsMs: number[] = []
  readonly promiseErrorsMs: number[] = []
  readonly details: string[] = []
  readonly ended = new Map<EndKind, number>()
  /** Times that customers were promised, each counted once. */
  promisesGiven = 0
  violations = 0
  accepted = 0
  merged = 0
  assignments = 0
  belowRequiredSkill = 0
  doubleDials = 0
  dialled = 0
  /** Contacts acknowledged and not ended. */
  open = 0

  constructor(day: Day) {
    this.#queues = new Map(day.queues.map((queue) => [queue.queueId, queue]))
    for (const agent of day.agents) {
      this.#agents.set(agent.agentId, agent)
      this.#desks.set(agent.agentId, new Map())
    }
  }

  violation(what: string): void {
    this.violations += 1
    if (this.details.length < DETAILS_MOST) this.details.push(what)
  }

  /**
   * The server has acknowledged a contact of ours, perhaps by merging it into one that waits for a
   * callback.
   */
  acknowledged(arrival: Arrival, answer: Contact): void {
    if (this.#entries.has(arrival.contactId)) return
    const merged = answer.contactId !== arrival.contactId
    const mergedInto = merged ? answer.contactId : undefined
    const entry = {
      arrival,
      mergedInto,
      latest: undefined,
      notBefore: undefined,
      dialling: undefined,
    }
    this.#entries.set(arrival.contactId, { ...entry, holdings: [] })
    if (mergedInto !== undefined) {
      this.merged += 1
      const target = this.#entries.get(mergedInto)
      if (target === undefined)
        this.violation(`${arrival.contactId} was merged into an unknown one`)
      return
    }
    this.accepted += 1
    this.open += 1
    this.told(answer)
    const early = this.#early.get(arrival.contactId)
    this.#early.delete(arrival.contactId)
    if (early !== undefined) this.told(early)
  }

  /** A contact as told by the watch or an answer; older versions are ignored. */
  told(contact: Contact): void {
    const entry = this.#entries.get(contact.contactId)
    if (entry === undefined) this.#early.set(contact.contactId, contact)
    if (entry === undefined || entry.mergedInto !== undefined) return
    const before = entry.latest
    if (before !== undefined && contact.version <= before.version) return
    entry.latest = contact
    // The customer is on the line again: whatever was scheduled, a new callback begins anew.
    if (!waitsToBeCalled(contact)) entry.notBefore = undefined
    if (before !== undefined && endOf(before) !== undefined) {
      if (endOf(contact) !== endOf(before)) this.violation(`${contact.contactId} ended twice`)
      return
    }
    this.#measureWait(before, contact)
    this.#measurePromise(before, contact)
    const end = endOf(contact)
    if (end === undefined) return
    this.open -= 1
    this.ended.set(end, (this.ended.get(end) ?? 0) + 1)
  }

  #measureWait(before: Contact | undefined, contact: Contact): void {
    const answeredAt = timeMs(contact.answeredAt)
    const enteredAt = timeMs(contact.enteredAt)
    if (before?.answeredAt !== undefined || answeredAt === undefined) return
    if (enteredAt === undefined) return
    const called = contact.callback?.status === CallbackStatus.CALLBACK_STATUS_REACHED
    const waits = called ? this.callbackWaitsMs : this.waitsMs
    waits.push(answeredAt - enteredAt)
  }

  #measurePromise(before: Contact | undefined, contact: Contact): void {
    const dialledAt = timeMs(contact.callback?.firstDialledAt)
    const promisedAt = timeMs(contact.callback?.promisedAt)
    if (before?.callback?.promisedAt === undefined && promisedAt !== undefined) {
      this.promisesGiven += 1
    }
    if (before?.callback?.firstDialledAt !== undefined || dialledAt === undefined) return
    if (promisedAt !== undefined) this.promiseErrorsMs.push(dialledAt - promisedAt)
  }

  /**
   * An offer has reached an agent's desk: is the agent fit for it, and is it what the customer
   * sent?
   */
  offered(agentId: string, offer: Offer): void {
    const contact = offer.contact
    const agent = this.#agents.get(agentId)
    if (contact === undefined || agent === undefined) {
      return this.violation(`offer ${offer.offerId} to ${agentId} names nobody of ours`)
    }
    const entry = this.#entries.get(contact.contactId)
    if (entry === undefined) return
    const low = tooLow(agent, this.#required(entry.arrival, contact))
    if (low !== undefined) {
      this.violation(`${contact.contactId} was offered to ${agentId}, who is below ${low}`)
    }
    if (Buffer.compare(contact.attributes, entry.arrival.attributes) !== 0) {
      this.violation(`${contact.contactId} reached ${agentId} with other attributes`)
    }
  }

  #required(arrival: Arrival, contact: Contact): Map<string, number> {
    const required = floors(this.#queues.get(arrival.queueId), arrival)
    for (const { skillId, minimumLevel } of contact.requirements) {
      required.set(skillId, Math.max(minimumLevel, required.get(skillId) ?? 0))
    }
    return required
  }

  /** A desk was told that its agent has the contact now; told again without harm. */
  assigned(agentId: string, contact: Contact): void {
    const agent = this.#agents.get(agentId)
    const entry = this.#entries.get(contact.contactId)
    if (agent === undefined || entry === undefined) return
    if (this.#desks.get(agentId)?.has(contact.contactId)) return
    this.assignments += 1
    const low = tooLow(agent, this.#required(entry.arrival, contact))
    if (low !== undefined) this.belowRequiredSkill += 1
    const channel = agent.channels.find((own) => CHANNELS[own.channel] === contact.channel)
    if (channel === undefined) {
      this.violation(`${contact.contactId} is with ${agentId}, who is not on its channel`)
    }
    const from = contact.version
    for (const former of entry.holdings) this.#apart(contact.contactId, former, agentId, from)
    const held = { agentId, from, until: undefined, weight: channel?.weight ?? 100 }
    entry.holdings.push(held)
    this.#desks.get(agentId)?.set(contact.contactId, held)
    const load = this.loadOf(agentId)
    if (load > 100) this.violation(`${agentId} has a load of ${load}`)
  }

  /** Two agents' times with one contact must not overlap. */
  #apart(contactId: string, former: Holding, agentId: string, from: number): void {
    if (former.until !== undefined && former.until > from) {
      this.violation(`${contactId} was with ${former.agentId} and ${agentId} at once`)
    }
  }

  /**
   * A desk was told that its agent no longer has the contact: `version` is the first of which that
   * is true.
   */
  released(agentId: string, contactId: string, version: number): void {
    const entry = this.#entries.get(contactId)
    const held = this.#desks.get(agentId)?.get(contactId)
    if (entry === undefined || held === undefined) return
    this.#desks.get(agentId)?.delete(contactId)
    held.until = version
    for (const other of entry.holdings) {
      if (other !== held && other.from >= held.from) {
        this.#apart(contactId, held, other.agentId, other.from)
      }
    }
  }

  /**
   * After a reconnection a desk knows what it has; the rest is gone, nobody can say since which
   * version.
   */
  resynchronised(agentId: string, contactIds: ReadonlySet<string>): void {
    const desk = this.#desks.get(agentId)
    for (const [contactId, held] of desk ?? []) {
      if (contactIds.has(contactId)) continue
      held.until = held.from
      desk?.delete(contactId)
    }
  }

  /** What open contacts take of an agent's budget, by the desk's own knowledge. */
  loadOf(agentId: string): number {
    let load = 0
    for (const [contactId, held] of this.#desks.get(agentId) ?? []) {
      const latest = this.#entries.get(contactId)?.latest
      const paused = latest?.state === ContactState.CONTACT_STATE_HELD
      const ended = latest !== undefined && endOf(latest) !== undefined
      if (!paused && !ended) load += held.weight
    }
    return load
  }

  /** A dialler has been given the right to dial. */
  claimed(contactId: string, attemptId: string, claimant: string, at: number): void {
    const entry = this.#entries.get(contactId)
    const winner = this.#claimants.get(attemptId)
    if (winner === claimant) return
    if (winner !== undefined) {
      return this.#doubleDial(`${attemptId} was given to ${winner} and to ${claimant}`)
    }
    this.#claimants.set(attemptId, claimant)
    this.dialled += 1
    if (entry === undefined) return
    if (entry.dialling !== undefined) {
      this.#doubleDial(`${contactId} is dialled by ${attemptId} and by ${entry.dialling} at once`)
    }
    if (entry.notBefore !== undefined && at < entry.notBefore) {
      this.#doubleDial(`${contactId} is dialled ${entry.notBefore - at} ms before its time`)
    }
    entry.dialling = attemptId
  }

  /**
   * The dial is over, and the server has said when the next may be made (undefined: at once, or
   * never).
   */
  dialEnded(contactId: string, attemptId: string, notBefore: number | undefined): void {
    const entry = this.#entries.get(contactId)
    if (entry === undefined || entry.dialling !== attemptId) return
    entry.dialling = undefined
    entry.notBefore = notBefore
  }

  #doubleDial(what: string): void {
    this.doubleDials += 1
    this.violation(what)
  }

  /** The ids of what was acknowledged and has not ended, as far as known. */
  *openIds(): Iterable<string> {
    for (const [contactId, entry] of this.#entries) {
      if (entry.mergedInto !== undefined) continue
      if (entry.latest === undefined || endOf(entry.latest) === undefined) yield contactId
    }
  }

  /** What can be said only when the day is over. */
  close(): void {
    for (const contactId of this.openIds())
      this.violation(`${contactId} was accepted and never ended`)
    for (const [contactId, { holdings }] of this.#entries) {
      for (const [index, held] of holdings.entries()) {
        const next = holdings[index + 1]
        if (held.until !== undefined || next === undefined || next.agentId === held.agentId)
          continue
        this.violation(`${contactId} went to ${next.agentId} while ${held.agentId} had it`)
      }
    }
  }
}

/** The first skill in which the agent is below what is required, in words. */
function tooLow(agent: AgentPlan, required: ReadonlyMap<string, number>): string | undefined {
  for (const [skillId, level] of required) {
    const own = agent.skills.find((skill) => skill.skillId === skillId)
    if (own === undefined || own.level < level) return `${skillId} ${level}`
  }
  return undefined
}

/**
 * How a contact ended; undefined: it has not, or it is a call that was merged into another contact.
 */
export function endOf(contact: Contact): EndKind | undefined {
  switch (contact.state) {
    case ContactState.CONTACT_STATE_COMPLETED:
      return 'completed'
    case ContactState.CONTACT_STATE_ABANDONED:
      return 'abandoned'
    case ContactState.CONTACT_STATE_CANCELLED:
      return 'cancelled'
    case ContactState.CONTACT_STATE_EXPIRED:
      return contact.endCause === EndCause.END_CAUSE_CALLBACK_GIVEN_UP ? 'given_up' : 'expired'
    default:
      return undefined
  }
}

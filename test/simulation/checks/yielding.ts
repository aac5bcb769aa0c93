import type { Moment } from '@evenkeel/chassis/protocol'
import type { Channel, ContactRow, RoutingEvent, RoutingState } from '@evenkeel/routing/core'
import { must } from '../failure.ts'

/** What takes less of the budget is not interrupted. */
const leastWeight = 5

interface Work {
  agentId: string
  /** To which channels it yields, while it is worked on. */
  by: readonly Channel[]
  /** To which it yielded as it was set aside last. */
  yielded: readonly Channel[]
  /** How often this agent has set it aside. */
  times: number
  /** For what, since when and until when; undefined: it is not aside. */
  aside: { readonly since: number; readonly until: number } | undefined
  /** All of its life, ms. */
  asideMs: number
  takenAt: number
}

/**
 * What may be set aside and what is, from what was told of each contact and the queues' policies
 * alone: the rows of agents say the same in sums.
 */
export class Yielding {
  readonly #work = new Map<string, Work>()
  readonly #legs = new Set<string>()

  /** After a record: what it has told. */
  told(s: RoutingState, events: readonly RoutingEvent[], at: Moment): void {
    for (const e of events) this.#tell(s, e, at)
  }

  /** Channels to which a contact yields, if it is worked on now. */
  by(row: ContactRow): readonly Channel[] {
    if (row.state !== 'connected') return []
    return this.#work.get(idOf(row.id))?.by ?? []
  }

  /** The channels to which a contact yielded as it was set aside last. */
  yieldedTo(contactId: string): readonly Channel[] {
    return this.#work.get(contactId)?.yielded ?? []
  }

  /** What is aside by the rows was told so, its clock stands, and no other work comes first. */
  look(s: RoutingState, at: Moment): void {
    const aside = new Set<number>()
    for (const slot of s.contacts.slots()) {
      const row = s.contacts.at(slot)
      if (row.state !== 'interrupted') continue
      const id = idOf(row.id)
      const work = this.#work.get(id)
      must(work?.aside !== undefined, () => `${id} is aside, which was not told`)
      must(row.agent >= 0, () => `${id} is aside and nobody's`)
      must(row.handledSince === 0, () => `${id} is aside and its handle clock goes on`)
      const due = Math.min(row.dueTime, work?.aside?.until ?? 0)
      must(row.dueTime === due, () => `${id} is aside for longer than its queue says`)
      must(row.stateSince <= at.time, () => `${id} is aside since later`)
      aside.add(row.agent)
    }
    for (const agent of aside) {
      const { id, openOffer } = s.agents.at(agent)
      const offered = openOffer < 0 ? undefined : s.contacts.get(s.offers.at(openOffer).contact)
      const live = offered === undefined || isLive(offered.channel)
      must(live, () => `${id} is offered ${offered?.id} before what is aside`)
    }
  }

  #tell(s: RoutingState, e: RoutingEvent, at: Moment): void {
    switch (e.kind) {
      case 'offerAccepted':
        return this.#taken(e.contactId, at)
      case 'contactConnected':
        return this.#begun(s, e.contactId, e.agentId, at)
      case 'contactInterrupted':
        return this.#setAside(s, e, at)
      case 'contactResumed': {
        const work = this.#work.get(e.contactId)
        must(work?.agentId === e.agentId, () => `${e.contactId} goes on with ${e.agentId}`)
        const asideMs = work?.aside === undefined ? -1 : at.time - work.aside.since
        must(e.asideMs === asideMs, () => `${e.contactId} was aside for ${asideMs}: ${e.asideMs}`)
        this.#over(e.contactId, at)
        return this.#begun(s, e.contactId, e.agentId, at)
      }
      case 'contactRequeued':
        this.#over(e.contactId, at)
        return this.#forget(e.contactId)
      case 'contactTransferred':
        this.#forget(e.contactId)
        return this.#forget(e.consultContactId)
      case 'legStarted':
        this.#legs.add(e.contact.contactId)
        return this.#spare(e.contact.parentContactId)
      case 'contactPrioritized': {
        const row = s.contacts.get(`${e.pool}/${e.contactId}`)
        const rule = row && s.queues.at(row.queue).policy.interruptible
        return e.priority > (rule?.priorityMax ?? 100) ? this.#spare(e.contactId) : undefined
      }
      case 'contactEnded':
        return this.#ended(e, at)
      default:
        return undefined
    }
  }

  /** The handle clock begins, of a callback with the dial. */
  #taken(contactId: string, at: Moment): void {
    if (this.#work.has(contactId)) return
    const nothing = { agentId: '', by: [], yielded: [], times: 0, aside: undefined, asideMs: 0 }
    this.#work.set(contactId, { ...nothing, takenAt: at.time })
  }

  /** As its queue says now: what is worked on already is not asked again. */
  #begun(s: RoutingState, contactId: string, agentId: string, at: Moment): void {
    const row = s.contacts.get(`p/${contactId}`)
    if (row === undefined) return
    const known = this.#work.get(contactId)
    const mine = known?.agentId === agentId
    const work = {
      agentId,
      by: [] as readonly Channel[],
      yielded: known?.yielded ?? [],
      times: mine ? known.times : 0,
      aside: undefined,
      asideMs: known?.asideMs ?? 0,
      takenAt: known?.takenAt ?? at.time,
    }
    const rule = s.queues.at(row.queue).policy.interruptible
    const yields =
      rule !== undefined &&
      row.priority <= rule.priorityMax &&
      work.times < rule.timesMax &&
      // 0: set aside in the same breath.
      (row.weight === 0 || row.weight >= leastWeight) &&
      !this.#legs.has(contactId)
    if (yields) work.by = rule.byChannels
    this.#work.set(contactId, work)
  }

  #setAside(
    s: RoutingState,
    e: Extract<RoutingEvent, { kind: 'contactInterrupted' }>,
    at: Moment,
  ): void {
    const work = this.#work.get(e.contactId)
    const by = s.contacts.get(`${e.pool}/${e.byContactId}`)
    if (by === undefined) return
    must(work?.agentId === e.agentId, () => `${e.contactId} is set aside by ${e.agentId}`)
    if (work === undefined) return
    const yields = work.by.includes(by.channel)
    must(
      yields,
      () => `${e.contactId} is set aside for ${e.byContactId}, to which it does not yield`,
    )
    must(isLive(by.channel), () => `${e.byContactId} is no customer on the line`)
    must(work.aside === undefined, () => `${e.contactId} is set aside twice`)
    work.times += 1
    work.yielded = work.by
    work.aside = { since: at.time, until: e.resumeBefore }
  }

  #over(contactId: string, at: Moment): void {
    const work = this.#work.get(contactId)
    if (work?.aside === undefined) return
    work.asideMs += at.time - work.aside.since
    work.aside = undefined
  }

  #spare(contactId: string): void {
    const work = this.#work.get(contactId)
    if (work) work.by = []
  }

  /** Another agent counts anew. */
  #forget(contactId: string): void {
    const work = this.#work.get(contactId)
    if (work) Object.assign(work, { agentId: '', by: [], times: 0 })
  }

  /** What it was aside is not in its handle time. */
  #ended(e: Extract<RoutingEvent, { kind: 'contactEnded' }>, at: Moment): void {
    const { contactId } = e.contact
    this.#over(contactId, at)
    const work = this.#work.get(contactId)
    if (work === undefined || work.asideMs === 0) return
    const most = at.time - work.takenAt - work.asideMs
    must(e.handleMs <= most, () => `${contactId} took ${e.handleMs} ms of ${most} not set aside`)
    this.#work.delete(contactId)
  }
}

export const isLive = (channel: Channel): boolean => channel === 'voice' || channel === 'chat'

const idOf = (key: string): string => key.slice(key.indexOf('/') + 1)

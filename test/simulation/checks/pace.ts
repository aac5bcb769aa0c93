import type { Moment } from '@evenkeel/chassis/protocol'
import type { Command, RoutingEvent, RoutingState } from '@evenkeel/routing/core'
import { must } from '../failure.ts'

const second = 1_000
/** Earlier dials that a new one is held against. */
const lookedBack = 40
/** How long the API says that an agent is reserved for a dial whose turn does not come. */
const turnMs = 30 * second
/** So soon it is seen that a line is free again. */
const recheckMs = 2 * second

/**
 * No more is dialled than the pool's pace allows, over any span of the machines' time; no less,
 * where somebody waits for a turn; and who has waited longest goes first.
 */
export class Pace {
  #perSecond = 10
  #inFlightMax = 250
  readonly #requestedAt: number[] = []
  readonly #open = new Set<string>()
  /** Whose agents are reserved, and whose turn has not come: since when, in their order. */
  readonly #line = new Map<string, number>()
  /** Uptime since which one more could have gone out. */
  #roomSince = Number.POSITIVE_INFINITY

  accepted(command: Command): void {
    if (command.kind !== 'putPool') return
    // What was dialled at another pace says nothing of this one.
    this.#requestedAt.length = 0
    this.#perSecond = command.dialPacing?.perSecond ?? 10
    this.#inFlightMax = command.dialPacing?.inFlightMax ?? 250
  }

  /** `s`: as it is after that. */
  told(events: readonly RoutingEvent[], at: Moment, s: RoutingState | undefined): void {
    for (const e of events) {
      if (e.kind === 'dialClosed') this.#open.delete(e.attempt.attemptId)
      if (e.kind !== 'dialRequested') continue
      this.#requested(e.attempt.attemptId, at.uptime)
      this.#inTurn(e.contactId, s)
    }
  }

  #requested(attemptId: string, now: number): void {
    this.#open.add(attemptId)
    const open = this.#open.size
    must(open <= this.#inFlightMax, () => `${open} dials at once, at most ${this.#inFlightMax} may`)
    this.#requestedAt.push(now)
    if (this.#requestedAt.length > lookedBack) this.#requestedAt.shift()
    for (const [i, since] of this.#requestedAt.entries()) {
      const dials = this.#requestedAt.length - i
      const most = this.#perSecond * ((now - since) / second + 1)
      must(dials <= most, () => `${dials} dials in ${now - since} ms, ${this.#perSecond}/s may`)
    }
  }

  #inTurn(contactId: string, s: RoutingState | undefined): void {
    // Of two agents who accept in one instant, the contact that came first is dialled first.
    const place = (id: string) => s?.contacts.get(`p/${id}`)?.seq ?? 0
    const own = this.#line.get(contactId) ?? Number.POSITIVE_INFINITY
    for (const [id, since] of this.#line) {
      const before = since < own || (since === own && place(id) < place(contactId))
      const waits = before && s !== undefined && isScheduled(s, id)
      must(!waits, () => `${contactId} is dialled, and ${id} has waited for its turn`)
    }
    this.#line.delete(contactId)
  }

  /** A record is final; `passed`: with it all is done that was due. */
  look(s: RoutingState, at: Moment, passed: boolean): void {
    for (const id of this.#line.keys()) if (!isScheduled(s, id)) this.#line.delete(id)
    for (const slot of s.callbacks.slots()) {
      const { attemptState, contact } = s.callbacks.at(slot)
      if (attemptState !== 'scheduled') continue
      const { id } = s.contacts.at(contact)
      const contactId = id.slice(id.indexOf('/') + 1)
      if (!this.#line.has(contactId)) this.#line.set(contactId, at.uptime)
    }
    const [first] = this.#line
    if (first === undefined || !this.#hasRoom(s, at.uptime)) {
      this.#roomSince = Number.POSITIVE_INFINITY
      return
    }
    this.#roomSince = Math.min(this.#roomSince, at.uptime)
    if (!passed) return
    const [id, since] = first
    must(at.uptime < since + turnMs, () => `${id} waits for its turn for ${at.uptime - since} ms`)
    const waits = at.uptime - this.#roomSince
    must(waits <= recheckMs, () => `${id} could be dialled for ${waits} ms, and is not`)
  }

  #hasRoom(s: RoutingState, now: number): boolean {
    const off = s.pools.inKeyOrder().some((pool) => pool.dialsOff)
    const last = this.#requestedAt.at(-1) ?? 0
    const gap = Math.ceil(second / this.#perSecond)
    return !off && this.#open.size < this.#inFlightMax && now >= last + gap
  }
}

function isScheduled(s: RoutingState, contactId: string): boolean {
  const row = s.contacts.get(`p/${contactId}`)
  return row?.state === 'dialling' && s.callbacks.at(row.callback).attemptState === 'scheduled'
}

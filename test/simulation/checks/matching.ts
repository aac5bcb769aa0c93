import type { Channel, RoutingEvent, RoutingState } from '@evenkeel/routing/core'
import { must } from '../failure.ts'
import { byChoice } from './agent-choice.ts'
import type { Ledger } from './ledger.ts'
import type { Profiles } from './profiles.ts'
import { isLive, type Yielding } from './yielding.ts'

const budget = 100

export interface Agent {
  readonly id: string
  readonly key: string
  readonly presence: string
  readonly load: number
  /** Of the budget, with calls that are not ours. */
  readonly taken: number
  readonly offered: boolean
  readonly idleSince: number
  readonly seq: number
  readonly hourFrom: number
  readonly hourTaken: number
  readonly lastQueue: number
  readonly inRow: number
  /** Of the load, what would be set aside for a customer on the line, by channel. */
  readonly yields: ReadonlyMap<Channel, number>
  /** What each of its contacts takes. */
  readonly work: ReadonlyMap<string, number>
  /** Contacts that are set aside. */
  readonly aside: ReadonlySet<string>
}

interface Queued {
  readonly id: string
  readonly key: number
  readonly seq: number
  readonly channel: Channel
  readonly guardMs: number
  readonly preferred: readonly string[]
  readonly excluded: ReadonlySet<string>
}

/** Who could be matched with whom after a record. */
interface Floor {
  readonly agents: ReadonlyMap<string, Agent>
  readonly queued: ReadonlyMap<string, Queued>
  /** Who waits for preferred agents alone. */
  readonly held: ReadonlySet<string>
}

/** No two times of a simulated day are so far apart, ms. */
const farAway = 100 * 365 * 86_400_000

const idOf = (key: string): string => key.slice(key.indexOf('/') + 1)

/**
 * The best agent and the best contact by looking at all of them, which is what the product's
 * indices never do. Reads rows, and judges skill and order by its own means.
 */
export class Matching {
  readonly #ledger: Ledger
  readonly #profiles: Profiles
  readonly #yielding: Yielding
  #stopped = false
  #before: Floor = {
    agents: new Map(),
    queued: new Map(),
    held: new Set(),
  }

  constructor(ledger: Ledger, profiles: Profiles, yielding: Yielding) {
    this.#ledger = ledger
    this.#yielding = yielding
    this.#profiles = profiles
  }

  /** After a record that has changed something. `submitted`: the contact that it brought, if any. */
  look(
    s: RoutingState,
    events: readonly RoutingEvent[],
    cause: { readonly submitted: string | undefined; readonly command: boolean },
  ): void {
    const floor = this.#floor(s)
    this.#assigned(s)
    const stopped = isHeldBack(s)
    const calm = !stopped && !this.#stopped
    this.#stopped = stopped
    if (!this.#profiles.uncertain && !this.#profiles.duty.uncertain && calm) {
      for (const contact of floor.queued.values()) this.#unmatched(contact, floor)
      for (const e of events) {
        if (e.kind !== 'offerMade' || !cause.command || byHand(s, e)) continue
        this.#overtaken(s, e, floor, events)
        if (this.#before.held.has(e.contactId)) this.#preferred(e, events)
        if (e.contactId === cause.submitted) this.#best(s, e)
      }
    }
    this.#before = floor
  }

  #floor(s: RoutingState): Floor {
    const agents = new Map<string, Agent>()
    for (const slot of s.agents.slots()) {
      const { id: key, openOffer, ...facts } = s.agents.plain(s.agents.at(slot))
      const id = idOf(key)
      const held = facts.presence === 'ready' && this.#profiles.availability.isHeld(id)
      must(!held, () => `${id} is ready, and a supervisor holds it from work`)
      const taken = facts.load + this.#profiles.availability.external(id)
      const work = this.#workOf(s, slot)
      agents.set(id, { ...facts, ...work, id, key, taken, offered: openOffer >= 0 })
    }
    const excluded = new Map<number, Set<string>>()
    for (const slot of s.exclusions.slots()) {
      const { contact, id } = s.exclusions.at(slot)
      const agentId = id.slice(id.lastIndexOf('/') + 1)
      const known = excluded.get(contact)
      if (known) known.add(agentId)
      else excluded.set(contact, new Set([agentId]))
    }
    const queued = new Map<string, Queued>()
    const held = new Set<string>()
    for (const slot of s.contacts.slots()) {
      const row = s.contacts.at(slot)
      if (row.state !== 'waiting' && row.state !== 'dialable' && row.state !== 'customerHeld')
        continue
      const id = idOf(row.id)
      if (row.heldOut) {
        if (!row.awaitsOpening) held.add(id)
        continue
      }
      const timed = this.#timed(id, row.key)
      if (!timed) this.#ledger.mustKeepPlace(id, row.key)
      queued.set(id, {
        id,
        key: row.key,
        seq: row.seq,
        channel: row.channel,
        guardMs: this.#ledger.contacts.get(id)?.guardMs ?? 0,
        preferred: this.#ledger.contacts.get(id)?.preferred ?? [],
        excluded: excluded.get(slot) ?? new Set(),
      })
    }
    return { agents, queued, held }
  }

  /** What an agent works on, and what of it would be set aside or is. */
  #workOf(s: RoutingState, agent: number) {
    const yields = new Map<Channel, number>()
    const work = new Map<string, number>()
    const aside = new Set<string>()
    for (let slot = s.workOf.first(agent); slot >= 0; slot = s.workOf.next(slot)) {
      const row = s.contacts.at(slot)
      work.set(idOf(row.id), row.weight)
      if (row.state === 'interrupted') aside.add(idOf(row.id))
      for (const channel of this.#yielding.by(row)) {
        yields.set(channel, (yields.get(channel) ?? 0) + row.weight)
      }
    }
    return { yields, work, aside }
  }

  /** Who was promised a time that is still to be kept is behind everybody on the line, or before. */
  #timed(id: string, key: number): boolean {
    const entry = this.#ledger.contacts.get(id)
    if (entry?.first === true) {
      must(key < -farAway, () => `${id} is the first for the next agent, and has another place`)
      return true
    }
    if (entry?.timed !== true || entry.promiseSettled || entry.callback !== 'accepted') return false
    const away = Math.abs(key - entry.promisedAt)
    must(away > farAway, () => `${id} has a time to keep and is among those on the line`)
    return true
  }

  /** What agents have: by their own rows, counted again. */
  #assigned(s: RoutingState): void {
    const loads = new Map<number, number>()
    const offers = new Map<string, number>()
    for (const slot of s.contacts.slots()) {
      const { agent, channel, weight, state, id } = s.contacts.at(slot)
      if (agent < 0) continue
      loads.set(agent, (loads.get(agent) ?? 0) + weight)
      if (state !== 'offered') continue
      const name = idOf(s.agents.at(agent).id)
      offers.set(name, (offers.get(name) ?? 0) + 1)
      const requirements = this.#ledger.contacts.get(idOf(id))?.requirements ?? []
      const skilled = this.#profiles.uncertain || this.#profiles.meets(name, requirements)
      must(skilled, () => `${idOf(id)} is still offered to ${name}, who is below a required level`)
      const counts = this.#profiles.uncertain || this.#profiles.weight(name, channel) > 0
      must(counts, () => `${idOf(id)} is still offered to ${name}, who is not given ${channel}`)
    }
    for (const [agent, load] of loads) {
      must(load <= budget, () => `${idOf(s.agents.at(agent).id)} has ${load} of ${budget}`)
    }
    for (const [agent, count] of offers) {
      must(count === 1, () => `${agent} has ${count} offers`)
      const taken = s.agents.must(`p/${agent}`).load + this.#profiles.availability.external(agent)
      const fits = this.#profiles.uncertain || taken <= budget
      must(fits, () => `${agent} has an offer, and ${taken} of ${budget} with direct calls`)
    }
  }

  /** `gone`: set aside for the contact that the agent is offered now; it is as if it were not yet. */
  #fits(agent: Agent, contact: Queued, load: number, gone: readonly string[] = []): boolean {
    const weight = this.#profiles.weight(agent.id, contact.channel)
    const first = [...agent.aside].some((id) => !gone.includes(id))
    let room = budget - load + (agent.yields.get(contact.channel) ?? 0)
    for (const id of gone) {
      if (this.#yielding.yieldedTo(id).includes(contact.channel)) room += this.#given(agent, id)
    }
    const requirements = this.#ledger.contacts.get(contact.id)?.requirements ?? []
    return (
      weight > 0 &&
      weight <= room &&
      (isLive(contact.channel) || !first) &&
      !contact.excluded.has(agent.id) &&
      !this.#profiles.duty.keeps(agent.id, contact.guardMs) &&
      this.#profiles.meets(agent.id, requirements)
    )
  }

  /** What a contact took before it was set aside. */
  #given(agent: Agent, contactId: string): number {
    const before = this.#before.agents.get(agent.id)?.work.get(contactId) ?? 0
    return before > 0 ? before : this.#profiles.weight(agent.id, 'email')
  }

  #free(agent: Agent, contact: Queued): boolean {
    return agent.presence === 'ready' && !agent.offered && this.#fits(agent, contact, agent.taken)
  }

  #unmatched(contact: Queued, floor: Floor): void {
    for (const agent of floor.agents.values()) {
      must(
        !this.#free(agent, contact),
        () => `${contact.id} waits although ${agent.id} could take it`,
      )
    }
  }

  /** Nobody who waited before and waits still had the better claim to this very agent. */
  #overtaken(s: RoutingState, e: OfferMade, floor: Floor, events: readonly RoutingEvent[]): void {
    const agent = floor.agents.get(e.agentId)
    const taken = s.contacts.get(`${e.pool}/${e.contactId}`)
    if (agent === undefined || taken === undefined || taken.agent < 0) return
    if (s.agents.at(taken.agent).id !== agent.key) return
    const gone = setAsideFor(e.contactId, events)
    // By a profile in which it takes less, what was set aside may have gone on since.
    const given = gone
      .map((id) => this.#given(agent, id) - (agent.work.get(id) ?? 0))
      .reduce((sum, one) => sum + one, 0)
    const load = agent.taken - taken.weight + given
    for (const contact of floor.queued.values()) {
      const former = this.#before.queued.get(contact.id)
      if (former === undefined || former.excluded.has(agent.id)) continue
      const first =
        contact.key < taken.key || (contact.key === taken.key && contact.seq < taken.seq)
      if (!first) continue
      must(!this.#fits(agent, contact, load, gone), () => {
        return `${agent.id} was given ${e.contactId}, but ${contact.id} came before it`
      })
    }
  }

  /** Whoever waits for preferred agents goes to one of them, unless it has got another place. */
  #preferred(e: OfferMade, events: readonly RoutingEvent[]): void {
    const moved = events.some(
      (other) =>
        (other.kind === 'contactRequeued' ||
          other.kind === 'callbackAccepted' ||
          other.kind === 'alternativeChosen') &&
        other.contactId === e.contactId,
    )
    const { preferred = [] } = this.#ledger.contacts.get(e.contactId) ?? {}
    must(moved || preferred.includes(e.agentId), () => {
      return `${e.contactId} waits for ${preferred.join(', ')} and was offered to ${e.agentId}`
    })
  }

  /** A new contact goes to the best of those who were free: preferred, then by its queue's rule. */
  #best(s: RoutingState, e: OfferMade): void {
    const row = s.contacts.get(`${e.pool}/${e.contactId}`)
    if (row === undefined) return
    const { guardMs = 0, preferred = [] } = this.#ledger.contacts.get(e.contactId) ?? {}
    const excluded = new Set<string>(row.excluded.split(' '))
    const { key, seq, channel } = row
    const contact = { id: e.contactId, key, seq, channel, guardMs, preferred, excluded }
    const free = [...this.#before.agents.values()].filter((agent) => this.#free(agent, contact))
    const wanted = preferred.map((id) => free.find((a) => a.id === id)).find((a) => a !== undefined)
    const choice = this.#ledger.choiceOf(e.contactId)
    const away = (a: Agent) => Math.max(0, a.taken + this.#profiles.weight(a.id, channel) - budget)
    const order = choice ? byChoice(s, row, choice, this.#profiles, away) : byFit(away)
    const best = wanted ?? free.sort(order)[0]
    must(best?.id === e.agentId, () => {
      return `${e.contactId} was offered to ${e.agentId}, better is ${best?.id ?? 'nobody'}`
    })
  }
}

/** A supervisor's choice goes past the order; that the floor and the capacity hold is asked elsewhere. */
const byHand = (s: RoutingState, e: OfferMade): boolean =>
  s.contacts.get(`${e.pool}/${e.contactId}`)?.chosenBy === 'assigned'

/** By the record that offers it. */
const setAsideFor = (contactId: string, events: readonly RoutingEvent[]): readonly string[] =>
  events
    .filter((e) => e.kind === 'contactInterrupted')
    .filter(({ byContactId }) => byContactId === contactId)
    .map((e) => e.contactId)

/** Offers are held back, or were until now: then places are kept, and no pair must be matched. */
const isHeldBack = (s: RoutingState): boolean =>
  s.pools
    .inKeyOrder()
    .some(
      ({ offersOff, profilesTooOldSince, brokenChannels, releases }) =>
        offersOff || profilesTooOldSince > 0 || brokenChannels > 0 || releases > 0,
    )

type OfferMade = { readonly pool: string; readonly contactId: string; readonly agentId: string }

/** Who would have to set something aside comes last, and then who has the least of it. */
const byFit =
  (away: (agent: Agent) => number) =>
  (a: Agent, b: Agent): number =>
    away(a) - away(b) ||
    (away(a) > 0 ? 0 : b.taken - a.taken) ||
    a.idleSince - b.idleSince ||
    a.seq - b.seq

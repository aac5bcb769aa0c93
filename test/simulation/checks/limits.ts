import type { Command, ContactView, RoutingEvent, RoutingState } from '@evenkeel/routing/core'
import { must } from '../failure.ts'
import type { Profiles } from './profiles.ts'

/** Who has a place in a queue. */
interface Filling {
  /** Customers on the line, and experts' consults. */
  readonly waiting: number
  /** Callbacks too. */
  readonly places: number
}

const inPlace: ReadonlySet<string> = new Set([
  'waiting',
  'dialable',
  'customerHeld',
  'callbackWaiting',
])
const empty: Filling = { waiting: 0, places: 0 }

/** Nobody comes anew into a queue that is full, or to wait for nobody, unless that says so. */
export class Limits {
  readonly #profiles: Profiles
  #before = new Map<string, Filling>()

  constructor(profiles: Profiles) {
    this.#profiles = profiles
  }

  before(s: RoutingState): void {
    this.#before = new Map()
    for (const slot of s.contacts.slots()) {
      const { queue, state } = s.contacts.at(slot)
      if (!inPlace.has(state)) continue
      const { id } = s.queues.at(queue)
      const { waiting, places } = this.#before.get(id) ?? empty
      const onLine = state === 'waiting' ? 1 : 0
      this.#before.set(id, { waiting: waiting + onLine, places: places + 1 })
    }
  }

  accepted(c: Command, events: readonly RoutingEvent[], s: RoutingState, time: number): void {
    if (c.kind !== 'submitContact' && c.kind !== 'requestCallback' && c.kind !== 'startConsult')
      return
    for (const e of events) {
      if (e.kind !== 'contactAccepted' && e.kind !== 'legStarted') continue
      this.#room(c, e.contact, s)
      this.#staff(c, e.contact, s, time)
    }
  }

  #room({ kind }: Command, { contactId, queueId }: ContactView, s: RoutingState): void {
    const { policy } = s.queues.must(`p/${queueId}`)
    const { waiting, places } = this.#before.get(`p/${queueId}`) ?? empty
    const most = policy.maxWaiting
    must(places < most, () => `${contactId} came into ${queueId}, where ${places} of ${most} are`)
    const row = s.contacts.get(`p/${contactId}`)
    const { waitingMax = 0, action } = policy.entryLimit ?? {}
    const beyond = kind !== 'requestCallback' && waitingMax > 0 && waiting >= waitingMax
    if (!beyond || row?.state !== 'waiting') return
    // Of whom nobody could serve it is asked first whether they are called back.
    const callsBack = action === 'callback' || policy.unstaffed?.action === 'callback'
    const asked = kind === 'submitContact' && callsBack
    must(asked, () => `${contactId} waits in ${queueId} as one more than ${waitingMax}`)
    const full = s.callbacks.size >= s.callbacks.cap
    const offered = row.callback >= 0 && s.callbacks.at(row.callback).status === 'offered'
    must(full || offered, () => `${contactId} waits beyond a limit and is offered no callback`)
  }

  /** Of a grace of none alone: since when nobody is there this does not know. */
  #staff({ kind }: Command, contact: ContactView, s: RoutingState, time: number): void {
    const { contactId, queueId, requirements } = contact
    const { unstaffed } = s.queues.must(`p/${queueId}`).policy
    if (unstaffed === undefined || unstaffed.graceMs > 0 || unstaffed.action === 'take') return
    if (unstaffed.action === 'callback' && kind !== 'startConsult') return
    for (const slot of s.agents.slots()) {
      const { id, presence } = s.agents.at(slot)
      if (presence !== 'ready' && presence !== 'paused') continue
      if (this.#profiles.maybeMeets(id.slice('p/'.length), requirements, time)) return
    }
    must(false, () => `${contactId} came into ${queueId}, where nobody could serve it`)
  }
}

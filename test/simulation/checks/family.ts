import {
  type ContactView,
  type RoutingEvent,
  type RoutingState,
  totalOf,
} from '@evenkeel/routing/core'
import { must } from '../failure.ts'

type LegEnded = Extract<RoutingEvent, { kind: 'legEnded' }>

/** States of a consult in which its expert and who asks have not met. */
const unmet: ReadonlySet<string> = new Set(['waiting', 'offered', 'connecting'])

/** Contacts and their legs, and who counts as having come, from the events alone. */
export class Family {
  /** Open legs: the parent of each, and what it is. */
  readonly #open = new Map<string, { readonly parentId: string; readonly leg: string }>()
  readonly #arrived = new Map<string, number>()
  readonly #closed = new Set<string>()
  /** Consults that nobody asks for any more, until they are seen to be over. */
  readonly #spent = new Set<string>()

  arrived({ contactId, queueId, test }: ContactView): void {
    this.#closed.delete(contactId)
    if (!test) this.#arrived.set(queueId, (this.#arrived.get(queueId) ?? 0) + 1)
  }

  started({ contactId, parentContactId: parentId, leg }: ContactView): void {
    const other = [...this.#open].find(([, known]) => known.parentId === parentId)?.[0]
    must(other === undefined, () => `${parentId} has two open legs, ${other} and ${contactId}`)
    this.#closed.delete(contactId)
    this.#open.set(contactId, { parentId, leg })
  }

  ended({ contactId, parentContactId, leg, end }: LegEnded): void {
    if (leg === 'consult' && end === 'parentLeft') this.#spent.add(contactId)
    const known = this.#open.get(contactId)
    must(known?.parentId === parentContactId, () => `${contactId} was no leg of ${parentContactId}`)
    this.#open.delete(contactId)
  }

  /** A contact is over; whatever was tied to it has been told to be loose. */
  over({ contactId }: ContactView): void {
    must(!this.#open.has(contactId), () => `${contactId} is over, and a leg all the same`)
    const left = [...this.#open].find(([, known]) => known.parentId === contactId)
    must(left === undefined, () => `${left?.[0]} outlives ${contactId}, whose leg it is`)
  }

  closed(contactId: string): void {
    must(!this.#closed.has(contactId), () => `${contactId} was closed twice`)
    this.#closed.add(contactId)
  }

  /** What the state has must be that; and every customer is with one agent, or with none. */
  look(s: RoutingState): void {
    for (const slot of s.queues.slots()) {
      const queue = s.queues.at(slot)
      const { id } = queue
      const accepted = totalOf(s, queue, 'accepted')
      const came = this.#arrived.get(id.slice(id.indexOf('/') + 1)) ?? 0
      must(accepted === came, () => `${id} counts ${accepted} arrivals, ${came} came`)
    }
    for (const id of this.#spent) {
      const state = s.contacts.get(`p/${id}`)?.state ?? ''
      must(!unmet.has(state), () => `${id} is ${state}, and nobody asks for an expert any more`)
    }
    this.#spent.clear()
    for (const [id, { parentId, leg }] of this.#open) {
      const [child, parent] = [s.contacts.get(`p/${id}`), s.contacts.get(`p/${parentId}`)]
      must(child !== undefined && parent !== undefined, () => `the leg ${id} has lost its parent`)
      if (child === undefined || parent === undefined) continue
      const needed = leg === 'consult' ? 'connected' : 'held'
      must(parent.state === needed, () => `${id} is a ${leg}, and its parent is ${parent.state}`)
      const over = leg === 'consult' && child.state === 'wrapUp'
      must(!over, () => `${id} is written up, and a leg of ${parentId} all the same`)
      const apart = leg !== 'consult' || child.agent !== parent.agent || child.agent < 0
      must(apart, () => `${parentId} consults its own agent by ${id}`)
      const same = Buffer.compare(child.attributes, parent.attributes) === 0
      must(same, () => `${id} does not have what is known of ${parentId}`)
    }
  }

  /** Whoever had a contact that goes on to somebody else is in its history. */
  moved(s: RoutingState, contactId: string, agentId: string): void {
    const row = s.contacts.get(`p/${contactId}`)
    if (row === undefined) return
    const last = row.story < 0 ? '' : (s.stories.at(row.story).history.split('\n').at(-1) ?? '')
    must(last.endsWith(` ${agentId}`), () => `${contactId} does not know that ${agentId} had it`)
  }
}

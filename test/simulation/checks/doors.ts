import type { Moment, WorkItem } from '@evenkeel/chassis/protocol'
import type {
  ClosingRule,
  Command,
  ContactView,
  QueueState,
  RoutingEvent,
  RoutingState,
  WhenClosed,
} from '@evenkeel/routing/core'
import { must } from '../failure.ts'

/** A supervisor's last word on a queue. */
interface Word {
  readonly state: QueueState
  readonly until: number
  readonly rule: ClosingRule
  readonly way: WhenClosed
  /** Who waited as it was said, and since when, if they are to be sent away. */
  readonly away: ReadonlyMap<string, number>
}

const inPlace: ReadonlySet<string> = new Set(['waiting', 'dialable'])

/** Who may come into a queue and who of it may be served, by what supervisors said of it. */
export class Doors {
  readonly #words = new Map<string, Word>()
  /** Looks at those who wait that are still to be taken, by queue. */
  readonly #looks = new Map<string, number>()

  /** `s`: as it was before. */
  accepted(c: Command, work: readonly WorkItem[], s: RoutingState | undefined): void {
    for (const { subject } of work) {
      const queueId = queueOf(subject)
      this.#looks.set(queueId, (this.#looks.get(queueId) ?? 0) + 1)
    }
    if (c.kind !== 'setQueueState') return
    const said = work.some(({ subject }) => queueOf(subject) === c.queueId)
    if (!said) return
    const rule = c.rule ?? 'nextOpening'
    this.#words.set(c.queueId, {
      state: c.state,
      until: c.until ?? Number.POSITIVE_INFINITY,
      rule,
      way: c.whenClosed ?? 'refuse',
      away: c.state === 'closed' && rule === 'cancel' ? waitingIn(s, c.queueId) : new Map(),
    })
  }

  /** One slice of a look. `over`: it was the last. */
  looked({ subject }: WorkItem, over: boolean, s: RoutingState | undefined, at: Moment): void {
    const queueId = queueOf(subject)
    if (queueId === '' || !over) return
    const left = (this.#looks.get(queueId) ?? 0) - 1
    this.#looks.set(queueId, left)
    const word = this.#words.get(queueId)
    if (left > 0 || word === undefined || s === undefined) return
    // A look that ends when the word holds no longer has sent away whom it came to before.
    const away = word.until > at.time ? word.away : new Map<string, number>()
    for (const [id, since] of away) {
      const row = s.contacts.get(id)
      const stays = row !== undefined && inPlace.has(row.state) && row.stateSince === since
      const same = stays && s.queues.at(row.queue).id === `p/${queueId}`
      must(!same, () => `${id} is not sent away, and ${queueId} is closed`)
    }
    this.#words.set(queueId, { ...word, away: new Map() })
  }

  #shut(queueId: string, time: number): Word | undefined {
    const word = this.#words.get(queueId)
    return word === undefined || word.state === 'open' || word.until <= time ? undefined : word
  }

  /** Those who wait in it are still to be looked at. */
  isLooking(queueId: string): boolean {
    return (this.#looks.get(queueId) ?? 0) > 0
  }

  isClosed(queueId: string, time: number): boolean {
    return this.#shut(queueId, time)?.state === 'closed'
  }

  told(events: readonly RoutingEvent[], at: Moment, s: RoutingState | undefined): void {
    for (const e of events) {
      if (e.kind === 'contactAccepted') this.#entered(e.contact, at.time)
      if (e.kind === 'legStarted' && e.contact.leg === 'consult') this.#entered(e.contact, at.time)
      if (e.kind === 'offerMade') this.#offered(e.contactId, at.time, s)
      if (e.kind === 'contactEnded') this.#ended(e.contact, at.time)
    }
  }

  #entered({ contactId, queueId, leg }: ContactView, time: number): void {
    const shut = this.#shut(queueId, time)
    if (shut === undefined) return
    const takes = shut.way === 'wait' || shut.way === 'callback'
    const may = shut.state === 'closed' && takes && leg !== 'consult'
    must(may, () => `${contactId} came into ${queueId}, which is ${shut.state}`)
  }

  #offered(contactId: string, time: number, s: RoutingState | undefined): void {
    const row = s?.contacts.get(`p/${contactId}`)
    if (row === undefined || s === undefined) return
    const { id } = s.queues.at(row.queue)
    const queueId = id.slice(id.indexOf('/') + 1)
    const shut = this.#shut(queueId, time)
    if (shut?.state !== 'closed' || (this.#looks.get(queueId) ?? 0) > 0) return
    const onLine = row.callback >= 0 && s.callbacks.at(row.callback).lineSince > 0
    const byHand = row.chosenBy === 'assigned'
    must(byHand || onLine, () => `${contactId} is offered, and ${queueId} is closed`)
  }

  #ended({ contactId, queueId, endCause, leg }: ContactView, time: number): void {
    if (endCause !== 'queueClosed') return
    const shut = this.#shut(queueId, time)
    const sent = shut?.state === 'closed' && (shut.rule === 'cancel' || leg === 'consult')
    must(sent, () => `${contactId} is sent away from ${queueId}, which is ${shut?.state}`)
  }

  /** All that was due has been done: who waits for an opening does so for a reason. */
  passed(s: RoutingState, time: number): void {
    for (const slot of s.contacts.slots()) {
      const { id, queue, state, awaitsOpening } = s.contacts.at(slot)
      if (!inPlace.has(state)) continue
      const queueKey = s.queues.at(queue).id
      const queueId = queueKey.slice(queueKey.indexOf('/') + 1)
      if ((this.#looks.get(queueId) ?? 0) > 0) continue
      const closed = this.#shut(queueId, time)?.state === 'closed'
      must(closed || !awaitsOpening, () => `${id} waits for ${queueId} to open, which is open`)
      must(
        !closed || awaitsOpening,
        () => `${id} waits to be served by ${queueId}, which is closed`,
      )
    }
  }
}

/** Of the subject of a look at a queue; '': of another kind of work. */
const queueOf = (subject: string): string =>
  subject.startsWith('queue p/') ? subject.slice('queue p/'.length) : ''

function waitingIn(s: RoutingState | undefined, queueId: string): Map<string, number> {
  const found = new Map<string, number>()
  if (s === undefined) return found
  for (const slot of s.contacts.slots()) {
    const { id, state, stateSince, awaitsOpening, queue, callback, story } = s.contacts.at(slot)
    const here = inPlace.has(state) && s.queues.at(queue).id === `p/${queueId}`
    // A time that was promised may be kept when it is open again.
    const timed = callback >= 0 && s.callbacks.at(callback).product === 'within'
    // Within one tick of the log's clock, who came before and who after is not told apart.
    const before = stateSince < s.queues.at(queue).stateSince
    // So may one that the customer chose.
    const later = story >= 0 && s.stories.at(story).laterUntil > 0
    if (here && before && !awaitsOpening && !timed && !later) found.set(id, stateSince)
  }
  return found
}

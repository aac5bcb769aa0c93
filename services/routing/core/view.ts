import type { PriorityChange } from './contact/priority.ts'
import type { Moment } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { isCustomerHeld } from './callback/customer-first.ts'
import type { Need } from './classification/classification.ts'
import { known } from './agent/view.ts'
import { attemptFacts } from './callback/dial.ts'
import type { AttemptFacts } from './events.ts'
import { type Span, spansOf } from './contact/history.ts'
import { openLegOf } from './legs/legs.ts'
import { NEVER } from './limits.ts'
import type { AgentRow, ContactRow, ReconciliationRow, StoryRow } from './schema.ts'
import { type Choices, choicesOf, type Window } from './callback/promise-room.ts'
import { hasSteppedAhead } from './callback/step-ahead.ts'
import { idOf, isTerminal, type RoutingState } from './state.ts'
import { storyOf } from './contact/story.ts'
import {
  type Alternative,
  type AlternativesStatus,
  type CallbackProduct,
  type CallbackStatus,
  type Channel,
  type ContactState,
  type DivertCause,
  type EndCause,
  type LegKind,
  type OfferRule,
  type ReconcileCause,
  type ReconciliationState,
  type Requirement,
} from './words.ts'

/** Contacts and agents as others see them: self-contained values without slots. Times in ms since 1970. */
export interface ContactView {
  readonly pool: string
  readonly contactId: string
  readonly queueId: string
  readonly channel: Channel
  readonly requirements: readonly Requirement[]
  readonly preferredAgentIds: readonly string[]
  readonly excludedAgentIds: readonly string[]
  readonly priority: number
  readonly customerKey: string
  readonly addressKey: string
  readonly conversationId: string
  /** Empty in events: attributes go to the agent and to who asks, not onto a stream. */
  readonly attributes: Uint8Array
  readonly references: readonly string[]
  readonly state: ContactState
  readonly stateSince: number
  readonly stateDeadline: number | undefined
  readonly enteredAt: number
  readonly createdAt: number
  readonly agentId: string
  readonly offerId: string
  readonly offersMade: number
  readonly answeredAt: number | undefined
  readonly callback: CallbackView | undefined
  readonly endedAt: number | undefined
  readonly endCause: EndCause
  readonly cancelReason: string
  readonly mergedInto: string
  readonly test: boolean
  readonly version: number
  /** By its present agent. */
  readonly interruptions: number
  readonly liveLegId: string
  readonly escalatedAt: number | undefined
  readonly source: string
  readonly timeZone: string
  /** Empty in events, which tell of each move by itself. */
  readonly history: readonly Span[]
  /** undefined: it came to no other queue; or in events. */
  readonly queueEnteredAt: number | undefined
  readonly redialOf: string
  /** When its wait is given up, once that was told, while it waits on the line; and when it was told. */
  readonly expiresAt: number | undefined
  readonly expiryWarnedAt: number | undefined
  readonly disposition: DispositionView | undefined
  readonly leg: LegKind
  readonly parentContactId: string
  /** '' in events. */
  readonly openLegContactId: string
  /** Of its queue's policy, under which it has its place. */
  readonly policyVersion: number
  /** '': it is in the queue that it was sent to, or was transferred since. */
  readonly divertedFromQueueId: string
  readonly divertedBy: DivertCause
  readonly priorityChange: PriorityChange | undefined
  readonly classified: Need | undefined
  readonly alternatives: AlternativesView | undefined
}

export interface AlternativesView {
  readonly status: AlternativesStatus
  readonly since: number
  readonly offered: readonly Alternative[]
  /** '': nothing is chosen. */
  readonly chosenId: string
  readonly actor: string
  readonly laterUntil: number | undefined
}

export interface DispositionView {
  readonly reason: string
  readonly resolved: boolean
  readonly topic: string
  readonly closedAt: number
  readonly agentId: string
}

export interface CallbackView {
  readonly status: CallbackStatus
  readonly offeredAt: number
  readonly expectedWaitMs: number | undefined
  readonly acceptedAt: number | undefined
  readonly promisedAt: number | undefined
  /** undefined: the place is kept, or nothing is chosen yet. */
  readonly product: CallbackProduct | undefined
  readonly window: Window | undefined
  /** While it is offered, where the queue offers more than to keep the place. */
  readonly choices: Choices | undefined
  readonly steppedAhead: boolean
  readonly recovered: boolean
  readonly policyVersion: number
  readonly requested: boolean
  readonly addressRef: string
  readonly attempts: number
  readonly nextAttemptAt: number | undefined
  readonly firstDialledAt: number | undefined
  readonly attempt: AttemptFacts | undefined
  /** Known once it is over. */
  readonly trunkSavedMs: number | undefined
  /** The customer has answered and no agent has come yet. */
  readonly heldSince: number | undefined
}

const split = (text: string, by: string): readonly string[] => (text === '' ? [] : text.split(by))
const nothing = new Uint8Array(0)

/** A contact as events have it: without its attributes and its history. */
export function contactFacts(s: RoutingState, contact: ContactRow, at: Moment): ContactView {
  const merged = contact.state === 'merged'
  const uptimeLeft = contact.dueUptime === NEVER ? NEVER : contact.dueUptime - at.uptime
  const machineDue = uptimeLeft === NEVER ? NEVER : at.time + uptimeLeft
  const queue = s.queues.at(contact.queue)
  const story = storyOf(s, contact)
  const divertedFrom = story?.divertedFrom ?? NONE
  return {
    pool: s.pools.at(contact.pool).id,
    contactId: idOf(contact.id),
    queueId: idOf(queue.id),
    channel: contact.channel,
    requirements: merged ? [] : s.requestClasses.at(contact.requestClass).requirements,
    preferredAgentIds: split(contact.preferred, ' '),
    excludedAgentIds: split(contact.excluded, ' '),
    priority: contact.priority,
    customerKey: contact.customerKey,
    addressKey: contact.addressKey,
    conversationId: contact.conversationId,
    attributes: nothing,
    references: split(contact.references, '\n'),
    state: contact.state,
    stateSince: contact.stateSince,
    stateDeadline: isTerminal(contact.state)
      ? undefined
      : known(Math.min(contact.dueTime, machineDue)),
    enteredAt: contact.enteredAt,
    createdAt: contact.createdAt,
    agentId: agentIdOf(s, contact),
    offerId: contact.offer === NONE ? '' : s.offers.at(contact.offer).id,
    offersMade: contact.offersMade,
    answeredAt: known(contact.answeredAt),
    callback: contact.callback === NONE ? undefined : callbackView(s, contact, at.time),
    endedAt: known(contact.endedAt),
    endCause: contact.endCause,
    cancelReason: contact.cancelReason,
    mergedInto: contact.mergedInto,
    test: contact.test,
    version: contact.version,
    interruptions: story?.interruptions ?? 0,
    liveLegId: contact.liveLegId,
    escalatedAt: known(contact.escalatedAt),
    source: contact.source,
    timeZone: story?.timeZone ?? '',
    history: [],
    queueEnteredAt: undefined,
    redialOf: story?.redialOf ?? '',
    expiresAt: story?.warnedAt && contact.state === 'waiting' ? contact.expiresAt : undefined,
    expiryWarnedAt: story?.warnedAt || undefined,
    disposition: story && dispositionOf(story),
    leg: story?.leg ?? 'none',
    parentContactId: story?.parentId ?? '',
    openLegContactId: '',
    policyVersion: contact.policyVersion,
    divertedFromQueueId: divertedFrom === NONE ? '' : idOf(s.queues.at(divertedFrom).id),
    divertedBy: story?.divertedBy ?? 'none',
    priorityChange: story && priorityChangeOf(story),
    classified: story && classifiedOf(story),
    alternatives: story && alternativesOf(story),
  }
}

const priorityChangeOf = (story: StoryRow): PriorityChange | undefined =>
  story.priorityAt === 0
    ? undefined
    : {
        former: story.priorityWas,
        actor: story.priorityBy,
        reason: story.priorityWhy,
        at: story.priorityAt,
      }

const alternativesOf = (story: StoryRow): AlternativesView | undefined =>
  story.alternativesStatus === 'none'
    ? undefined
    : {
        status: story.alternativesStatus,
        since: story.alternativesAt,
        offered: story.alternatives,
        chosenId: story.alternativeChosen,
        actor: story.alternativesBy,
        laterUntil: known(story.laterUntil),
      }

const classifiedOf = (story: StoryRow): Need | undefined =>
  story.need === ''
    ? undefined
    : { need: story.need, rule: story.classifiedBy, version: story.classification }

/** What came of it; undefined: nobody has said. */
export const dispositionOf = (story: StoryRow): DispositionView | undefined =>
  story.closedAt === 0
    ? undefined
    : {
        reason: story.closeReason,
        resolved: story.resolved,
        topic: story.topic,
        closedAt: story.closedAt,
        agentId: story.closedBy,
      }

/** Who has it; of an ended contact, who had it last. */
function agentIdOf(s: RoutingState, contact: ContactRow): string {
  if (contact.agent !== NONE) return idOf(s.agents.at(contact.agent).id)
  return isTerminal(contact.state) && contact.answeredAt > 0 ? contact.chosenAgentId : ''
}

/** A contact as its agent and its platform see it. */
export function contactView(s: RoutingState, contact: ContactRow, at: Moment): ContactView {
  const story = storyOf(s, contact)
  const leg = openLegOf(s, contact)
  return {
    ...contactFacts(s, contact, at),
    attributes: contact.attributes,
    history: spansOf(story?.history ?? ''),
    queueEnteredAt: known(story?.queueEnteredAt ?? 0),
    openLegContactId: leg ? idOf(leg.id) : '',
  }
}

function callbackView(s: RoutingState, contact: ContactRow, time: number): CallbackView {
  const c = s.callbacks.at(contact.callback)
  const { callback: policy } = s.queues.at(contact.queue)
  const chooses = c.status === 'offered' && policy !== 'none' && policy.within !== undefined
  return {
    product: c.product === 'within' ? c.product : undefined,
    window:
      c.product === 'within'
        ? { from: Math.max(c.acceptedAt, c.windowFrom), until: c.promisedAt }
        : undefined,
    choices: chooses ? choicesOf(s, contact, time) : undefined,
    steppedAhead: c.product === 'within' && hasSteppedAhead(contact),
    trunkSavedMs: c.trunkSettled ? c.trunkSavedMs : undefined,
    heldSince: isCustomerHeld(c) ? c.lineSince : undefined,
    recovered: c.recovered,
    policyVersion: c.policyVersion,
    requested: c.requested,
    status: c.status,
    offeredAt: c.offeredAt,
    expectedWaitMs: c.expectedWaitMs === NEVER ? undefined : c.expectedWaitMs,
    acceptedAt: known(c.acceptedAt),
    promisedAt: known(c.promisedAt),
    addressRef: c.addressRef,
    attempts: c.attempts,
    nextAttemptAt: known(c.nextAttemptAt),
    firstDialledAt: known(c.firstDialledAt),
    attempt: c.attemptId === '' ? undefined : attemptFacts(s, contact, c),
  }
}

export interface OfferView {
  readonly offerId: string
  readonly agentId: string
  readonly contact: ContactView
  readonly expiresAt: number
  readonly weight: number
  readonly rule: OfferRule
  readonly policyVersion: number
}

/** The agent's unanswered offer. */
export function openOfferOf(s: RoutingState, agent: AgentRow, at: Moment): OfferView | undefined {
  if (agent.openOffer === NONE) return undefined
  const offer = s.offers.at(agent.openOffer)
  const contact = s.contacts.must(offer.contact)
  return {
    offerId: offer.id,
    agentId: idOf(agent.id),
    contact: contactView(s, contact, at),
    expiresAt: offer.expiresAt,
    weight: contact.weight,
    rule: contact.chosenBy,
    policyVersion: offer.policyVersion,
  }
}

export interface ReconciliationView {
  readonly pool: string
  readonly source: string
  readonly requestId: string
  readonly cause: ReconcileCause
  readonly asOf: number
  readonly state: ReconciliationState
  readonly pages: number
  readonly listed: number
  readonly listedUnknown: number
  readonly open: number
  readonly live: number
  readonly later: number
  readonly callbacks: number
  readonly missingWaiting: number
  readonly missingOffered: number
  readonly missingConnected: number
  readonly missingHeld: number
}

export function reconciliationView(s: RoutingState, row: ReconciliationRow): ReconciliationView {
  return {
    pool: s.pools.at(row.pool).id,
    source: idOf(row.id),
    requestId: row.requestId,
    cause: row.cause,
    asOf: row.asOf,
    state: row.state,
    pages: row.pages,
    listed: row.listed,
    listedUnknown: row.listedUnknown,
    open: row.open,
    live: row.live,
    later: row.later,
    callbacks: row.callbacks,
    missingWaiting: row.missingWaiting,
    missingOffered: row.missingOffered,
    missingConnected: row.missingConnected,
    missingHeld: row.missingHeld,
  }
}

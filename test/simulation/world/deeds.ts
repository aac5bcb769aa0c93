import { RespondToCallbackOfferRequest } from '@evenkeel/proto/evenkeel/routing/v1/callback_service'
import { CallbackProduct, DialOutcome } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { Presence } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import {
  MediaCause,
  MediaStatus,
  SubmitContactRequest,
} from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { Switch } from '@evenkeel/proto/evenkeel/routing/v1/operations_service'
import { type ContactRow, type ContactState, idOf } from '@evenkeel/routing/core'
import { poison } from '../poison.ts'
import type { BehaviourName } from './behaviour.ts'
import type { WireCommand } from './calls.ts'
import { withAlternatives } from './choosing.ts'
import { withDialling } from './dialling.ts'
import { withExpiry } from './expiry.ts'
import { withGuard } from './guarding.ts'
import { withTrials } from './qualified.ts'
import { withYielding } from './yielding.ts'
import { duration, pool, queueOf, requirementsOf, stamp } from './plan.ts'
import { reconciliation, switchId } from './reconciling.ts'
import { agentWith, contactsIn, one, requestId, type Scene } from './scene.ts'

/** One behaviour's next deed; undefined when there is nothing to do it to. */
export function deed(name: RoutingBehaviour, s: Scene): WireCommand | undefined {
  return deeds[name](s)
}

/** What brings a contact nearer to its end. */
export const expected = [
  'acceptOffer',
  'acceptOffer',
  'mediaUp',
  'claimDial',
  'claimDial',
  'reportDial',
  'reportDial',
  'answerCallbackOffer',
  'complete',
  'resume',
  'signIn',
] as const satisfies readonly RoutingBehaviour[]

export type RoutingBehaviour = Exclude<BehaviourName, 'editProfile' | 'removeProfile'>
type Deed = (s: Scene) => WireCommand | undefined

function arrival(s: Scene, customerKey: string) {
  const { chance, plan, given } = s
  given.contacts += 1
  const agents = [...plan.agentIds, 'nobody']
  const preferred = chance.happens(0.2)
  return SubmitContactRequest.fromPartial({
    pool,
    contactId: `c${given.contacts}`,
    queueId: chance.any(plan.queues)?.queueId ?? '',
    requirements: chance.happens(0.3) ? withTrials(requirementsOf(chance, 3), plan.seed) : [],
    preferredAgentIds: preferred ? chance.some(agents, 0.4).slice(0, 4) : [],
    ...(preferred ? { holdOut: duration(chance.pick([0, 2_000, 30_000])) } : {}),
    excludedAgentIds: chance.happens(0.1) ? chance.some(agents, 0.3).slice(0, 8) : [],
    priority: chance.happens(0.2) ? chance.int(-5, 5) : 0,
    customerKey,
    addressKey: chance.happens(0.3) ? `n${chance.int(1, plan.customers)}` : '',
    attributes: Buffer.from([chance.int(0, 255)]),
    ...(chance.happens(0.1) ? { timeToLive: duration(chance.pick([1_000, 10_000])) } : {}),
    // A minute back, as after an outage of the platform's own; or by a clock that is ahead.
    ...(chance.happens(0.1) ? { enteredAt: stamp(s.now - chance.int(-1_000, 60_000)) } : {}),
    test: chance.happens(0.1),
    source: chance.happens(0.3) ? switchId : '',
  })
}

const customerOf = (s: Scene): string =>
  s.chance.happens(0.6) ? `k${s.chance.int(1, s.plan.customers)}` : ''

const dialOutcomes = [
  DialOutcome.DIAL_OUTCOME_HUMAN,
  DialOutcome.DIAL_OUTCOME_HUMAN,
  DialOutcome.DIAL_OUTCOME_HUMAN,
  DialOutcome.DIAL_OUTCOME_MACHINE,
  DialOutcome.DIAL_OUTCOME_BUSY,
  DialOutcome.DIAL_OUTCOME_NO_ANSWER,
  DialOutcome.DIAL_OUTCOME_REJECTED,
  DialOutcome.DIAL_OUTCOME_CONGESTION,
  DialOutcome.DIAL_OUTCOME_AGENT_GONE,
  DialOutcome.DIAL_OUTCOME_UNKNOWN,
] as const

const claimants = ['dialler-1', 'dialler-2'] as const

const presences = [
  Presence.PRESENCE_READY,
  Presence.PRESENCE_READY,
  Presence.PRESENCE_READY,
  Presence.PRESENCE_PAUSED,
  Presence.PRESENCE_DRAINING,
  Presence.PRESENCE_SIGNED_OUT,
] as const

function redialling(s: Scene): ContactRow | undefined {
  const known = contactsIn(s).filter((c) => c.customerKey !== '' && c.state !== 'merged')
  const pending = known.filter((c) => c.callback >= 0 && s.state.callbacks.at(c.callback).pending)
  return s.chance.any(pending.length > 0 && s.chance.happens(0.8) ? pending : known)
}

function offered(s: Scene): { pool: string; agentId: string; offerId: string } | undefined {
  const agent = agentWith(s, (a) => a.openOffer >= 0)
  if (agent === undefined || agent.openOffer < 0) return undefined
  return { pool, agentId: idOf(agent.id), offerId: s.state.offers.at(agent.openOffer).id }
}

/** Who waits for a turn to be dialled has no attempt yet, and nothing that a dialler could name. */
function attempt(s: Scene, open: boolean) {
  const any = contactsIn(s).filter(
    (c) => c.callback >= 0 && s.state.callbacks.at(c.callback).attemptId !== '',
  )
  const found = any.filter(
    (c) => c.state === 'dialling' && (s.state.callbacks.at(c.callback).claimant === '') === open,
  )
  const contact = s.chance.any(s.chance.happens(0.1) || found.length === 0 ? any : found)
  if (contact === undefined) return undefined
  const callback = s.state.callbacks.at(contact.callback)
  const likely = callback.claimant !== '' && s.chance.happens(0.8)
  return {
    pool,
    contactId: idOf(contact.id),
    attemptId: callback.attemptId,
    claimant: likely ? callback.claimant : s.chance.pick(claimants),
  }
}

const finishable = ['connected', 'wrapUp', 'held', 'connecting', 'interrupted'] as const

const named = (contactId: string | undefined) =>
  contactId === undefined ? undefined : { pool, contactId }

const wearing = <C extends string, V>($case: C, value: V | undefined) =>
  value === undefined ? undefined : { $case, value }

/** Who hangs up: one of those in the line, or the next to come, whose end overtakes the arrival. */
function leaving(s: Scene) {
  if (s.chance.happens(0.05)) {
    return { pool, contactId: `c${s.given.contacts + 1}`, mayPrecede: true }
  }
  const contactId = one(s, 'waiting', 'offered', 'connecting', 'dialable', 'customerHeld')
  return contactId === undefined ? undefined : { pool, contactId, mayPrecede: false }
}

/** Of what the customer may choose: one of it, or now and then what is not to be had. */
function choiceOf(s: Scene, contact: ContactRow): Partial<RespondToCallbackOfferRequest> {
  const { callback } = s.state.queues.at(contact.queue)
  const within = callback === 'none' ? undefined : callback.within
  if (s.chance.happens(within === undefined ? 0.95 : 0.3)) return {}
  const product = CallbackProduct.CALLBACK_PRODUCT_WITHIN
  if (within === undefined || s.chance.happens(0.6)) return { product }
  const { windowMs, withinMs, windows } = within
  const first = Math.ceil((s.now + withinMs) / windowMs)
  return { product, windowFrom: stamp((first + s.chance.int(0, windows)) * windowMs) }
}

const deeds: Record<RoutingBehaviour, Deed> = {
  arrive: (s) => ({ $case: 'submitContact', value: arrival(s, customerOf(s)) }),
  redial: (s) => {
    const contact = redialling(s)
    if (contact === undefined) return undefined
    const { queues } = s.plan
    const queueId = idOf(s.state.queues.at(contact.queue).id)
    const value = { ...arrival(s, contact.customerKey), requirements: [] }
    return {
      $case: 'submitContact',
      value: queues.length > 0 ? { ...value, queueId } : value,
    }
  },
  abandon: (s) => (s.chance.happens(0.5) ? undefined : wearing('abandonContact', leaving(s))),
  cancel: (s) => {
    const contactId = s.chance.happens(0.3) ? one(s) : undefined
    return contactId === undefined
      ? undefined
      : {
          $case: 'cancelContact',
          value: { pool, contactId, reason: 'changed my mind', mayPrecede: false },
        }
  },
  answerCallbackOffer: (s) => {
    const asked = contactsIn(s, 'waiting').filter(
      (c) => c.callback >= 0 && s.state.callbacks.at(c.callback).status === 'offered',
    )
    const contact = s.chance.any(asked)
    const accept = s.chance.happens(0.8)
    return contact
      ? {
          $case: 'respondToCallbackOffer',
          value: RespondToCallbackOfferRequest.fromPartial({
            pool,
            contactId: idOf(contact.id),
            accept,
            addressRef: accept ? 'tel:1' : '',
            ...(accept ? choiceOf(s, contact) : {}),
          }),
        }
      : undefined
  },
  claimDial: (s) => wearing('claimDial', attempt(s, true)),
  reportDial: (s) => {
    const found = attempt(s, false)
    return found
      ? { $case: 'reportDial', value: { ...found, outcome: s.chance.pick(dialOutcomes) } }
      : undefined
  },
  signIn: (s) => {
    const agent = agentWith(s, (a) => a.presence !== 'ready')
    const ready = s.chance.happens(0.95)
    return agent ? { $case: 'signIn', value: { pool, agentId: idOf(agent.id), ready } } : undefined
  },
  acceptOffer: (s) => wearing('acceptOffer', offered(s)),
  declineOffer: (s) => {
    const offer = offered(s)
    const retryAfter = duration(s.chance.pick([0, 1_000, 60_000]))
    return offer ? { $case: 'declineOffer', value: { ...offer, retryAfter } } : undefined
  },
  mediaUp: (s) => media(s, ['connecting'], [MediaStatus.MEDIA_STATUS_RINGING, answered, answered]),
  mediaDown: (s) =>
    media(s, ['connected', 'connecting'], [MediaStatus.MEDIA_STATUS_ENDED, ended, failed]),
  complete: (s) => {
    const contact = s.chance.any(contactsIn(s, ...finishable))
    if (contact === undefined || contact.agent < 0) return undefined
    const agentId = idOf(s.state.agents.at(contact.agent).id)
    return { $case: 'completeContact', value: { pool, contactId: idOf(contact.id), agentId } }
  },
  hold: (s) => wearing('holdContact', named(one(s, 'connected'))),
  resume: (s) => wearing('resumeContact', named(one(s, 'held'))),
  transfer: (s) => {
    const contactId = one(s, 'waiting', ...finishable)
    if (contactId === undefined) return undefined
    const queueId = s.chance.any(s.plan.queues)?.queueId ?? ''
    const own = s.chance.happens(0.5) ? requirementsOf(s.chance, 2) : []
    const requirements = withTrials(own, s.plan.seed)
    const to = { queueId, requirements, consultContactId: '' }
    const value = { pool, contactId, ...to, requestId: requestId(s) }
    return { $case: 'transferContact', value }
  },
  requeue: (s) => {
    const contactId = one(s, 'offered', 'connecting', 'connected', 'wrapUp', 'interrupted')
    return contactId === undefined
      ? undefined
      : { $case: 'requeueContact', value: { pool, contactId, requestId: requestId(s), reason: '' } }
  },
  extendWrapUp: (s) => {
    const contact = s.chance.any(contactsIn(s, 'wrapUp'))
    if (contact === undefined) return undefined
    const agentId = idOf(s.state.agents.at(contact.agent).id)
    const extension = duration(s.chance.pick([1_000, 60_000, 1_800_000]))
    return {
      $case: 'extendWrapUp',
      value: { pool, agentId, contactId: idOf(contact.id), extension },
    }
  },
  assign: (s) => {
    const contactId = one(s, 'waiting', 'dialable', 'customerHeld')
    const agent = agentWith(s, () => true)
    return contactId === undefined || agent === undefined
      ? undefined
      : { $case: 'assignContact', value: { pool, contactId, agentId: idOf(agent.id) } }
  },
  changePresence: (s) => {
    const agent = agentWith(s, () => true)
    if (agent === undefined) return undefined
    const reason = s.chance.happens(0.3) ? 'lunch' : ''
    const presence = s.chance.pick(presences)
    return { $case: 'setPresence', value: { pool, agentId: idOf(agent.id), presence, reason } }
  },
  openSession: (s) => {
    const agent = agentWith(s, () => true)
    const replica = s.chance.any(s.replicaIds)
    if (agent === undefined || replica === undefined) return undefined
    const resumes = agent.sessionToken !== '' && s.chance.happens(0.5)
    s.given.sessions += 1
    const sessionToken = resumes ? agent.sessionToken : `t${s.given.sessions}`
    const resumeToken = resumes ? agent.sessionToken : ''
    const ready = s.chance.happens(0.8)
    return {
      $case: 'sessionOpened',
      value: { pool, agentId: idOf(agent.id), resumeToken, ready, replica, sessionToken },
    }
  },
  cutSession: (s) => {
    const agent = agentWith(s, (a) => a.connected)
    return agent && agent.sessionToken !== ''
      ? {
          $case: 'sessionCut',
          value: {
            pool,
            agentId: idOf(agent.id),
            sessionToken: agent.sessionToken,
            replica: agent.sessionReplica,
          },
        }
      : undefined
  },
  editQueue: (s) => {
    const slot = s.chance.any([...s.state.queues.slots()])
    if (slot === undefined || !s.chance.happens(0.3)) return undefined
    const { id, etag } = s.state.queues.at(slot)
    const channel = s.plan.queues.find((queue) => queue.queueId === idOf(id))?.channel
    const stale = s.chance.happens(0.1)
    const edited = queueOf(idOf(id), s.chance, stale ? 'stale' : etag, channel)
    const dialling = withExpiry(withDialling(edited, s.plan.seed), s.plan.seed)
    const choosing = withAlternatives(dialling, s.plan.seed, s.plan.queues)
    const yielding = withGuard(withYielding(choosing, s.plan.seed), s.plan.seed)
    const requirements = withTrials(yielding.requirements, s.plan.seed)
    const queue = { ...yielding, requirements }
    return { $case: 'putQueue', value: { queue, validateOnly: false } }
  },
  switch: (s) => ({
    $case: 'setPoolSwitches',
    value: {
      pool,
      // Mostly on: where nobody is ever offered anything, nothing happens.
      offers: s.chance.pick([Switch.SWITCH_OFF, on, on, on]),
      dials: s.chance.pick([Switch.SWITCH_OFF, Switch.SWITCH_UNSPECIFIED, on, on]),
      learning: s.chance.pick([Switch.SWITCH_OFF, on]),
      reason: 'drill',
      actor: 'sue',
    },
  }),
  watchEndpoints: (s) => ({
    $case: 'putEndpointBreaker',
    value: {
      pool,
      breaker: s.chance.happens(0.1)
        ? undefined
        : {
            window: duration(s.chance.pick([5_000, 60_000])),
            minFailures: s.chance.int(1, 3),
            probeEvery: duration(s.chance.pick([1_000, 5_000])),
            pausedShareBp: s.chance.pick([1, 5_000]),
            rest: undefined,
            pauseAfterMissed: 0,
          },
    },
  }),
  reconcile: (s) => ({ $case: 'reconcileContacts', value: reconciliation(s) }),
  sayAgain: (s) => s.former(),
  sayOtherwise: (s) => {
    const said = s.former()
    if (said?.$case !== 'submitContact') return undefined
    // Towards the middle: what is out of range never gets as far as the log.
    const priority = said.value.priority - Math.sign(said.value.priority || -1)
    return { $case: 'submitContact', value: { ...said.value, priority } }
  },
  sayNonsense: (s) => s.chance.pick(nonsense),
}

const on = Switch.SWITCH_ON
const answered = MediaStatus.MEDIA_STATUS_ANSWERED
const ended = MediaStatus.MEDIA_STATUS_ENDED
const failed = MediaStatus.MEDIA_STATUS_FAILED

const causes = [
  MediaCause.MEDIA_CAUSE_CUSTOMER,
  MediaCause.MEDIA_CAUSE_CUSTOMER,
  MediaCause.MEDIA_CAUSE_AGENT,
  MediaCause.MEDIA_CAUSE_NETWORK,
] as const

function media(
  s: Scene,
  states: readonly ContactState[],
  statuses: readonly [MediaStatus, ...MediaStatus[]],
) {
  const contactId = one(s, ...states)
  if (contactId === undefined) return undefined
  const [status, cause] = [s.chance.pick(statuses), s.chance.pick(causes)]
  return { $case: 'reportMedia', value: { pool, contactId, status, cause } } as const
}

const nobody = { pool, contactId: 'nobody' }
const nonsense: readonly [WireCommand, ...WireCommand[]] = [
  { $case: 'holdContact', value: nobody },
  { $case: 'holdContact', value: { pool, contactId: poison } },
  { $case: 'abandonContact', value: { pool: 'elsewhere', contactId: 'c1', mayPrecede: true } },
  { $case: 'acceptOffer', value: { pool, agentId: 'nobody', offerId: 'o-1-1' } },
  { $case: 'signIn', value: { pool, agentId: 'nobody', ready: true } },
  { $case: 'claimDial', value: { ...nobody, attemptId: 'd-1-1', claimant: 'x' } },
]

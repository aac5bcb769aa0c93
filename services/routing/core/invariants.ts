import type { Moment } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { isThere } from './agent/adherence.ts'
import { weightOfOwn } from './agent/availability.ts'
import { isDecided } from './callback/promise.ts'
import { isCustomerHeld } from './callback/customer-first.ts'
import { hasChannel, mayWait } from './contact/hold.ts'
import { yields } from './contact/interruption.ts'
import { isCounted } from './legs/legs.ts'
import { capacity, limits, NEVER } from './limits.ts'
import { canTake } from './matching/choose.ts'
import { isEligible, isSkilled } from './matching/classes.ts'
import { takenOf } from './matching/free.ts'
import { totalsOf } from './queue/figures.ts'
import { abandonedLive, answeredLive } from './queue/service-level.ts'
import type { AgentRow, CallbackRow, ContactRow } from './schema.ts'
import { isInService, isQueued, isTerminal, type RoutingState } from './state.ts'
import { hasSteppedAhead, isTimed } from './callback/step-ahead.ts'
import { channels, isLive } from './words.ts'

/** What must hold after every command, in sentences that name the row. `full` looks at everything, else at what was touched. */
export function invariants(s: RoutingState, at: Moment, full: boolean): readonly string[] {
  const broken: string[] = []
  if (full) {
    for (const contact of s.contacts.inKeyOrder()) checkContact(s, contact, broken)
    for (const agent of s.agents.inKeyOrder()) checkAgent(s, agent, broken)
    for (const early of s.earlyEnds.inKeyOrder()) checkEarlyEnd(s, early.id, broken)
    checkPools(s, broken)
    checkPromises(s, broken)
    checkFigures(s, broken)
    checkTimesheets(s, at, broken)
    return broken
  }
  for (const { table, slot, exists } of s.db.touchedRows()) {
    if (!exists) continue
    if (table === 'contacts') {
      checkContact(s, s.contacts.at(slot), broken)
      checkEarlyEnd(s, s.contacts.at(slot).id, broken)
    }
    if (table === 'earlyEnds') checkEarlyEnd(s, s.earlyEnds.at(slot).id, broken)
    if (table === 'agents') checkAgent(s, s.agents.at(slot), broken)
    if (table === 'pools') checkPools(s, broken)
  }
  return broken
}

function checkPools(s: RoutingState, broken: string[]): void {
  for (const pool of s.pools.inKeyOrder()) {
    if (pool.belowRequiredSkill !== 0) {
      broken.push(`pool ${pool.id}: ${pool.belowRequiredSkill} assignments below a required level`)
    }
  }
}

/** Every promise that was given is kept, broken, void or open. */
function checkPromises(s: RoutingState, broken: string[]): void {
  const open = new Map<number, number>()
  for (const { contact, pending, promisedAt, promiseSettled, queue } of s.callbacks.inKeyOrder()) {
    if (!pending || promisedAt === 0 || promiseSettled || s.contacts.at(contact).test) continue
    open.set(queue, (open.get(queue) ?? 0) + 1)
  }
  for (const queue of s.queues.inKeyOrder()) {
    const { id, slot, promisesGiven: given } = queue
    const { promisesKept, promisesBroken } = totalsOf(s, queue).figures
    const over = promisesKept + promisesBroken + queue.promisesVoid
    const known = over + (open.get(slot) ?? 0)
    if (known !== given) broken.push(`queue ${id}: gave ${given} promises, ${known} are known`)
  }
}

/** Whoever came is counted once as answered, abandoned, called back or otherwise ended, or is undecided. */
function checkFigures(s: RoutingState, broken: string[]): void {
  const undecided = new Map<number, number>()
  for (const contact of s.contacts.inKeyOrder()) {
    if (isTerminal(contact.state) || contact.state === 'merged' || !isCounted(s, contact)) continue
    if (isDecided(s, contact)) continue
    undecided.set(contact.pool, (undecided.get(contact.pool) ?? 0) + 1)
  }
  for (const { slot, id } of s.pools.inKeyOrder()) {
    let [came, known] = [0, undecided.get(slot) ?? 0]
    for (let q = s.queuesOfPool.first(slot); q !== NONE; q = s.queuesOfPool.next(q)) {
      const { figures } = totalsOf(s, s.queues.at(q))
      came += figures.accepted
      known += answeredLive(figures) + abandonedLive(figures)
      known += figures.callbacksTaken + figures.endedOtherwise
    }
    if (came !== known) broken.push(`pool ${id}: ${came} contacts came, ${known} are counted`)
  }
}

/** An end that waits for its contact closes it as it comes: the two are never both here. */
function checkEarlyEnd(s: RoutingState, key: string, broken: string[]): void {
  if (s.earlyEnds.get(key) === undefined) return
  const contact = s.contacts.get(key)
  if (contact) broken.push(`contact ${key} (${contact.state}): its end came first, and still waits`)
}

function checkContact(s: RoutingState, c: ContactRow, broken: string[]): void {
  const withAgent = isInService(c.state) && !isDialledAhead(s, c)
  const say = (what: string): void => void broken.push(`contact ${c.id} (${c.state}): ${what}`)
  if (c.dueTime === NEVER && c.dueUptime === NEVER) say('has no deadline')
  if (withAgent && c.agent === NONE) say('is in service without an agent')
  if (!withAgent && c.state !== 'held' && c.state !== 'interrupted' && c.agent !== NONE)
    say('has an agent but is not in service')
  if (withAgent !== c.weight > 0) say(`takes ${c.weight} of its agent's budget`)
  if ((c.endCause !== 'none') !== isTerminal(c.state)) say(`ended by ${c.endCause}`)
  if (c.offer !== NONE && c.agent === NONE) say('has an offer without an agent')
  const closed = c.story !== NONE && s.stories.at(c.story).closedAt > 0
  if (closed && !isTerminal(c.state)) say('is closed and has not ended')
  if (c.awaitsOpening && !(c.heldOut && isQueued(c.state)))
    say('waits for an opening, not in a queue')
  if (c.awaitsOpening && c.state === 'customerHeld') say('is held on the line for an opening')
  checkLeg(s, c, say)
  checkOffer(s, c, say)
  checkHeld(s, c, say)
  checkCallback(s, c, say)
  checkUnmatched(s, c, say)
  checkAside(s, c, say)
}

/** Only what is worked on yields; what is set aside has its agent, who has no room for it. */
function checkAside(s: RoutingState, c: ContactRow, say: (what: string) => void): void {
  const yieldsTo = c.story === NONE ? 0 : s.stories.at(c.story).yieldsTo
  if (yieldsTo > 0 && (c.state !== 'connected' || isLive(c.channel))) say('yields')
  if (c.state !== 'interrupted') return
  if (c.agent === NONE) return say('is set aside without an agent')
  const agent = s.agents.at(c.agent)
  const weight = isSkilled(s, agent, c) ? weightOfOwn(agent, c.channel) : 0
  if (weight > 0 && takenOf(agent) + weight <= capacity) {
    say(`is set aside although ${agent.id} has room for it`)
  }
}

/** An open leg and its parent are where they must be for each other. */
function checkLeg(s: RoutingState, c: ContactRow, say: (what: string) => void): void {
  if (s.openLegs.size(c.slot) > limits.openLegsPerContact) say('has two open legs')
  const story = c.story === NONE ? undefined : s.stories.at(c.story)
  if (story === undefined || story.parent === NONE) return
  const parent = s.contacts.at(story.parent)
  if (story.leg === 'consult' && c.awaitsOpening) say('is a consult and waits for an opening')
  const over = isTerminal(c.state) || (story.leg === 'consult' && c.state === 'wrapUp')
  if (over) say(`is an open leg of ${parent.id}`)
  const needed = story.leg === 'consult' ? 'connected' : 'held'
  if (parent.state !== needed) say(`is a ${story.leg} of ${parent.id}, which is ${parent.state}`)
  if (story.leg === 'channelSwitch' && c.agent === NONE) say('has left its agent and is a leg yet')
  if (c.callback !== NONE) say('is a leg and has a callback')
}

/** While no endpoint answers, one contact is tried at a time. */
function checkHeld(s: RoutingState, c: ContactRow, say: (what: string) => void): void {
  const pool = s.pools.at(c.pool)
  if (c.state !== 'offered' || !hasChannel(pool.brokenChannels, channels.indexOf(c.channel))) return
  const breaker = s.breakers.must(`${pool.id}/${c.channel}`)
  if (c.stateSince > breaker.openedAt && breaker.probe !== c.id) {
    say('is offered although no endpoint answers')
  }
}

function checkOffer(s: RoutingState, c: ContactRow, say: (what: string) => void): void {
  if (c.offer === NONE) {
    if (c.state === 'offered') say('is offered without an offer')
    return
  }
  const offer = s.offers.at(c.offer)
  const agent = s.agents.at(c.agent)
  if (offer.contact !== c.id) say(`has the offer ${offer.id} of ${offer.contact}`)
  if (offer.agent !== agent.id) say(`has the offer ${offer.id} of agent ${offer.agent}`)
  if ((offer.status === 'open') !== (c.state === 'offered')) say(`its offer is ${offer.status}`)
  if (c.state === 'offered') {
    if (agent.openOffer !== c.offer) say(`agent ${agent.id} does not know its offer`)
    if (!isEligible(s, agent, c)) say(`is offered to ${agent.id}, who is below a required level`)
  }
}

function checkCallback(s: RoutingState, c: ContactRow, say: (what: string) => void): void {
  const callback = c.callback === NONE ? undefined : s.callbacks.at(c.callback)
  const pending = callback?.pending ?? false
  const virtual = c.state === 'dialable' || c.state === 'callbackWaiting' || c.state === 'dialling'
  if (virtual && !pending) say('keeps a place for a callback that is not pending')
  const held = callback !== undefined && isCustomerHeld(callback)
  if ((c.state === 'customerHeld') !== held && isQueued(c.state)) say('is held, or is not')
  const onLine = held && (c.state === 'customerHeld' || c.state === 'connecting')
  if (pending && !virtual && c.state !== 'offered' && !onLine) {
    say('has a pending callback but the customer is live')
  }
  if (callback === undefined) return
  checkTimed(c, callback, say)
  const open = callback.attemptState === 'requested' || callback.attemptState === 'claimed'
  const dialling = open || callback.attemptState === 'scheduled'
  if (dialling !== (c.state === 'dialling')) say(`its dial attempt is ${callback.attemptState}`)
  if ((callback.attemptState === 'claimed') !== (callback.claimant !== '') && open) {
    say(`its dial attempt is ${callback.attemptState} by "${callback.claimant}"`)
  }
}

/** Dialled before an agent is free. */
function isDialledAhead(s: RoutingState, c: ContactRow): boolean {
  return c.state === 'dialling' && s.callbacks.at(c.callback).attemptAgentId === ''
}

/** A promised time is looked at before it comes, and it alone gives a place before those on the line. */
function checkTimed(c: ContactRow, callback: CallbackRow, say: (what: string) => void): void {
  const timed = isTimed(callback)
  const inLine = isQueued(c.state) || c.state === 'offered'
  const first = callback.firstAt > 0 || isCustomerHeld(callback)
  if (!timed && inLine && hasSteppedAhead(c) && !first) {
    say('is before everybody on the line and has no time to keep')
  }
  if (!timed || c.state !== 'dialable' || hasSteppedAhead(c)) return
  if (c.reviewAt > callback.promisedAt) say('is not looked at before its promised time')
}

/** Outside the work list no eligible pair is left unmatched, unless a hold-out or an exclusion says so. */
function checkUnmatched(s: RoutingState, c: ContactRow, say: (what: string) => void): void {
  if (!isQueued(c.state) || c.heldOut) return
  if (mayWait(s.pools.at(c.pool), channels.indexOf(c.channel))) return
  const request = s.requestClasses.at(c.requestClass)
  const none = s.exclusionsOfContact.size(c.slot) === 0
  const slot = s.free.best(request, (agent) => none || canTake(s, s.agents.at(agent), c))
  if (slot !== NONE) say(`waits although agent ${s.agents.at(slot).id} could take it`)
}

/** Whose time is counted is so where the timesheet counts it. */
function checkAdherence(a: AgentRow, say: (what: string) => void): void {
  const { adherence } = a
  if ((adherence === 'unrostered') !== (a.timesheet === NONE))
    say(`is ${adherence}, and counted so`)
  if ((adherence === 'unrostered') !== (a.duty.length === 0)) say(`is ${adherence} by its roster`)
  if (adherence === 'unrostered') return
  const there = adherence === 'onDuty' || adherence === 'onThoughOff'
  if (there !== isThere(a)) say(`keeps to the roster as ${adherence}`)
}

/** No team is there for longer than it is rostered, nor counts what is to come. */
function checkTimesheets(s: RoutingState, { time }: Moment, broken: string[]): void {
  for (const { id, quarters, countedUntil } of s.timesheets.inKeyOrder()) {
    if (countedUntil > time) broken.push(`team ${id} is counted until ${countedUntil}`)
    for (const { from, rosteredMs, adheredMs, beyondMs } of quarters) {
      if (adheredMs >= 0 && adheredMs <= rosteredMs && beyondMs >= 0) continue
      broken.push(`team ${id} at ${from}: ${adheredMs} of ${rosteredMs} ms, ${beyondMs} beyond`)
    }
  }
}

function checkAgent(s: RoutingState, a: AgentRow, broken: string[]): void {
  const say = (what: string): void => void broken.push(`agent ${a.id} (${a.presence}): ${what}`)
  let [load, aside, call, chat] = [0, 0, 0, 0]
  for (let w = s.workOf.first(a.slot); w !== NONE; w = s.workOf.next(w)) {
    const contact = s.contacts.at(w)
    const { state, weight } = contact
    load += weight
    if (state === 'interrupted') aside += 1
    if (yields(s, contact, 'voice')) call += weight
    if (yields(s, contact, 'chat')) chat += weight
  }
  const counted = [a.aside, a.yieldsToCall, a.yieldsToChat].join()
  if (counted !== [aside, call, chat].join()) {
    say(`counts ${counted} of what is aside and yields: ${[aside, call, chat].join()}`)
  }
  checkAdherence(a, say)
  if (load !== a.load) say(`load is ${a.load}, open work takes ${load}`)
  if (a.load < 0 || a.load > capacity) say(`load ${a.load} is outside 0-${capacity}`)
  if (a.presence === 'signedOut' && a.load > 0) say('is signed out with open work')
  if (a.connected && a.sessionToken === '') say('is connected without a session')
  if (a.openOffer === NONE) return
  if (a.presence !== 'ready') say('has an unanswered offer')
  const contact = s.contacts.get(s.offers.at(a.openOffer).contact)
  if (contact?.agent !== a.slot) say('has an offer of a contact that is not its own')
}

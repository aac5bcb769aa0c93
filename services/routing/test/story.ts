import assert from 'node:assert/strict'
import { type Moment, type Outcome, TOUCHED_MAX, type WorkItem } from '@evenkeel/chassis/protocol'
import { Database } from '@evenkeel/chassis/table'
import {
  type AgentView,
  agentView,
  type CallbackPolicy,
  type Channel,
  type Command,
  type ContactView,
  contactView,
  createState,
  type DialOutcome,
  type Figures,
  findContact,
  keyOf,
  type MediaCause,
  type MediaStatus,
  openOfferOf,
  type Presence,
  type QueuePolicy,
  type Requirement,
  type RoutingEvent,
  type RoutingState,
  routingCore,
  type SubmitContact,
  totalsOf,
} from '../core/index.ts'
import { plainCallback, plainPolicy } from './policies.ts'

/** A pool with one voice: given, when, then on the pure core, with the log's bookkeeping played by hand. */
export class Story {
  readonly db = new Database()
  readonly state: RoutingState = createState(this.db)
  readonly events: RoutingEvent[] = []
  time = 1_700_000_000_000
  uptime = 0
  offset = 0

  constructor() {
    this.db.commit()
    this.do({ kind: 'putPool', pool: 'p', displayName: 'Pool', etag: '' })
  }

  get at(): Moment {
    return { time: this.time, uptime: this.uptime, offset: this.offset, logic: 1 }
  }

  /** Applies a command as a replica would: commit or undo, then the invariants of everything. */
  try(command: Command): Outcome<RoutingEvent> {
    const before = this.db.dump()
    const outcome = this.apply(command, before)
    this.check()
    return outcome
  }

  /** The same without a look at everything; `before`: what a refusal must leave. */
  apply(command: Command, before?: string): Outcome<RoutingEvent> {
    this.offset += 1
    const outcome = routingCore.apply(this.state, command, this.at)
    if (outcome.ok) {
      assert.ok(this.db.touched() <= TOUCHED_MAX, `${command.kind} touches ${this.db.touched()}`)
      this.events.push(...outcome.events)
      this.db.commit()
    } else {
      this.db.undo()
      if (before !== undefined) assert.equal(this.db.dump(), before, 'a refusal changes nothing')
    }
    return outcome
  }

  do(command: Command): void {
    const outcome = this.try(command)
    if (!outcome.ok) assert.fail(`${command.kind}: ${JSON.stringify(outcome.rejection)}`)
  }

  /** A command, and what it leaves on the work list. */
  work(command: Command): void {
    const outcome = this.try(command)
    assert.ok(outcome.ok, JSON.stringify(outcome))
    for (const item of outcome.work ?? []) {
      for (let next: typeof item | undefined = item; next; ) next = this.slice(next)
    }
  }

  row(queueId: string) {
    return this.state.queues.must(keyOf('p', queueId))
  }

  refuse(command: Command): string {
    const outcome = this.try(command)
    assert.ok(!outcome.ok, `${command.kind} should be refused`)
    return outcome.rejection.code
  }

  /** Time passes in steps of a second, with a tick at each. */
  pass(ms: number): void {
    for (let left = ms; left > 0; left -= 1_000) {
      this.offset += 1
      this.time += Math.min(1_000, left)
      this.uptime += Math.min(1_000, left)
      for (let more = true; more; ) {
        const fired = routingCore.expire(this.state, this.at, 64)
        this.events.push(...fired.events)
        more = fired.more
        this.db.commit()
      }
      this.check()
    }
  }

  /** Time passes at once, with one tick at its end. */
  skip(ms: number): void {
    this.time += ms - 1
    this.uptime += ms - 1
    this.pass(1)
  }

  check(): void {
    assert.deepEqual(routingCore.invariants(this.state, this.at, true), [])
    assert.deepEqual(this.db.check(), [])
  }

  queue(
    queueId: string,
    options: {
      channel?: Channel
      requirements?: readonly Requirement[]
      policy?: Partial<QueuePolicy>
      callback?: Partial<CallbackPolicy>
    } = {},
  ): void {
    this.work({
      kind: 'putQueue',
      pool: 'p',
      queueId,
      displayName: queueId,
      channel: options.channel ?? 'voice',
      policy: { ...plainPolicy, requirements: options.requirements ?? [], ...options.policy },
      callback: options.callback ? { ...plainCallback, ...options.callback } : undefined,
      etag: this.state.queues.find('p', queueId)?.etag ?? '',
    })
  }

  /** An agent with skills like { tax: 3 }, at work and ready. */
  agent(
    agentId: string,
    skills: Record<string, number>,
    weights: Partial<Record<Channel, number>> = { voice: 100 },
  ): void {
    this.profile(agentId, skills, weights)
    this.do({ kind: 'signIn', pool: 'p', agentId, ready: true })
  }

  profile(
    agentId: string,
    skills: Record<string, number>,
    weights: Partial<Record<Channel, number>> = { voice: 100 },
  ): void {
    this.do({
      kind: 'changeProfile',
      pool: 'p',
      agentId,
      skills: Object.entries(skills).map(([skillId, level]) => ({
        skillId,
        level,
        from: 0,
        until: Number.POSITIVE_INFINITY,
      })),
      channels: Object.entries(weights).map(([channel, weight]) => ({
        channel: channel as Channel,
        weight,
      })),
    })
  }

  submit(contactId: string, queueId: string, more: Partial<SubmitContact> = {}): void {
    this.do(this.submission(contactId, queueId, more))
  }

  submission(contactId: string, queueId: string, more: Partial<SubmitContact> = {}): SubmitContact {
    return {
      kind: 'submitContact',
      pool: 'p',
      contactId,
      queueId,
      requirements: [],
      preferredAgentIds: [],
      holdOutMs: 0,
      excludedAgentIds: [],
      priority: 0,
      customerKey: '',
      addressKey: '',
      conversationId: '',
      attributes: new Uint8Array(0),
      references: [],
      enteredAt: undefined,
      timeToLiveMs: undefined,
      test: false,
      fingerprint: `${contactId} ${queueId} ${JSON.stringify(more)}`.slice(0, 32),
      ...more,
    }
  }

  contact(contactId: string): ContactView {
    const row = findContact(this.state, 'p', contactId)
    assert.ok(row, `contact ${contactId} is not there`)
    return contactView(this.state, row, this.at)
  }

  /** The contact that an agent is being offered, '' if none. */
  offered(agentId: string): string {
    const offer = openOfferOf(this.state, this.state.agents.must(keyOf('p', agentId)), this.at)
    return offer?.contact.contactId ?? ''
  }

  offerId(agentId: string): string {
    const offer = openOfferOf(this.state, this.state.agents.must(keyOf('p', agentId)), this.at)
    assert.ok(offer, `${agentId} has no offer`)
    return offer.offerId
  }

  accept(agentId: string): void {
    this.do({ kind: 'acceptOffer', pool: 'p', agentId, offerId: this.offerId(agentId) })
  }

  /** Accepts the open offer and brings the media up. */
  talk(agentId: string): string {
    const contactId = this.offered(agentId)
    this.accept(agentId)
    this.do({ kind: 'reportMedia', pool: 'p', contactId, status: 'answered', cause: 'none' })
    return contactId
  }

  complete(agentId: string, contactId: string): void {
    this.do({ kind: 'completeContact', pool: 'p', contactId, agentId })
  }

  abandon(contactId: string): void {
    this.do({ kind: 'abandonContact', pool: 'p', contactId })
  }

  cancel(contactId: string): void {
    this.do({ kind: 'cancelContact', pool: 'p', contactId, reason: '' })
  }

  hold(contactId: string): void {
    this.do({ kind: 'holdContact', pool: 'p', contactId })
  }

  resume(contactId: string): void {
    this.do({ kind: 'resumeContact', pool: 'p', contactId })
  }

  media(contactId: string, status: MediaStatus, cause: MediaCause = 'none'): void {
    this.do({ kind: 'reportMedia', pool: 'p', contactId, status, cause })
  }

  decline(agentId: string, retryAfterMs = 60_000): void {
    const offerId = this.offerId(agentId)
    this.do({ kind: 'declineOffer', pool: 'p', agentId, offerId, retryAfterMs })
  }

  presence(agentId: string, presence: Presence, reason = ''): void {
    this.do({ kind: 'setPresence', pool: 'p', agentId, presence, reason })
  }

  openDesk(
    agentId: string,
    token: string,
    { resumeToken = '', replica = 'r1' }: { resumeToken?: string; replica?: string } = {},
  ): void {
    const who = { kind: 'openSession', pool: 'p', agentId, ready: true } as const
    this.do({ ...who, token, resumeToken, replica })
  }

  cutDesk(agentId: string, token: string, replica = 'r1'): void {
    this.do({ kind: 'cutSession', pool: 'p', agentId, token, replica })
  }

  /** A replica begins a new run, or has fallen silent. */
  orphan(replica: string): readonly WorkItem[] {
    this.offset += 1
    return routingCore.orphaned(this.state, replica, this.at)
  }

  /** One slice of work from the list. */
  slice(item: WorkItem): WorkItem | undefined {
    this.offset += 1
    const { events, next } = routingCore.work(this.state, item, this.at)
    this.events.push(...events)
    assert.ok(this.db.touched() <= TOUCHED_MAX, `a slice touches ${this.db.touched()} rows`)
    this.db.commit()
    this.check()
    return next
  }

  view(agentId: string): AgentView {
    return agentView(this.state, this.state.agents.must(keyOf('p', agentId)), this.at)
  }

  /** The customer wants to be called back, and hangs up. */
  wantsCallback(contactId: string): void {
    this.do({
      kind: 'respondToCallbackOffer',
      pool: 'p',
      contactId,
      accept: true,
      addressRef: `tel-${contactId}`,
    })
    this.abandon(contactId)
  }

  attemptId(contactId: string): string {
    return this.contact(contactId).callback?.attempt?.attemptId ?? ''
  }

  claim(contactId: string, claimant = 'd1'): void {
    const attemptId = this.attemptId(contactId)
    this.do({ kind: 'claimDial', pool: 'p', contactId, attemptId, claimant })
  }

  report(contactId: string, outcome: DialOutcome, claimant = 'd1'): void {
    const attemptId = this.attemptId(contactId)
    this.do({ kind: 'reportDial', pool: 'p', contactId, attemptId, claimant, outcome })
  }

  /** What a queue has done since it was made. */
  figures(queueId: string): Figures {
    return totalsOf(this.state, this.state.queues.must(keyOf('p', queueId))).figures
  }

  /** Events of one kind so far. */
  told<K extends RoutingEvent['kind']>(kind: K): Extract<RoutingEvent, { kind: K }>[] {
    return this.events.filter((e): e is Extract<RoutingEvent, { kind: K }> => e.kind === kind)
  }

  kinds(): string[] {
    return this.events.map((event) => event.kind)
  }
}

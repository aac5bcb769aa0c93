import { common } from '../errors/index.ts'
import type { Moment } from '../protocol/core.ts'
import { LEASE_MS } from '../protocol/limits.ts'
import type { Halt } from '../protocol/halts.ts'
import type { Partition } from '../protocol/partition.ts'
import type { LogRecord, Verdict } from '../protocol/record.ts'
import { protocolErrors } from '../protocol/refusals.ts'
import { AppendQueue } from './append-queue.ts'
import { Calls, outOfTurn } from './calls.ts'
import { Candidacy } from './candidacy.ts'
import { LeftEarly } from './ending.ts'
import { HaltedAtStart, haltedError, tellHalt } from './halted.ts'
import { join } from './join.ts'
import { Leader } from './leader.ts'
import { DRAIN_MS_MAX } from './limits.ts'
import { Pulse } from './pulse.ts'
import { type Operations, operationsOf } from './operations.ts'
import { Positions } from './positions.ts'
import { randomHex } from './random.ts'
import { type RealTime, processTime } from './real-time.ts'
import type {
  Applied,
  CallTerms,
  FeedListener,
  ReplicaOptions,
  ReplicaStats,
  RunningReplica,
} from './replica.ts'
import { Rest } from './rest.ts'
import type { Begun } from './restore.ts'
import { haltOf, Runner, type RunnerHooks, throwOutOfHand } from './runner.ts'
import type { Snapshotter } from './snapshotter.ts'

/** One replica of one partition: the runner, the way into the log, what the leader does besides. */
export class Member<State, Command, Event> implements RunningReplica<State> {
  readonly id: string
  readonly service: string
  readonly partition: number
  readonly operations: Operations
  readonly #options: ReplicaOptions<State, Command, Event>
  readonly #core: Partition<State, Command, Event>
  readonly #time: RealTime
  readonly #runner: Runner<State, Command, Event>
  readonly #queue: AppendQueue
  readonly #calls: Calls
  readonly #leader: Leader<State, Command, Event>
  readonly #candidacy: Candidacy
  readonly #pulse: Pulse
  readonly #positions: Positions
  readonly #snapshotter: Snapshotter | undefined
  /** Aborted by `stop`: a new run does not join any more. */
  readonly #leaving = new AbortController()
  #nonce: string
  #joined: { resolve(): void; reject(error: Error): void } | undefined
  #epoch = -1
  #holdsSessions = () => false
  /** Joined, and neither fenced, halted nor leaving. */
  #standing = false
  #fenced = false
  /** Has not joined, for a record that can't be decoded. */
  #waiting = false

  constructor(
    options: ReplicaOptions<State, Command, Event>,
    nonce: string,
    { core, snapshotter }: Begun<State, Command, Event>,
  ) {
    const { service, log, streams, clock, clockSpeed = 1, partition, replicaId, logger } = options
    this.service = service.name
    this.id = replicaId
    this.partition = partition
    this.#options = options
    this.#nonce = nonce
    const time = options.realTime ?? processTime
    this.#time = time
    const rest = new Rest(time)
    this.#core = core
    this.#snapshotter = snapshotter
    this.#positions = new Positions(partition, time)
    const hooks = this.#hooks(rest)
    const [number, replica] = [partition, replicaId]
    const broken = (error: unknown) => this.#broken(error)
    const head = (alone: boolean) => this.#leader.head(alone)
    const { onStage = () => {} } = options
    const shared = { log, time, replica, logger, onStage }
    const queue = new AppendQueue({ ...shared, partition, head, broken })
    this.#queue = queue
    this.#calls = new Calls({
      queue,
      clock,
      clockSpeed,
      time,
      logTime: () => core.now().time,
      position: (offset) => this.#positions.text(offset),
      errors: { ...protocolErrors, ...service.errors },
    })
    this.#runner = new Runner({ ...shared, service, core, number, hooks })
    const leading = { service, core, number, queue, streams, clock, clockSpeed }
    this.#leader = new Leader({ ...leading, time, rest, logger, onStage, broken })
    this.#pulse = new Pulse({
      time,
      clockSpeed,
      holdsSessions: () => this.#holdsSessions(),
      leads: () => this.#leader.leading,
      alive: () => queue.own({ kind: 'alive' }),
    })
    this.#candidacy = new Candidacy({
      time,
      held: () => core.lease(),
      resting: () => rest.resting,
      leads: () => this.#leads(),
      rank: () => core.rank(replica),
      behind: async () => (await log.head(partition)) > core.offset + 1,
      claim: () => queue.own({ kind: 'claim' }, { clockMs: clock.now() }),
    })
    this.operations = operationsOf({
      service: service.name,
      understood: service.logic,
      partition,
      replica,
      core,
      leads: () => this.#leads(),
      rest: () => this.#candidacy.rest(),
      own: (body) => queue.own(body),
      poison: () => this.#runner.poison(),
      bridges: () => this.#leader.bridges,
      append: async (record) => void (await log.append(partition, [record])),
    })
  }

  #hooks(rest: Rest): RunnerHooks {
    const { onFault = () => {}, crash = throwOutOfHand } = this.#options
    return {
      took: (record) => rest.took(record),
      answer: (record, verdict, at) => this.#answer(record, verdict, at),
      emitted: () => this.#leader.emitted(),
      caughtUp: () => this.#caughtUp(),
      halted: (halt) => this.#halt(halt),
      resumed: () => this.#resumed(),
      onFault,
      crash,
    }
  }

  // Reading

  get state(): State {
    const halted = this.#core.halted()
    if (halted !== undefined) throw haltedError(this.partition, halted)
    return this.#core.state
  }

  get db(): Partition<State, Command, Event>['db'] {
    return this.#core.db
  }

  now(): Moment {
    return this.#core.now()
  }

  position(): string {
    return this.#positions.text(this.#core.offset)
  }

  atLeast(position: string, deadlineMs: number): Promise<void> {
    const halted = this.#core.halted()
    if (halted !== undefined) return Promise.reject(haltedError(this.partition, halted))
    return this.#positions.wait(position, this.#core.offset, deadlineMs)
  }

  watch(listener: FeedListener): () => void {
    return this.#runner.watch(listener)
  }

  holdsSessions(holds: () => boolean): void {
    this.#holdsSessions = holds
  }

  halted(): Halt | undefined {
    return this.#core.halted()
  }

  waiting(): number {
    const { queued, inFlight } = this.#queue.stats()
    return queued + inFlight
  }

  stats(): ReplicaStats {
    const { first, next } = this.#core.outbox.range()
    const { time, uptime, logic } = this.#core.now()
    return {
      ...this.#runner.stats(),
      ...this.#queue.stats(),
      ...this.#core.health(),
      chain: this.#core.chain(),
      incarnation: this.#core.incarnation,
      time,
      uptime,
      outbox: next - first,
      publishedThrough: Math.max(first - 1, this.#leader.publishedThrough),
      bridges: this.#leader.bridges,
      failedPublications: this.#leader.failedPublications,
      timeBehindMs: this.#options.clock.now() - time,
      logic,
      understood: this.#options.service.logic,
      leaseAgeMs: Math.max(0, uptime + LEASE_MS - this.#core.lease().until),
      fenced: this.#fenced,
      leading: this.#leader.leading,
      snapshots: this.#snapshotter?.stats(),
      silent: this.#core.members().filter(({ silent }) => silent).length,
    }
  }

  // Writing

  submit<T>(command: Uint8Array, call: CallTerms, view: (applied: Applied) => T): Promise<T> {
    return this.#calls.submit(command, call, view)
  }

  /** The runner has applied a record of this replica's name. */
  #answer(record: LogRecord<unknown>, verdict: Verdict, at: Moment): void {
    const { body } = record
    if (body.kind === 'join') return this.#answerJoin(body.bootNonce, at.offset, verdict)
    if (record.epoch !== this.#epoch) return
    if (verdict.kind === 'ignored' && outOfTurn.has(verdict.reason)) return
    this.#pulse.said()
    this.#queue.heard(record.sequence, verdict, at)
  }

  #answerJoin(nonce: string, offset: number, verdict: Verdict): void {
    if (nonce !== this.#nonce) {
      // Before our own Join it is an earlier run of ours; after it, somebody runs under our name.
      if (this.#epoch >= 0 && verdict.kind !== 'ignored') this.#fence()
      return
    }
    if (this.#epoch >= 0) return
    if (verdict.kind === 'ignored') {
      const code = verdict.reason === 'logic_too_old' ? 'logic_too_new' : 'join_ignored'
      return this.#runner.halt({ code, reason: `the Join was ignored: ${verdict.reason}` })
    }
    this.#epoch = offset
    this.#queue.open(offset)
    this.#joined?.resolve()
  }

  #fence(): void {
    this.#fenced = true
    this.#options.logger.error(
      { partition: this.partition },
      'a newer run of this replica has joined',
    )
    this.#standDown()
    const error = () => common('REPLICA_FENCED', {})
    this.#queue.close(error, error)
  }

  #caughtUp(): void {
    const { time, offset } = this.#core.now()
    this.#calls.timeIs(time)
    this.#positions.reached(offset)
    this.#follow()
    this.#leader.caughtUp()
    this.#candidacy.look()
    if (this.#leader.leading) this.#snapshotter?.look()
  }

  // Beginning and ending

  /** From now on this replica leads when the log says so, and claims when nobody else does. */
  stand(): void {
    this.#standing = true
    this.#follow()
    this.#pulse.start()
    if (this.#options.claims !== false) this.#candidacy.start()
  }

  #standDown(): void {
    this.#standing = false
    this.#candidacy.stop()
    this.#pulse.stop()
    void this.#leader.stop()
  }

  #leads(): boolean {
    const { leader, epoch } = this.#core.lease()
    return this.#standing && leader === this.id && epoch === this.#epoch
  }

  /** Begins or ends leading, by what has been applied. */
  #follow(): void {
    const leads = this.#leads()
    if (leads === this.#leader.leading) return
    const { partition } = this
    const { logger } = this.#options
    logger.info({ partition }, leads ? 'this replica leads' : 'this replica leads no longer')
    if (leads) this.#leader.start()
    else void this.#leader.stop()
  }

  startReading(): void {
    this.#runner.start()
  }

  get offset(): number {
    return this.#core.offset
  }

  /** Settles once this run's Join counts, or never will. */
  joining(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#joined = { resolve, reject }
    })
  }

  hasJoined(): boolean {
    return this.#epoch >= 0
  }

  #broken(error: unknown): void {
    this.#options.logger.error({ partition: this.partition, error: error }, 'the log is unusable')
    this.#runner.halt(haltOf(error))
  }

  #halt(halt: Halt): void {
    this.#standDown()
    const error = () => haltedError(this.partition, halt)
    this.#queue.close(error, () => common('OUTCOME_UNKNOWN', {}))
    this.#positions.fail(error)
    // What only one record stands in the way of may yet go on.
    if (!this.#runner.poison()) {
      this.#joined?.reject(new HaltedAtStart(halt))
      this.#snapshotter?.giveUp()
    }
    tellHalt(this.#options, halt)
  }

  /** The record at which this replica had halted is passed over; a new run of it begins. */
  #resumed(): void {
    const { logger, onResumed, random = randomHex } = this.#options
    logger.warn({ partition: this.partition }, 'a majority has skipped the record; going on')
    this.#queue.rejoin()
    onResumed?.()
    // In its first run the start is still at it, unless it has left it to this.
    if ((this.#epoch < 0 && !this.#waiting) || this.#fenced) return
    this.#waiting = false
    this.#epoch = -1
    this.#nonce = random()
    const joined = this.joining()
    const options = { ...this.#options, ending: this.#leaving.signal }
    join(this, joined, this.#nonce, options, this.#time).then(
      () => this.stand(),
      (error: unknown) => {
        if (!(error instanceof LeftEarly)) this.#broken(error)
      },
    )
  }

  /** Stands before a record that can't be decoded: joins when that has been skipped. */
  waits(): boolean {
    this.#waiting = this.#runner.poison() !== undefined
    return this.#waiting
  }

  /** Why this replica has halted for good. */
  haltedForGood(): Halt | undefined {
    return this.#runner.poison() ? undefined : this.#core.halted()
  }

  /** How far it has read, whether or not it could apply it. */
  get readTo(): number {
    return this.#runner.poison()?.lookedAt ?? this.#core.offset
  }

  async stop(): Promise<void> {
    const leaving = () => common('SERVER_LEAVING', {})
    this.#leaving.abort()
    const until = this.#time.now() + DRAIN_MS_MAX
    const led = this.#leads()
    this.#standDown()
    // Should it not come, the lease ends by itself.
    if (led) this.#queue.own({ kind: 'release' }).catch(() => {})
    while (!this.#queue.idle() && this.#time.now() < until && !this.#core.halted()) {
      await new Promise<void>((resolve) => this.#time.after(1, resolve))
    }
    this.#queue.close(leaving, () => common('OUTCOME_UNKNOWN', {}))
    await this.#leader.stop()
    await this.#runner.stop()
    this.#positions.fail(leaving)
    // Of those that leave together, the leader may have left first.
    const unled = this.hasJoined() && this.#core.lease().leader === ''
    if (led || unled) await this.#snapshotter?.last()
    this.#snapshotter?.giveUp()
  }
}

import {
  type Database,
  deadline,
  flag,
  int,
  NONE,
  oneOf,
  ref,
  type RowOf,
  text,
  value,
} from '@evenkeel/chassis/table'
import type { Actual, DayOutlook, Staffing } from './centre/facts.ts'
import { channels, type Channel } from '@evenkeel/chassis/words'
import { limits } from './limits.ts'
import {
  consents,
  destinations,
  type Effect,
  isLiveMove,
  modes,
  moveStates,
  presences,
  type Reason,
  type SideThen,
} from './words.ts'

/** A floor for one skill. */
export interface Requirement {
  readonly skillId: string
  readonly minimumLevel: number
}

/** A level, for a time. */
export interface SkillSpan {
  readonly skillId: string
  readonly level: number
  readonly from: number
  readonly until: number
}

export interface DutySpan {
  readonly from: number
  readonly until: number
}

/** How much training an agent has had in a calendar year. */
export interface TrainedYear {
  readonly year: number
  readonly trainedMs: number
}

export interface Minimum {
  readonly channel: Channel
  readonly agents: number
}

/** What a guard has refused of a plan. */
export interface RefusedMove {
  readonly agentId: string
  readonly code: string
  readonly fields: Readonly<Record<string, string | number>>
}

const policy = {
  mode: oneOf(...modes),
  /** Never 'policy'. */
  consent: oneOf(...consents),
  minimums: value<readonly Minimum[]>(),
  movesPerHour: int(),
  donorShareBp: int(),
  movesPerDay: int(),
  movedPerDayMs: int(),
  /** At most dwellMaxMs. */
  dwellMinMs: int(),
  dwellMaxMs: int(),
  coolDownMs: int(),
  edgeGuardMs: int(),
  approvalExpiryMs: int(),
  noticeMs: int(),
  returnBelowBp: int(),
  trainInSlack: flag(),
}

const move = {
  id: text(limits.idBytes),
  pool: ref('pools'),
  agentId: text(limits.idBytes),
  /** "<pool>/<agent id>"; the agent may be gone. */
  agentKey: text(2 * limits.idBytes + 1),
  from: oneOf(...channels),
  to: oneOf(...destinations),
  /** '': of training. */
  toQueue: text(limits.idBytes),
  state: oneOf(...moveStates),
  stateSince: int(),
  /** Never of the pool's 'policy': as it held when it was proposed. */
  consent: oneOf(...consents),
  /** How long it is to last once it is ordered. */
  lastsMs: int(),
  /** When it ends at the latest; before any edge of the agent's roster. */
  endsAt: int(),
  /** `endsAt` as routing was told, by which its own end of the move goes. 0: it was not told. */
  toldEndsAt: int(),
  dueAt: deadline(),
  dueUptime: deadline(),
  reason: value<Reason>(),
  predicted: value<Effect | 'none'>(),
  realised: value<Effect | 'none'>(),
  actor: text(limits.idBytes),
  endCause: text(limits.reasonBytes),
  /** Both queues when it began; 'none': it has not, or there is no such queue, as of training. */
  donorThen: value<SideThen | 'none'>(),
  helpedThen: value<SideThen | 'none'>(),
  /** 0: never. */
  startedAt: int(),
  endedAt: int(),
  planId: text(limits.idBytes),
  /** Offset of the plan. */
  offset: int(),
  /** A total order. */
  seq: int(),
}

/** The tables of one partition, and what is derived from them. */
export function create(db: Database) {
  const pools = db.table(
    'pools',
    {
      id: text(limits.idBytes),
      ...policy,
      /** Offset of the last change of the policy; the etag. */
      changed: int(),
      paused: flag(),
      pauseReason: text(limits.reasonBytes),
      /** Offset of the last plan, pause or policy: what a plan is made upon. */
      basis: int(),
      lastPlan: text(limits.idBytes),
      lastRefused: value<readonly RefusedMove[]>(),
      /** When the moves of the last hour were ordered; ascending. */
      ordered: value<readonly number[]>(),
      /** Counts were incomplete: nobody is moved before. */
      gapUntil: int(),
      patienceMs: int(),
      /** Of each agent in a year, as the skills service has it. */
      trainingTargetMs: int(),
      /** Moves that were made in it so far. */
      moves: int(),
    },
    { cap: limits.pools, key: 'id' },
  )

  const queues = db.table(
    'queues',
    {
      /** "<pool>/<queue id>". */
      key: text(2 * limits.idBytes + 1),
      queueId: text(limits.idBytes),
      pool: ref('pools'),
      channel: oneOf(...channels),
      requirements: value<readonly Requirement[]>(),
      targetMs: int(),
      goalBp: int(),
      usualHandleMs: int(),
      /** By day; see centre/days.ts. */
      outlooks: value<readonly DayOutlook[]>(),
      staffings: value<readonly Staffing[]>(),
      /** Ascending; those in which something came. */
      actuals: value<readonly Actual[]>(),
      drift: oneOf('none', 'above', 'below'),
      driftBp: int(),
      driftCause: text(limits.causeBytes),
      seq: int(),
    },
    { cap: limits.queuesPerPartition, key: 'key' },
  )

  const agents = db.table(
    'agents',
    {
      /** "<pool>/<agent id>". */
      key: text(2 * limits.idBytes + 1),
      pool: ref('pools'),
      /** Of the profile; none: only routing has told of the agent so far. */
      channels: value<readonly Channel[]>(),
      /** Of these, those that the agent works on only while moved there. */
      onRequest: value<readonly Channel[]>(),
      skills: value<readonly SkillSpan[]>(),
      homeQueue: text(limits.idBytes),
      /** Where moves begin: the home queue's channel, or the first that is not on request. */
      home: oneOf(...channels),
      duty: value<readonly DutySpan[]>(),
      rostered: flag(),
      presence: oneOf(...presences),
      /** Of routing: '' while those of the profile count. */
      activeReason: text(limits.reasonBytes),
      consent: oneOf(...consents),
      optedOut: flag(),
      /** Of the last two years of which it was told; of any other: none. */
      trained: value<readonly TrainedYear[]>(),
      /** What slack has given that no record tells of yet, and when it gave the last of it. */
      inSlackMs: int(),
      inSlackAt: int(),
      coolUntil: int(),
      seq: int(),
    },
    { cap: limits.agentsPerPartition, key: 'key' },
  )

  const moves = db.table('moves', move, { cap: limits.movesPerPartition, key: 'id' })

  const ledger = db.table(
    'ledger',
    {
      /** "<pool>/<agent id>/<day>". */
      key: text(2 * limits.idBytes + 8),
      pool: ref('pools'),
      agentId: text(limits.idBytes),
      /** Days since 1970, UTC. */
      day: int(),
      moves: int(),
      movedMs: int(),
      /** Of these, in training. */
      trainedMs: int(),
      /** Of the moves; contacts that these were to save, and saved, in thousandths. */
      judged: int(),
      predictedMilli: int(),
      realisedMilli: int(),
      forgetAt: deadline(),
      seq: int(),
    },
    { cap: limits.ledgerDays, key: 'key' },
  )

  const homeOf = (a: { readonly pool: number; readonly home: Channel }): number =>
    a.pool * channels.length + channels.indexOf(a.home)

  return {
    ...{ db, pools, queues, agents, moves, ledger },
    queuesOfPool: queues.ordered({ set: (q) => q.pool, key: (q) => q.seq, tie: () => 0 }),
    agentsOfPool: agents.ordered({ set: (a) => a.pool, key: (a) => a.seq, tie: () => 0 }),
    /** By homeSet: those with a profile, and of them those who are ready. */
    staff: agents.counted((a) => (a.channels.length > 0 ? homeOf(a) : NONE)),
    readyStaff: agents.counted((a) =>
      a.channels.length > 0 && a.presence === 'ready' ? homeOf(a) : NONE,
    ),
    movesOfPool: moves.ordered({ set: (m) => m.pool, key: (m) => m.seq, tie: () => 0 }),
    liveOfPool: moves.ordered({
      set: (m) => (isLiveMove(m.state) ? m.pool : NONE),
      key: (m) => m.seq,
      tie: () => 0,
    }),
    /** Over, and not known what came of them. */
    unjudged: moves.ordered({
      set: (m) => (m.state === 'ended' && m.startedAt > 0 && m.realised === 'none' ? m.pool : NONE),
      key: (m) => m.seq,
      tie: () => 0,
    }),
    liveOfAgent: moves.lookup((m) => (isLiveMove(m.state) ? m.agentKey : undefined)),
    movesByTime: moves.heap({ at: (m) => m.dueAt, tie: (m) => m.seq }),
    movesByUptime: moves.heap({ at: (m) => m.dueUptime, tie: (m) => m.seq }),
    ledgerOfPool: ledger.ordered({ set: (l) => l.pool, key: (l) => l.seq, tie: () => 0 }),
    ledgerByTime: ledger.heap({ at: (l) => l.forgetAt, tie: (l) => l.seq }),
  }
}

export type ReallocationState = ReturnType<typeof create>
export type PoolRow = RowOf<ReallocationState['pools']>
export type QueueRow = RowOf<ReallocationState['queues']>
export type AgentRow = RowOf<ReallocationState['agents']>
export type MoveRow = RowOf<ReallocationState['moves']>
export type LedgerRow = RowOf<ReallocationState['ledger']>

/** The set of `staff` and `readyStaff` of a pool's channel. */
export const homeSet = (pool: PoolRow, channel: Channel): number =>
  pool.slot * channels.length + channels.indexOf(channel)

import { assert } from '@evenkeel/chassis/table'

/**
 * Everything that is bounded, with the reason. Beyond a limit a request is refused; nothing is cut
 * or dropped.
 */
export const limits = {
  /** As skills and routing have. */
  pools: 1_000,
  /** As routing has: 5,000 queues of a large centre, four of those. */
  queuesPerPartition: 20_000,
  /** As routing has. */
  agentsPerPartition: 100_000,
  /** A day's moves of 1,000 pools. */
  movesPerPartition: 100_000,
  /** Live ones of a pool: all of them are ended in one command, which touches at most 256 rows. */
  livePerPool: 200,
  /** Moves of a plan; each touches two rows. */
  planMoves: 50,
  /** Agents and days of a week. */
  ledgerDays: 200_000,
  /** Intervals of five minutes that are kept of a queue: two days, within which mail is due. */
  actuals: 576,
  /** A week ahead, today, and yesterday until it is judged; a clock that is wrong tells of more. */
  daysPerQueue: 10,
  idBytes: 64,
  reasonBytes: 64,
  sentenceBytes: 400,
  causeBytes: 200,
  /** Intervals of a local day of 25 hours, of 15 minutes. */
  dayIntervals: 100,
  /** As the skills service has. */
  skillsPerAgent: 50,
  channels: 8,
  minimumAgentsMax: 5_000,
  /** 'v' and a log offset in base 36. */
  etagBytes: 16,
  ledgerPage: 5_000,
} as const

const minute = 60_000

/** Durations, ms. */
export const durations = {
  interval: 5 * minute,
  day: 1_440 * minute,
  hour: 60 * minute,
  /** Uptime in which routing says that a move has taken hold: it is there within milliseconds. */
  orderAnswer: minute,
  /** Routing's own end of a move is so much after ours; then nothing holds the agent any more. */
  lapse: 5 * minute,
  /** A move that is over is kept for so long. */
  retainMove: 1_440 * minute,
  /** What has come of a move is looked at within so long: a day that is over is kept for it. */
  judged: 720 * minute,
  /** What slack gave counts as training for so long without a record of it. */
  recorded: 7 * 1_440 * minute,
  retainLedger: 8 * 1_440 * minute,
  /** After counts of which some are missing nobody is moved for so long. */
  gap: 15 * minute,
} as const

/** Ranges of a policy, and what holds where nothing is said. */
export const policyRanges = {
  movesPerHour: { min: 1, max: 1_000, usual: 20 },
  donorShareBp: { min: 1, max: 10_000, usual: 2_500 },
  movesPerDay: { min: 1, max: 20, usual: 3 },
  movedPerDayMs: { min: 30 * minute, max: 720 * minute, usual: 240 * minute },
  dwellMinMs: { min: 5 * minute, max: 240 * minute, usual: 30 * minute },
  dwellMaxMs: { min: 5 * minute, max: 480 * minute, usual: 120 * minute },
  coolDownMs: { min: 0, max: 480 * minute, usual: 30 * minute },
  edgeGuardMs: { min: 15 * minute, max: 120 * minute, usual: 15 * minute },
  approvalExpiryMs: { min: minute, max: 60 * minute, usual: 10 * minute },
  noticeMs: { min: 0, max: 30 * minute, usual: minute },
  returnBelowBp: { min: 1, max: 10_000, usual: 5_000 },
} as const

/** How long customers wait before they leave, until forecasting says it. */
export const usualPatienceMs = 3 * minute
/** What the skills service takes where a pool has said nothing of training: six half-days a year. */
export const usualTrainingTargetMs = 24 * 60 * minute
/** What routing takes for absent. */
export const usualQueue = { targetMs: 20_000, goalBp: 8_000, handleMs: 5 * minute } as const

/** "Never" as a deadline. */
export const NEVER = Number.POSITIVE_INFINITY

assert(limits.planMoves <= limits.livePerPool, 'a plan may be live')
assert(limits.livePerPool < 256, 'all live moves of a pool end in one command')

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
  /** As skills has. */
  agentsPerPartition: 200_000,
  /** Those of the last days and those ahead, of every queue. */
  staffingsPerPartition: 250_000,
  /** A day of 25 hours by quarters. */
  staffingIntervals: 100,
  /** UTC days of queues; about 1 kB each: 500 MB when full, a year of 1,300 queues. */
  daysPerPartition: 500_000,
  /** Three weeks and a day of 20,000 queues: two gone by, eight days ahead. */
  forecastsPerPartition: 440_000,
  /** Of quarters of an hour on a day that has one hour twice. */
  dayIntervals: 100,
  /** An interval of a forecast: its median takes up to six bytes, its variance four. */
  curveBytes: 1_024,
  /** Errors of eight models. */
  errorsBytes: 64,
  /** Of the two. */
  expectedMilliMax: 10_000_000_000,
  logVarianceMicroMax: 100_000_000,
  /** Models compared in a forecast. */
  modelErrors: 8,
  /** yyyy-mm-dd. */
  dateBytes: 10,
  /** Days of one command: today and a week. */
  forecastDays: 8,
  /** Intervals of a day. */
  assessments: 100,
  /** Quantiles told of each interval. */
  quantiles: 20,
  /** Of two numbers of at most five bytes for each interval and measure; 1 kB as a rule. */
  dayBytes: 16_384,
  /** Intervals that have changed since they were told, for 300 s at most. */
  revisions: 500_000,
  /** Rows of a report: a week in intervals of five minutes. */
  reportIntervals: 2_000,
  /** Of two years; each is looked at when a history is read. */
  incidentsPerPool: 1_000,
  incidentsPerPartition: 50_000,
  /** UTC days of queues that files brought; as many as are counted. */
  importedPerPartition: 500_000,
  /** A command touches at most 256 rows; a line touches one, its day. */
  historySliceLines: 200,
  /** In an hour; a count above it is a slip of the file. */
  importedCountMax: 1_000_000,
  /** As routing has. */
  calendars: 2_000,
  /** Each is looked at when a queue is learned; a year of two a day, and those to come. */
  plannedPerPool: 1_000,
  plannedPerPartition: 50_000,
  /** More than a large centre has in a week; a number above it is a slip. */
  extraContactsMax: 1_000_000,
  /** A tenfold day. */
  factorMilliMax: 10_000,
  /** Up to twice and half as many; who knows less had better say no number. */
  uncertaintyBpMax: 10_000,
  /** What planners are off by, where they say nothing of it. */
  uncertaintyUsualBp: 5_000,
  /** Days of the month on which people are paid. */
  paydays: 4,
  /** Why a day is expected to be as it is. */
  reasons: 20,
  /** Of each queue: what a planned event is checked for. */
  checkedDays: 14,
  checkedQueues: 10,
  /** A report touches one row an interval, and a command at most 256. */
  selfServiceIntervals: 200,
  /** Four weeks of 5,000 queues with three topics, of a quarter of the centres. */
  selfServiceDaysPerPartition: 100_000,
  /** Of an interval its number, and three counts of at most three bytes. */
  selfServiceDayBytes: 4_096,
  /** Begun in five minutes; a number above it is a slip. */
  sessionsMax: 1_000_000,
  /** Of a queue. */
  topicsPerQueue: 20,
  pageSize: 100,
  pageSizeMax: 200,
  displayNameBytes: 200,
  /** Queues that an incident or an event names; who means more means the pool. */
  scopeQueues: 200,
  idBytes: 64,
  /** Longest IANA names are half of it. */
  timeZoneBytes: 64,
  /** 'v' and a log offset in base 36. */
  etagBytes: 16,
  /** A day of which nobody works a tenth of what is paid is a slip. */
  shrinkageBpMax: 9_000,
} as const

const minute = 60_000

/** Durations, ms. */
export const durations = {
  /** What is counted by; all longer intervals are made of it. */
  interval: 5 * minute,
  day: 1_440 * minute,
  /** After its end an interval is closed: what routing tells is here within milliseconds. */
  closeAfter: minute / 2,
  /** Two years and a week: every season twice. */
  retainDay: 738 * 1_440 * minute,
  /** From the beginning of its day; yesterday's and last week's are compared with what came. */
  retainForecast: 15 * 1_440 * minute,
  /** After its day; for reports of the days before. */
  retainStaffing: 3 * 1_440 * minute,
  /** Who enters further ahead, or earlier, is counted when it was told: clocks are wrong. */
  enteredMost: 7 * 1_440 * minute,
  /** After its day: what is usual is what the last four weeks had. */
  retainSelfService: 28 * 1_440 * minute,
  /** What lasts longer is how things are. */
  incidentMost: 92 * 1_440 * minute,
  /** What lasts longer is no event. */
  plannedMost: 31 * 1_440 * minute,
  /** Ahead: calendars of the next year are known by then. */
  plannedAhead: 400 * 1_440 * minute,
  /** So far ahead skills has told of every shift: of more when it tells, and anew a day before. */
  rosterAhead: 24 * 60 * minute,
  patienceMin: 1_000,
  patienceMax: 1_440 * minute,
} as const

/** Of a day. */
export const INTERVALS = durations.day / durations.interval

/** What a pool is forecast in, unless its settings say otherwise. */
export const usualSettings = {
  timeZone: 'UTC',
  intervalMs: 30 * minute,
  shrinkageBp: 0,
  patienceMs: 3 * minute,
  paydays: [],
} as const

/** What a pool's days may be forecast in. */
export const forecastIntervalsMs: readonly number[] = [15 * minute, 30 * minute, 60 * minute]

/** What a file's intervals may be long. */
export const historyIntervalsMs: readonly number[] = [5, 15, 30, 60].map((one) => one * minute)

/** "Never" as a deadline. */
export const NEVER = Number.POSITIVE_INFINITY

assert(Number.isInteger(INTERVALS), 'intervals divide a day')
assert(
  forecastIntervalsMs.every((ms) => ms % durations.interval === 0),
  'forecast intervals are made of counted ones',
)

import { importLimits } from '@evenkeel/chassis/protocol'
import { assert } from '@evenkeel/chassis/table'

/**
 * Everything that is bounded, with the reason. Beyond a limit a request is refused; nothing is cut
 * or dropped.
 */
export const limits = {
  /** A partition hosts the pools of a few tenants; a pool is a site or a brand, not a team. */
  pools: 1_000,
  /** The largest workforces in one pool that we know of are a third of this. */
  agentsPerPool: 100_000,
  /** About 400 bytes each, off the heap: 80 MB when full. */
  agentsPerPartition: 200_000,
  /** Languages x products x tasks of a large outsourcer. Bounds a client's picker as well. */
  skillsPerPool: 5_000,
  /** About 250 bytes each: 12 MB when full. */
  skillsPerPartition: 50_000,
  /** More than anyone can be trained in, with what is to follow; bounds the row and routing's classes. */
  skillsPerAgent: 50,
  /** A tenth of a practised agent's time is a wrong unit; ten times it is no skill. */
  handleTimePermilleMin: 100,
  handleTimePermilleMax: 10_000,
  /** What a level means, in a sentence. */
  meaningBytes: 200,
  /** Why something was changed, in a sentence. */
  reasonBytes: 200,
  /** Kinds of contacts that are worth a name. */
  templatesPerPool: 1_000,
  /** About 700 bytes each: 7 MB when full. */
  templatesPerPartition: 10_000,
  /** As routing takes with a contact. */
  requirementsPerTemplate: 16,
  /** Changes kept of each profile and skill: years of an agent's, a week of a script's mistakes. */
  changesPerSubject: 50,
  /** Of all, the oldest give way: about 600 bytes each, 60 MB when full. */
  changesPerPartition: 100_000,
  /** All channels there are. */
  channelsPerAgent: 8,
  /** Ten steps are finer than any assessment of people. */
  levelMax: 10,
  /** Below 5 an agent would hold more than 20 contacts at once. */
  weightMin: 5,
  /** An agent's whole budget. */
  weightMax: 100,
  idBytes: 64,
  /** For a name in any script; it is shown, never compared. */
  displayNameBytes: 200,
  /** 'v' and a log offset in base 36. */
  etagBytes: 16,
  /** Default and largest page: 500 full profiles take less than 3 MiB, within gRPC's 4 MiB. */
  pageSize: 100,
  pageSizeMax: 500,
  /** All that is kept of one thing: 50 times two full profiles take 0.6 MiB. */
  changesPageSize: 20,
  changesPageSizeMax: 50,
  /** Profiles read for a page with a filter: 5 ms when each has 10 skills; others wait that long. */
  filteredPerPage: 2_000,
  filterBytes: 500,
  filterSkills: 8,
  /** A command touches at most 256 rows; an import line touches two, the profile and its history. */
  importSliceLines: 100,
  /** A quarter of a year, or a month of shifts in two parts. */
  shiftsPerAgent: 100,
  /** About 300 bytes each with their indices: 300 MB when full. A month of 30,000 agents. */
  shiftsPerPartition: 1_000_000,
  /** Shifts of an agent that begin within a day: parts of one, and on call. */
  shiftsPerDay: 4,
  /** Of one replacement, which is of two days at most. */
  shiftsPerReplacement: 8,
  /** A break each hour, and what stands between; bounds the row and an event. */
  activitiesPerShift: 20,
  /** Spans on channel that are told of an agent: a shift with all its activities, or two with fewer. */
  dutySpans: 24,
  /** Days of agents, each up to 21 rows: what was, what is, and what gives way. */
  shiftSliceDays: 12,
  /** Of one page of a roster: 50 bytes each, 2 MB of gRPC's 4 MiB. */
  rosterParts: 40_000,
  /** Named in one look at a roster: a team and who stands in for it. */
  rosterAgents: 500,
  /** Courses of a large training department, current and past. */
  coursesPerPool: 2_000,
  /** About 300 bytes each, on the heap: 6 MB when full. */
  coursesPerPartition: 20_000,
  /** What one course can teach; bounds what a record touches in a profile. */
  grantsPerCourse: 8,
  /**
   * Six half-days a year for sixteen years. They go with the profile in one command, beside the
   * profile's own rows.
   */
  recordsPerAgent: 100,
  /** About 150 bytes each, off the heap: 150 MB when full, ten for each agent of five pools. */
  recordsPerPartition: 1_000_000,
  /** Levels that records have in force, and those by hand beneath them; bounds the row. */
  layersPerAgent: 100,
  /** Looked at for one page of what few of them have: 10 ms. */
  agentsPerPage: 5_000,
  /** Teams of a large centre; a screen of work for whoever plans. */
  teamsListed: 500,
  /** What a pool is judged by at once; each costs a look at every agent. */
  combinations: 50,
  /** A plan for a quarter; each costs a look at the candidates. */
  suggestionsMax: 50,
  suggestions: 10,
  /** A command touches at most 256 rows; a line touches record, profile and its history. */
  trainingSliceLines: 50,
  /** yyyy-mm-dd. */
  dateBytes: 10,
  /** Longest IANA names are half of it. */
  timeZoneBytes: 64,
  /** A hundred years: longer than anyone's level. */
  validDaysMax: 36_500,
  /** Whoever passes today may count from a date that is fixed already, such as a launch. */
  validAfterDaysMax: 366,
} as const

const hour = 3_600_000

/** Durations, ms. */
export const durations = {
  /** Shorter is no shift but a slip. */
  shiftMin: hour / 4,
  /** Longest shift: on call for a day. So a time of the clock is one time within it. */
  shiftMax: 24 * hour,
  /** A shift that is over stays for a week of reports (API: "a week"). */
  retainShift: 7 * 24 * hour,
  /** What is further ahead is a slip of the year. */
  shiftAhead: 400 * 24 * hour,
  /** Longest span that a replacement is of: a day, and what hangs over. */
  replacement: 48 * hour,
  /** Longest span of which a roster is listed (API: "48 h"): a weekend, or a day and its nights. */
  listedRoster: 48 * hour,
  /** So far ahead the world is told of shifts (API: "36 hours"), */
  rosterTold: 36 * hour,
  /** and told more while so much of it is left: what is down for half a day loses nothing. */
  rosterAhead: 24 * hour,
} as const

/** "Never" as a deadline. */
export const NEVER = Number.POSITIVE_INFINITY

/** Of courses, records and yearly hours: more than a year of working days has. */
export const trainingMs = { min: 60_000, max: 1_000 * hour, sessionMax: 24 * hour } as const

/** What a pool expects of training unless its policy says otherwise: six half-days a year. */
export const usualTraining = {
  timeZone: 'UTC',
  yearlyTargetMs: 24 * hour,
  sessionMs: 4 * hour,
  yearlyLimitMs: 40 * hour,
} as const

/** 9999-12-31T23:59:59.999Z, the last instant a Timestamp can name. */
export const timeMsMax = 253_402_300_799_999

assert(2 * limits.importSliceLines < 256, 'a slice of an import must fit one command')
assert(limits.changesPerSubject <= limits.changesPageSizeMax, 'one page can show all changes')
assert(limits.pageSize <= limits.pageSizeMax, 'the default page is at most the largest')
assert(limits.agentsPerPool <= limits.agentsPerPartition, 'a full pool fits its partition')
assert(limits.skillsPerPool <= limits.skillsPerPartition, 'a full catalogue fits its partition')
assert(importLimits.errors >= limits.importSliceLines, 'a slice can report all of its lines')
assert(limits.dutySpans > limits.activitiesPerShift, 'what is told has room for any shift')
/** Replaced days may hang over, so twice the shifts of a day go; the roster's row is one more. */
const rowsPerDay = 3 * limits.shiftsPerDay + limits.shiftsPerDay + 5
/** Shifts that a listed span meets, each with what stands between its activities. */
const partsListed =
  limits.shiftsPerDay *
  (durations.listedRoster / (24 * hour) + 2) *
  (2 * limits.activitiesPerShift + 1)
assert(50 * (limits.rosterParts + partsListed) < 4 * 1024 * 1024, 'a page of a roster fits gRPC')
assert(limits.shiftSliceDays * rowsPerDay < 256, 'a slice of shifts fits one command')
/** Beside them the profile, its roster and its history. */
const rowsPerAgent = limits.shiftsPerAgent + limits.recordsPerAgent + 3
assert(rowsPerAgent < 256, 'an agent goes with all shifts and records in one command')
assert(limits.trainingSliceLines * 3 < 256, 'a slice of training records must fit one command')

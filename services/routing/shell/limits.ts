import { assert } from '@evenkeel/chassis/table'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/**
 * What a request may hold. Beyond, it is refused by field, limit and value. Ids are bounded by
 * their patterns, a queue's policy by the ranges in translate/policies.ts.
 */
export const inputLimits = {
  /** For a name in any script; it is shown, never compared. */
  displayNameBytes: 200,
  /** Of one callback policy: as many as there are outcomes that another attempt may follow. */
  retryRules: 4,
  /** Of one rule: as many as there are attempts. */
  retryDelays: 10,
  /** Room for any etag this service has ever given. */
  etagBytes: 32,
  /** A sentence for whoever reads why a contact was cancelled. */
  cancelReasonBytes: 200,
  /** A sentence of an agent on what came of a contact, and a word of the platform's own list. */
  closeReasonBytes: 200,
  topicBytes: 64,
  /** A word of the platform's own list of pauses, not a text. */
  pauseReasonBytes: 64,
  /** Breaks of a day, shifts of a site: more is a mistake. */
  hoursPerDay: 8,
  /** Holidays of several years, and every odd Saturday. */
  specialDays: 400,
  /** What is read out to a customer: nobody keeps more than four in mind. */
  alternatives: 4,
  /** Of one: a language, and what goes with it. */
  alternativeRequirements: 4,
  /** Two weeks of openings: as far as one plans by heart. */
  openingsShown: 14,
  /** Before or after closing: nobody comes in, or is served, for half a day beyond it. */
  aroundClosingMsMax: 12 * hour,
  /** Of one PutPolicy: each queue is some three of the rows that a command may write. */
  policyQueues: 50,
  /** A queue has some fifty fields. */
  policyPaths: 60,
  /** A priority's reason: a sentence for whoever asks why the order is not the usual one. */
  reasonBytes: 200,
  /** Rules that people can still read; all are one row, and each submission goes through them. */
  classificationRules: 100,
  conditions: 8,
  conditionValues: 16,
  /** What an IVR asks before callers hang up. */
  facts: 8,
  /** Of one queue or one contact; a customer seldom needs more than a language and a topic. */
  requirements: 16,
  /** Ten steps are finer than any assessment of people; the skills service has the same ten. */
  levelMax: 10,
  /** Each may keep the contact waiting for one person; beyond a few it waits for a team. */
  preferredAgents: 4,
  /** Who has had this customer already; the core keeps room for those who decline. */
  excludedAgents: 8,
  /** Either way; a point is worth a queue's aging_per_point, at most an hour. */
  priorityMax: 100,
  /** Who waits for one person longer than this should be called back. */
  holdOutMsMax: hour,
  /** What a desk needs to open the case; it is kept in memory for every contact. */
  attributesBytes: 8_192,
  references: 8,
  /** A link; longer ones carry content, which belongs behind the link. */
  referenceBytes: 256,
  /** Below a second nobody can be offered; a month outlives any queue. */
  timeToLiveMsMin: second,
  timeToLiveMsMax: 30 * day,
  /** Of one page, so that marking them stays within a command's rows; 500 pages hold 100,000. */
  liveContacts: 200,
  reconcilePages: 10_000,
  /** A token of the platform's for an address, not the address. */
  addressRefBytes: 128,
  /** A decline is for now, not for the shift: that is a pause. */
  declineMsMax: hour,
  declineMsAbsent: minute,
  /** Below a second a word has lapsed before it is acted on. */
  validForMsMin: second,
  /** A day: longer is no state of a phone but a matter of the profile. */
  endpointMsMax: 24 * hour,
  endpointMsAbsent: 15 * minute,
  /** A call that lasts longer is reported again, or its end was lost. */
  externalMsMax: 4 * hour,
  externalMsAbsent: 5 * minute,
  /** One extension; all together are bounded by the core's wrapUpTotal. */
  extensionMsMin: second,
  extensionMsMax: 30 * minute,
} as const

/** What one answer may hold, and how much is looked at for it: others wait meanwhile. */
export const answerLimits = {
  pageSize: 100,
  /** 500 contacts of ordinary size stay within gRPC's 4 MiB. */
  pageSizeMax: 500,
  /**
   * Rows looked at for one page: a filter that matches little ends a page early instead of reading
   * a pool in one go.
   */
  rowsPerPage: 5_000,
  /** More than there are states. */
  states: 20,
  /** The last 15, 30 and 60 minutes, and one of one's own. */
  windows: 4,
  /** Most queues in one answer. */
  queueStats: 500,
  /**
   * Waiting contacts that a change of policy looks at, those of all its queues together: some
   * milliseconds, in which others wait.
   */
  policyLooks: 2_000,
  /** Open promises of a queue that are looked at; who comes later has time. */
  promisesLookedAt: 500,
  /** Promises at risk that are named: one screen. */
  promisesNamed: 20,
  /** Broken invariants spelt out: one screen for whoever looks into them; all are counted. */
  violationDetails: 20,
} as const

export const streamLimits = {
  /** Commands of one stream that may be unanswered; the next is read when one is answered. */
  outstanding: 1_024,
  /** A command's own deadline on a stream, which has none. */
  timeoutMsMax: minute,
  timeoutMsAbsent: 10 * second,
  /** A desk's commands get this long; the desk hears of everything else by the stream itself. */
  deskCommandMs: 10 * second,
  /** Between two tries to tell the log that a desk is still connected; its grace is 15 s. */
  deskResumeMs: second,
  /** Contacts sent of a snapshot before others get their turn. */
  snapshotSlice: 200,
  /** Ten pictures a second are more than eyes need; a minute is a report, not a watch. */
  watchIntervalMsMin: 100,
  watchIntervalMsMax: minute,
  watchIntervalMsAbsent: second,
} as const

assert(answerLimits.pageSize <= answerLimits.pageSizeMax, 'the default page is at most the largest')
assert(answerLimits.pageSizeMax <= answerLimits.rowsPerPage, 'a full page can be found')

/** What is read from the ingress topic, and how patiently. */
export const ingressLimits = {
  /** A submission at its limits has some 20 KiB; what is larger is something else. */
  recordBytesMax: 65_536,
  /** What a refusal shows of a record; with the rest it stays below what Kafka takes by default. */
  originalBytesMax: 524_288,
  keyBytesMax: 4_096,
  /** An id that is too long is told as far as it might have gone. */
  aboutMax: 64,
  /** Records in hand at once: as many calls as a busy platform has outstanding. */
  outstanding: 256,
  /**
   * One attempt, and how long a partition rests that has come from another member: by then nothing
   * that the other began can still land. Below the lease of a leader: a fail-over costs one more.
   */
  callMs: 2_000,
  /** Between attempts at what fails for the time being. */
  waitMsMin: 50,
  waitMsMax: 2_000,
  /**
   * While so many of one partition of the topic wait for another attempt, none further is begun:
   * enough for a second of a busy pool's while a leader changes, few enough to try again and again.
   */
  resting: 64,
  /** How long a halted partition of the log is waited for before its records are refused. */
  haltedMsMax: 30_000,
  /** Between attempts to read the topic at all. */
  reopenMsMin: 500,
  reopenMsMax: 10_000,
} as const

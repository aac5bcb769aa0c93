/**
 * Caps of one partition, each with its reason. Reaching one is a coded refusal that names it;
 * nothing is dropped silently. Memory figures are per row including indices.
 */
export const limits = {
  /** Pools are small, hand-made things; a run-away client shall not fill the state with them. */
  pools: 1_000,
  /** Twilio TaskRouter allows 5,000 queues an account; twice that. */
  queues: 10_000,
  /** A pool has one calendar per site and kind of day; several per pool are plenty. */
  calendars: 2_000,
  /** Openings of one calendar: 62 days with eight a day; what a calendar says is one row. */
  openingsPerCalendar: 512,
  /** IANA has some 600 names, aliases among them. */
  zones: 700,
  /** Changes of the clocks within a horizon: two, or four where they are set back for Ramadan. */
  offsetsPerZone: 16,
  /** Agents of all pools of a partition; the skills service caps a pool at 100,000. */
  agents: 120_000,
  /** Open and retained contacts: 500,000 open ones and those that ended in the last 15 minutes. ~0.5 kB each. */
  contacts: 650_000,
  /** One end an hour per 180 contacts a second. */
  tombstones: 650_000,
  /** Ends that overtook their contacts, which few do: 18 a second for an hour. */
  earlyEnds: 65_536,
  /** One of each contact that is with an agent, and 1,600 a second of those that ended in the last minute. */
  offers: 750_000,
  /** Accepted, offered or declined callbacks of open and retained contacts. */
  callbacks: 200_000,
  /** Distinct (queue, requirements); beyond, a new combination is refused until idle ones are forgotten. */
  requestClasses: 16_384,
  /** Distinct (levels, channels); random profiles make nearly one per agent. */
  supplyClasses: 131_072,
  /** Rows that keep a contact from an agent. */
  exclusions: 500_000,
  /** Rows by which a contact waits for a preferred agent. */
  preferences: 500_000,
  /** Live exclusions that name one agent: bounds how far an agent's choice must skip. */
  exclusionsPerAgent: 64,
  /** Excluded agents of one contact, declines among them. */
  exclusionsPerContact: 24,
  /** One for each pool and live channel, of which there are two. */
  breakers: 2_000,
  /** Teams of all pools that are rostered: a dozen agents each, and no team lost by a change of names. */
  timesheets: 20_000,
  /** Sources that are reconciled or were within the hour: one a switch, of which there are few. */
  reconciliations: 64,
  /** Contacts that wait for one preferred agent: bounds how far an agent's choice must skip. */
  preferencesPerAgent: 64,
  /**
   * An agent's open work at which no more is put on hold. An agent who leaves gives up all that is
   * held, two rows each with their histories, and all exclusions and preferences, in one command:
   * together below the protocol's 256 rows.
   */
  workPerAgent: 60,
  /**
   * What takes less of the budget is not interrupted: so at most 20 contacts are set aside for one,
   * or go on together, three rows each.
   */
  interruptibleWeight: 5,
  /** Requeues of one contact: beyond, something is wrong with the contact, not with the agents. */
  requeuesPerContact: 20,
  /** Of a contact itself: as many as one is submitted with; a class has room for the queue's beside. */
  requirementsPerContact: 16,
  /** Spans of a contact's history: with its requeues capped, more than any but a lost contact has. */
  historySpans: 16,
  /** An agent asks one expert at a time, and talks to the customer on one other channel. */
  openLegsPerContact: 1,
  /** Ends that may be repeated: an hour of 36 a second, by customer and by address. */
  departures: 262_144,
  /** Of one supply class and load the longest idle that caps on agents are asked of. */
  cappedPerLoad: 32,
  /** Different guard times in one pool: so many edges has each agent before a break. */
  rosterGuards: 16,
  /** Queues by which one that is full sends on: whoever needs more needs another plan. */
  overflowHops: 4,
  /** Heads looked at before the ordered heads are walked instead (measured break-even). */
  headsScanned: 1_024,
  /** Steps of that walk before it falls back to the scan. */
  headsWalked: 64,
  /** Of a day: five minutes each, and an hour more when the clocks are set back. */
  outlookIntervals: 300,
  /** Days whose outlook is kept: the windows that may be offered reach no further. */
  outlookDays: 5,
} as const

/** The longest key: pool (64) + '/' + contact or agent id (64). */
export const keyBytesMax = 129

/** Durations that are not a queue's to choose, ms. */
export const durations = {
  /** A terminal contact's record stays for retries and reports (API: "for 15 minutes"). */
  retainContact: 15 * 60_000,
  /** Its tombstone stays for retries (API: "for an hour"). */
  retainTombstone: 60 * 60_000,
  /** An end that came before its contact waits for it (API: "for an hour"). */
  retainEarlyEnd: 60 * 60_000,
  /** An answered or closed offer stays for the retry of the answer. */
  retainOffer: 60_000,
  /** A merged call's id stays an alias. */
  retainAlias: 24 * 3_600_000,
  /** A class without members stays, since the next contact or agent of its kind is likely. */
  retainClass: 3_600_000,
  /** A cut session changes nothing for this long (API: "15 seconds"). */
  sessionGrace: 15_000,
  /** A reconciliation stays for its next step, or for whoever asks how it went (API: "an hour"). */
  retainReconciliation: 60 * 60_000,
  /** Longest that an agent is reserved for a dial whose turn has not come (API: "30 s"). */
  dialTurn: 30_000,
  /** A requested dial must be claimed within this. */
  dialClaim: 30_000,
  /** Beyond ring_timeout: setting up, reporting. Then the outcome is unknown. */
  dialReportGrace: 30_000,
  /** Between an attempt that found no line or no dialler and the next. */
  dialCongestion: 60_000,
  /** So long before a break or the end of a shift a queue offers nothing new (API: "5 min"). */
  rosterGuard: 5 * 60_000,
  /** An agent whose endpoint failed is not offered the same contact for this long. */
  mediaRetry: 30_000,
  /** A callback that may be dialled ahead of the agents is looked at so often, near and far. */
  dialLookMin: 1_000,
  dialLookMax: 60_000,
  /** A customer is held so long, and hears something after so long, where the policy is gone. */
  customerHold: 60_000,
  agentWithin: 2_000,
  /** Work stays aside for so long where the policy is gone. */
  resumeWithin: 3_600_000,
  /** While nobody is to be dialled, callbacks are looked at again after this. */
  dialsOffRecheck: 30_000,
  /** A promised time is looked at so often where its queue gives no more callbacks. */
  promiseRecheck: 30_000,
  /** Who waits for nobody is tried in the other queue again after this (API: "each minute"). */
  overflowRetry: 60_000,
  /** What is closed for longer has other hours (API: "up to 31 days"). */
  closedMax: 31 * 24 * 3_600_000,
  /** Of channels that count for a time (API: "24 hours"): a shift, and what a reallocation plans at most. */
  activeChannels: 24 * 3_600_000,
  /** What an agent's contacts per hour are counted in. */
  fairnessHour: 3_600_000,
  /** Beyond it a day's outlook is not kept: 24 windows of 4 hours are the most that are offered. */
  outlookAhead: 96 * 3_600_000,
  /** So far ahead skills has told of every shift, and the outlook of places counts. */
  rosterAhead: 24 * 3_600_000,
  /** Wrap-up with all its extensions. */
  wrapUpTotal: 3_600_000,
  /** entered_at may lie this far back. */
  backdate: 24 * 3_600_000,
  /** A platform's clock may be ahead of the log's by this much; what it says then counts as now. */
  clockSkew: 60_000,
} as const

/** Queues count by spans of this, ms: half of the shortest interval that is planned by. */
export const spanMs = 5 * 60_000
/** An hour back and the span that has begun: what supervisors look at beside the whole. */
export const spansKept = 13

/** The roster is kept by quarters of an hour, as zones and plans go: two days of each zone. */
export const quarterMs = 15 * 60_000
export const quartersKept = 200

export { capacity } from '@evenkeel/chassis/words'

/** Priority either way, escalation included. */
export const priorityMax = 100

/** "Never" as a deadline. */
export const NEVER = Number.POSITIVE_INFINITY

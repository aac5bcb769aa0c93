/**
 * Calls waiting for their record to be applied; at 4,000/s this is more than two seconds, which is
 * no service.
 */
export const WAITING_MAX = 10_000

/** Bytes of those calls' commands: what a process can hold without a thought. */
export const WAITING_BYTES_MAX = 16 * 1024 * 1024

/** One command; leaves room for the record around it below the log's own limit of 1,000,000. */
export const COMMAND_BYTES_MAX = 900_000

/** Records of one append: a few ms of applying. */
export const BATCH_RECORDS_MAX = 1_000

/** Bytes of one append, a single large command aside. */
export const BATCH_BYTES_MAX = 1_000_000

/** Entries applied before others get their turn; a few ms. */
export const SLICE_ENTRIES_MAX = 512

/** Pause before an append is repeated that nobody acknowledged, doubled up to the second. */
export const RETRY_MS_MIN = 20
export const RETRY_MS_MAX = 1_000

/**
 * A batch that nobody has acknowledged for so long, repeats included, keeps no further callers
 * waiting. The log's own leader is followed in about that time; they are told to come again.
 */
export const STALLED_MS = 2_000

/** What a caller is told to wait when the log refuses, or has too much to do. */
export const REFUSED_RETRY_MS = 1_000
export const OVERLOADED_RETRY_MS = 100

/** How often callers' deadlines are looked at while somebody waits. */
export const DEADLINE_SWEEP_MS = 10

/** Log time is at most this much older than the command that is decided by it. */
export const FRESH_TICK_MS = 20

/** The log is told at least so often what time it is. */
export const TICK_MS_MAX = 1_000

/**
 * The same for a partition at rest: on Kafka a tick is a request, and most partitions rest most of
 * the time. Two of them fit in TICK_GAP_MS_MAX, and one in a lease.
 */
export const TICK_REST_MS = 2_000

/** Real ms of nothing but ticks and signs of life, after which a partition rests. */
export const REST_AFTER_MS = 3_000

/**
 * Partitions at rest tick by turns of this many in TICK_REST_MS: those of a turn share the process'
 * wakeup and the answer that brings them back, and no turn is long enough to be felt.
 */
export const REST_TURNS = 2

/**
 * Real ms between two ticks, however fast the day goes: 250 ticks/s cost a percent or two of a
 * core.
 */
export const TICK_REAL_MS_MIN = 4

/**
 * With a fast clock a stall of ours is minutes of the day; they are ticked off in steps below
 * TICK_GAP_MS_MAX.
 */
export const TICK_STEP_MS = 4_000

/** Such steps in one batch; what is longer counts as an outage. */
export const TICK_STEPS_MAX = 64

/** Events in one publication; what one Published trims (protocol's TRIM_MAX). */
export const PUBLISH_EVENTS_MAX = 256

/**
 * Between two publications that are not full: on a disk each is a commit as dear as a batch of
 * commands.
 */
export const PUBLISH_PAUSE_MS = 5

/** Published records at the head of one batch, so that a long outbox is trimmed in passing. */
export const PUBLISHED_MAX = 8

/**
 * Events in a row that mean nothing here, after which one is taken in all the same: a restart reads
 * no more than these again, and a busy source costs this log next to nothing.
 */
export const BRIDGE_SKIP_MAX = 1_000

/**
 * Time of the day after which an event that means nothing here is taken in, should fewer have come:
 * much less than any stream keeps its events, so that none is dropped that the cursor is before.
 */
export const BRIDGE_SKIP_MS = 3_600_000

/** Real ms between two looks at how far behind a bridge is; on Kafka each is a request. */
export const BRIDGE_LOOK_MS = 30_000

/** Before a source that a bridge can't go on from is tried again: only an operator changes that. */
export const BRIDGE_REFUSED_MS = 5_000

/** Bridged events appended before the first of them must have been applied. */
export const BRIDGE_EVENTS_MAX = 256

/** Real ms that each replica before this one in rank has to claim first. */
export const CLAIM_STAGGER_MS = 250

/** Ranks that wait longer than the one before: more replicas than that share no partition. */
export const CLAIM_RANK_MAX = 3

/** Real ms until one who was behind looks again; a handed-over lead is to pass within a second. */
export const CLAIM_BEHIND_MS = 50

/** Real ms until a Claim that won nothing, or could not be made, is made again. */
export const CLAIM_RETRY_MS = 500

/** A timer that is later than this has slept: it knows nothing of what was said meanwhile. */
export const SLEPT_MS = 1_000

/** Real ms without a record of a replica that holds sessions, after which it says it is there. */
export const ALIVE_MS = 1_000

/** The same for one that holds none: it only has to be counted among the living. */
export const ALIVE_IDLE_MS = 4_000

/** How long stop() waits for what is in flight. */
export const DRAIN_MS_MAX = 5_000

/** Records after which the leader takes a snapshot: what a start replays in a few seconds. */
export const SNAPSHOT_RECORDS = 200_000

/** Or after so long, if there is anything that a start would feel. */
export const SNAPSHOT_MS = 300_000

/** Records below which a snapshot is not worth its writing; ticks alone make so many in 17 minutes. */
export const SNAPSHOT_RECORDS_MIN = 1_000

/** Before another attempt when one has failed. */
export const SNAPSHOT_RETRY_MS = 30_000

/** Taken from applying at once. A step may begin just before it is over, and takes a part of a ms. */
export const SNAPSHOT_SLICE_MS = 1

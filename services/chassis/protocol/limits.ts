// Every number the log's protocol is bounded by. A change here changes what `apply` decides, so it
// is a change of logic.

/** Rows one command may write, those of its events aside. Keeps one apply below a millisecond. */
export const TOUCHED_MAX = 256

/**
 * Deadlines fired by one Tick or Continue: each may move a contact, its queue, an agent and what
 * they match with.
 */
export const EXPIRE_BUDGET = 32

/**
 * Unpublished events at which new contacts are refused; ten minutes without a stream at 150
 * events/s.
 */
export const OUTBOX_ADMIT_MAX = 100_000

/**
 * Unpublished events the state can hold at all: what half a million open contacts emit until they
 * have ended.
 */
export const OUTBOX_CAP = 2_000_000

/** Bytes of one event in its envelope: 8 KiB of attributes, its whole life, and room. */
export const EVENT_BYTES_MAX = 65_536

/** Outbox rows that one Published takes away, so that it is no longer than a command. */
export const TRIM_MAX = 256

/** Work items at which commands that bring more of it are refused. */
export const WORK_ADMIT_MAX = 10_000

/** Work items the state can hold: Joins bring theirs even when commands are refused. */
export const WORK_CAP = 11_000

/**
 * Times an item may break an assertion before it is given up (and counted), so that it can't block
 * the list.
 */
export const WORK_FAULTS_MAX = 3

/** Replicas a partition remembers; three share a partition at most, and names are stable. */
export const REPLICAS_CAP = 256

/** Streams a partition can be bridged from; there are four services. */
export const SOURCES_CAP = 16

/**
 * Chain values remembered to check what Ticks state: a minute and more at 1,000 records/s. Power
 * of two.
 */
export const CHAIN_RING = 65_536

/**
 * A longer gap between ticks is an outage: the machines' clock skips it, lest all deadlines fire
 * at once.
 */
export const TICK_GAP_MS_MAX = 5_000

/**
 * Uptime for which a leader is not disputed after its last Tick: three of its ticks, so that one
 * that is late doesn't unseat it.
 */
export const LEASE_MS = 3_000

/**
 * Claims since the leader was last heard of, of which the last one counts whatever the clocks say:
 * a log whose time stands still (one clock is far behind) must not be without a leader.
 */
export const CHALLENGES_MAX = 8

/**
 * Uptime without a record of a replica after which it is silent. Ten of its Alives: two or three
 * appends that fail don't cut its desks.
 */
export const SILENT_MS = 10_000

/** Bytes of an operator's reason to skip a record. */
export const SKIP_REASON_BYTES_MAX = 200

/** Bytes of a replica's name and of a stream's name. */
export const NAME_BYTES_MAX = 64

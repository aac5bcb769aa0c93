/**
 * Kafka's default `max.message.bytes`, less its framing: what one log takes, every log must take.
 */
export const recordBytesMax = 1_000_000

/** One append is one transaction: beyond this it would hold up the event loop for tens of ms. */
export const appendRecordsMax = 10_000

/** As above, in bytes; also what one retry sends again. */
export const appendBytesMax = 8_000_000

/** Entries per batch that a tail hands over: a few ms of applying, then others get their turn. */
export const batchEntriesMax = 512

/** Bytes per batch, so that 512 of the largest records never stand in memory together. */
export const batchBytesMax = 2_000_000

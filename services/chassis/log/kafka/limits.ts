/** A broker in the same network answers within ms; a hung one is given up after this. */
export const CONNECT_MS_MAX = 1_000

/** Answers to all requests; longer than any broker is told to wait below. */
export const REQUEST_MS_MAX = 2_000

/** How long a broker waits for the replicas, so that its own answer still comes in time. */
export const ACKS_MS_MAX = 1_500

/** Of what goes to a broker in one request; brokers take 100 MB of us unless told otherwise. */
export const GATHERED_BYTES_MAX = 16_777_216

/**
 * Of several appends that are made one batch: with the framing of so many records it stays below
 * Kafka's default `max.message.bytes`, by which public topics may go.
 */
export const JOINED_BYTES_MAX = 1_000_000
export const JOINED_RECORDS_MAX = 1_000

/**
 * How long a fetch waits for something new: what an idle partition costs, against how long a new
 * tail may stand behind a fetch that is out without it.
 */
export const FETCH_WAIT_MS = 500

/** As above, while some tail has just come, or was left out as its handler has not caught up. */
export const FETCH_WAIT_SHORT_MS = 20

/** Bytes of one partition in one answer; a larger batch comes alone and whole. */
export const FETCH_PARTITION_BYTES = 1_048_576
export const FETCH_BYTES_MAX = 16_777_216

/** What a tail holds of what its handler has not taken; beyond it, it is left out of fetches. */
export const TAIL_BUFFER_BYTES = 2_097_152

/** Pauses between attempts to find a leader, or to read from it. */
export const RETRY_MS_MIN = 50
export const RETRY_MS_MAX = 500

/**
 * A broker that has just lost or got a partition may say of it what is not so. What ends a tail is
 * believed when it has been said so often, each time by the leader as newly asked for.
 */
export const STRIKES_MAX = 3

/** A topic is gone when it was unknown for so long; one that moves is known again at once. */
export const UNKNOWN_MS_MAX = 3_000

/** Names and leaders are asked for again after this, moves or not. */
export const METADATA_AGE_MS_MAX = 300_000

/** How long one of the questions that are not appends goes on looking for a leader. */
export const ASK_MS_MAX = 5_000

/** Making topics and asking for their settings: done at starts, by hand, and by many at once. */
export const ADMIN_MS_MAX = 10_000

/**
 * Until the leaders of a topic that has just been made answer. Hundreds of partitions on a busy
 * disk take many seconds; what takes longer is not on its way.
 */
export const LED_MS_MAX = 30_000

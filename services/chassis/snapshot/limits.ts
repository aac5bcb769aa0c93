/** Plain bytes of a chunk; a record of a topic (1 MB at most) holds it even if nothing shrinks it. */
export const CHUNK_BYTES = 524_288
export const CHUNK_BYTES_MAX = 786_432

/**
 * Slots kept of a partition. Two have to be valid, since the newest may prove damaged; the third is
 * there while the next one is written.
 */
export const SLOTS_KEPT = 3

/** Fewer valid ones are told of: one more that is lost, and the log's start is needed. */
export const SLOTS_VALID_MIN = 2

/** Bytes of a slot's name. */
export const SLOT_NAME_BYTES = 25

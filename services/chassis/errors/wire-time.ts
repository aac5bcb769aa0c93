/** google.protobuf.Duration and Timestamp as the generated code has them. */
export interface WireTime {
  readonly seconds: number
  readonly nanos: number
}

/** ms since 1970. A simulated clock may stand within a ms: its parts are kept. */
export function timestamp(ms: number): WireTime {
  const seconds = Math.floor(ms / 1000)
  return { seconds, nanos: nanosOf(ms - seconds * 1000) }
}

/** Both parts have the sign of the whole. */
export function duration(ms: number): WireTime {
  const seconds = Math.trunc(ms / 1000)
  return { seconds, nanos: nanosOf(ms - seconds * 1000) }
}

const nanosOf = (ms: number): number => Math.trunc(ms * 1_000_000)

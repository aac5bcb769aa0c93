/**
 * What a server takes and gives at most. Each has its reason here and its refusal in
 * errors/common.ts.
 */
export interface ServeLimits {
  /** Bytes of one message, either way. */
  readonly messageBytesMax: number
  /** Streams and calls at once on one connection. */
  readonly concurrentPerConnection: number
  /** Unary calls being answered at once, per server. */
  readonly callsMax: number
  /** ...of which so many are kept for desks (scope agent); others are refused before. */
  readonly callsKeptForAgents: number
  /** Open streams at once, per server. */
  readonly streamsMax: number
  /** A longer deadline counts as this. */
  readonly callMsMax: number
  /** Deadline of a call over HTTP that names none. */
  readonly httpCallMs: number
  /** Messages waiting for a slow reader, per stream. */
  readonly queueMessagesMax: number
  /** Bytes of them. */
  readonly queueBytesMax: number
  readonly keepaliveMs: number
  readonly keepaliveTimeoutMs: number
  /** A connection is asked to go after this long, so that clients find new servers. */
  readonly connectionAgeMs: number
  /** ...and cut this much later; sessions resume by their token, watches begin again. */
  readonly connectionGraceMs: number
  /** What is being answered when the server leaves has this long. */
  readonly drainMs: number
}

export const serveLimits: ServeLimits = {
  // An import of 3 MiB of profiles with room for its envelope, and gRPC's usual limit.
  messageBytesMax: 4 * 1024 * 1024,
  // Fifty times what keeps one core busy (grpc-js answers most at 32-256 in flight); more only
  // waits.
  concurrentPerConnection: 1000,
  // At 5,000 calls/s this is two seconds of work: whoever waits behind it had better come back
  // later.
  callsMax: 10_000,
  // A desk has one call at a time at most: a tenth is what 1,000 of them send in one moment.
  callsKeptForAgents: 1000,
  // The desks (10,000) and watchers (1,000) that one replica is measured with, twice over while
  // they reconnect: some 400 MB.
  streamsMax: 22_000,
  // Longer than any command or read takes, short enough that a forgotten call does not stay.
  callMsMax: 60_000,
  // Browsers and scripts that name none would otherwise wait as long as it takes.
  httpCallMs: 10_000,
  // Ten seconds of a busy pool's changes (100/s).
  queueMessagesMax: 1024,
  // 1,000 of the slowest watchers hold 1 GiB at most; a watcher that far behind reads nothing of
  // use anyway.
  queueBytesMax: 1024 * 1024,
  // A dead peer is noticed within 40 s, before its 15 s of grace would have mattered twice.
  keepaliveMs: 30_000,
  keepaliveTimeoutMs: 10_000,
  connectionAgeMs: 450_000,
  connectionGraceMs: 60_000,
  // A fifth of what a process gives all its closers together (50 s): after servers come replicas,
  // which hand over and take a last snapshot, and logs.
  drainMs: 10_000,
}

/** How the limits must relate; a violated one is a defect of whoever set them. */
export function checkLimits(limits: ServeLimits): void {
  const broken = [
    limits.httpCallMs <= limits.callMsMax ? '' : 'httpCallMs > callMsMax',
    limits.queueBytesMax >= limits.messageBytesMax / 4 ? '' : 'queueBytesMax < messageBytesMax / 4',
    limits.keepaliveTimeoutMs < limits.keepaliveMs ? '' : 'keepaliveTimeoutMs >= keepaliveMs',
    limits.connectionGraceMs < limits.connectionAgeMs ? '' : 'connectionGraceMs >= connectionAgeMs',
    limits.callsKeptForAgents < limits.callsMax ? '' : 'callsKeptForAgents >= callsMax',
    Object.values(limits).every((value) => Number.isSafeInteger(value) && value > 0)
      ? ''
      : 'every limit is a whole number above 0',
  ].filter((problem) => problem !== '')
  if (broken.length > 0) throw new Error(`limits contradict each other: ${broken.join('; ')}`)
}

/** What becomes of one append or publish on its way to the log and back. */
export type Fate =
  /** Lands after `delayMs`, acknowledged `ackDelayMs` later. */
  | { readonly kind: 'written'; readonly delayMs: number; readonly ackDelayMs: number }
  /** Never lands: LogRefused('unavailable'). */
  | { readonly kind: 'refused' }
  /** Lands after `delayMs`, then LogAmbiguous. */
  | { readonly kind: 'ack_lost'; readonly delayMs: number }
  /** Never lands: LogAmbiguous after `delayMs`. */
  | { readonly kind: 'lost'; readonly delayMs: number }
  /** LogAmbiguous at once, and lands after `delayMs` all the same, perhaps behind its own retry. */
  | { readonly kind: 'late'; readonly delayMs: number }

/**
 * Asked at each step that may go wrong. Replace single ones to plant a fault: `{ ...noFaults,
 * append }`.
 */
export interface Faults {
  append(client: string, partition: number): Fate
  publish(client: string, stream: string): Fate
  /** A stream may hold events twice, as when two leaders publish; the log never does. */
  repeats(client: string, stream: string): boolean
  deliveryDelayMs(client: string): number
  /** How many of the `waiting` entries (at least 1) the next batch brings. */
  batchSize(client: string, waiting: number): number
  /** Whether a tail breaks off here; it may be read on from the same place. */
  breaks(client: string): boolean
  /** Whether what a crashed client had sent still lands, each append asked for itself. */
  landsAfterCrash(client: string): boolean
  /** How far the log's own clock is off at this append. */
  clockOffMs(): number
}

const written: Fate = { kind: 'written', delayMs: 0, ackDelayMs: 0 }

export const noFaults: Faults = {
  append: () => written,
  publish: () => written,
  repeats: () => false,
  deliveryDelayMs: () => 0,
  batchSize: (_client, waiting) => waiting,
  breaks: () => false,
  landsAfterCrash: () => true,
  clockOffMs: () => 0,
}

/** Probabilities from 0 to 1, and the largest amounts. */
export interface Odds {
  readonly refused: number
  readonly ackLost: number
  readonly lost: number
  readonly late: number
  /** Of an append that goes well: that it or its acknowledgement takes time. */
  readonly delayed: number
  readonly repeated: number
  readonly deliveryDelayed: number
  /** That a batch brings only some of what is there. */
  readonly deliverySplit: number
  /** That a tail breaks off. */
  readonly broken: number
  readonly landsAfterCrash: number
  /** That the log's clock jumps at an append, to anywhere within `clockOffMsMax` either way. */
  readonly clockStepped: number
  readonly delayMsMax: number
  readonly clockOffMsMax: number
}

export const noOdds: Odds = {
  refused: 0,
  ackLost: 0,
  lost: 0,
  late: 0,
  delayed: 0,
  repeated: 0,
  deliveryDelayed: 0,
  deliverySplit: 0,
  broken: 0,
  landsAfterCrash: 0.5,
  clockStepped: 0,
  delayMsMax: 2_000,
  clockOffMsMax: 3_600_000,
}

export type FaultKind =
  | Fate['kind']
  | 'delayed'
  | 'delivery_delayed'
  | 'repeated'
  | 'split'
  | 'broken'
  | 'clock_stepped'

export interface SeededFaults extends Faults {
  /** From now on these odds; `noOdds` ends all faults (a stepped clock comes back). */
  change(odds: Odds): void
  /** How often each has happened, so that a test can see that its faults did. */
  count(kind: FaultKind): number
  /** All that have happened. */
  counts(): ReadonlyMap<FaultKind, number>
}

/** The same seed and the same questions give the same faults. */
export function seededFaults(seed: number, first: Odds): SeededFaults {
  const random = generator(seed)
  const counts = new Map<FaultKind, number>()
  let odds = first
  let clockOff = 0

  const tally = (kind: FaultKind) => counts.set(kind, (counts.get(kind) ?? 0) + 1)
  const happens = (probability: number) => random() < probability
  const upTo = (max: number) => 1 + Math.floor(random() * max)
  const strikes = (probability: number, kind: FaultKind) => {
    const struck = happens(probability)
    if (struck) tally(kind)
    return struck
  }

  function fate(): Fate {
    const { delayMsMax } = odds
    if (strikes(odds.refused, 'refused')) return { kind: 'refused' }
    if (strikes(odds.ackLost, 'ack_lost')) return { kind: 'ack_lost', delayMs: upTo(delayMsMax) }
    if (strikes(odds.lost, 'lost')) return { kind: 'lost', delayMs: upTo(delayMsMax) }
    if (strikes(odds.late, 'late')) return { kind: 'late', delayMs: upTo(delayMsMax) }
    tally('written')
    if (!strikes(odds.delayed, 'delayed')) return written
    const [delayMs, ackDelayMs] = [upTo(delayMsMax) - 1, upTo(delayMsMax) - 1]
    return { kind: 'written', delayMs, ackDelayMs }
  }

  return {
    append: fate,
    publish: fate,
    repeats: () => strikes(odds.repeated, 'repeated'),
    deliveryDelayMs: () =>
      strikes(odds.deliveryDelayed, 'delivery_delayed') ? upTo(odds.delayMsMax) : 0,
    batchSize: (_client, waiting) =>
      strikes(odds.deliverySplit, 'split') ? upTo(waiting) : waiting,
    breaks: () => strikes(odds.broken, 'broken'),
    landsAfterCrash: () => happens(odds.landsAfterCrash),
    clockOffMs() {
      if (strikes(odds.clockStepped, 'clock_stepped')) {
        clockOff = upTo(2 * odds.clockOffMsMax) - odds.clockOffMsMax
      }
      return odds.clockStepped === 0 ? 0 : clockOff
    },
    change(next) {
      odds = next
    },
    count: (kind) => counts.get(kind) ?? 0,
    counts: () => counts,
  }
}

/**
 * mulberry32: 32 bits of state are enough for choosing faults, and integer steps are the same
 * everywhere.
 */
function generator(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

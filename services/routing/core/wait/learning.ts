import { type ExpectedWait, nominal, type Quantiles } from './model.ts'

/**
 * What a queue learns of its waits, contact by contact, as whole numbers of bounded size. Every
 * function gives what changes, so that rows of tables and plain objects learn alike.
 */

/** Mean waits of those who were answered; of a queue, and of each class of its contacts. */
export interface WaitLevels {
  /** Over about the last 8, and the last 128. */
  readonly waitRecentMs: number
  readonly waitLongMs: number
  /** How many there were, up to 128. */
  readonly waitsSeen: number
}

/** How fast agents get free. */
export interface Pace {
  /** 0: nobody has yet. */
  readonly freedAt: number
  /** Mean over about the last 4 gaps. */
  readonly freeGapMs: number
  /** How many there were, up to 4. */
  readonly freeGaps: number
}

/** How far the model is off here. */
export interface Calibration extends Quantiles {
  /** Waits, and what the model had said, over about the last 256 contacts. */
  readonly waitActualMs: number
  readonly waitModelMs: number
  /** Answered contacts that had been given a wait, and how many waited less than that; for ever. */
  readonly waitsTold: number
  readonly waitsIn50: number
  readonly waitsIn80: number
  readonly waitsIn95: number
}

export const noLevels: WaitLevels = { waitRecentMs: 0, waitLongMs: 0, waitsSeen: 0 }

export const noPace: Pace = { freedAt: 0, freeGapMs: 0, freeGaps: 0 }

export const noCalibration: Calibration = {
  ...nominal,
  waitActualMs: 0,
  waitModelMs: 0,
  waitsTold: 0,
  waitsIn50: 0,
  waitsIn80: 0,
  waitsIn95: 0,
}

/** Waits after which a class is known by its own; before, by its queue's. */
export const ownWaitsMin = 8
/** Waits after which a queue is known by the model; before, by the plain formula. */
export const knownWaitsMin = 20

export function learnWait(row: WaitLevels, waitMs: number): WaitLevels {
  const seen = Math.min(row.waitsSeen + 1, 128)
  return {
    waitRecentMs: row.waitRecentMs + Math.trunc((waitMs - row.waitRecentMs) / Math.min(seen, 8)),
    waitLongMs: row.waitLongMs + Math.trunc((waitMs - row.waitLongMs) / seen),
    waitsSeen: seen,
  }
}

/** Of places at the last answers; 0: none yet. Smoothed as the recent waits are. */
export const learnPlaces = (before: number, now: number): number =>
  before === 0 ? now : before + Math.trunc((now - before) / 8)

/** Longer gaps say that nobody called, or that the day was over. */
const gapHandlesMax = 4

/** An agent got free of a contact of the queue. */
export function learnFreed(row: Pace & { readonly handleMs: number }, time: number): Pace {
  if (row.freedAt === 0) return { ...noPace, freedAt: time }
  const gap = Math.min(time - row.freedAt, gapHandlesMax * row.handleMs)
  const freeGaps = Math.min(row.freeGaps + 1, 4)
  const freeGapMs = row.freeGapMs + Math.trunc((gap - row.freeGapMs) / freeGaps)
  return { freedAt: time, freeGapMs, freeGaps }
}

/**
 * The gap that is open now counts as one more: a queue whose agents have all got stuck shows it.
 */
export function gapNow(row: Pace & { readonly handleMs: number }, time: number): number {
  const open = Math.min(time - row.freedAt, gapHandlesMax * row.handleMs)
  return Math.trunc((row.freeGaps * row.freeGapMs + open) / (row.freeGaps + 1))
}

/** Exponential smoothing by 1/16, in whole ms. */
export const learnHandle = (meanMs: number, handledMs: number): number =>
  meanMs + Math.trunc((handledMs - meanMs) / 16)

/**
 * The model's mean, corrected by how far it was off in this queue; 16 handle times each count as
 * being right.
 */
export function corrected(
  row: Calibration & { readonly handleMs: number },
  modelMs: number,
): number {
  const trust = 16 * row.handleMs
  return (modelMs * (row.waitActualMs + trust)) / (row.waitModelMs + trust)
}

const levelWindow = 256
/** A quantile moves by this much at most per contact, millionths of a standard deviation. */
const step = 20_000
/** No quantile is further out, however wrong the model. */
const outermost = 4_000_000
/** Between two quantiles, so that they stay in order. */
const apart = 10_000

/**
 * A contact was answered after `waitMs`; the model had said `modelMs`, the customer had been told
 * `told`. Each quantile is moved out by a miss and in by a hit, so that hits come to its share
 * whatever the model (Gibbs and Candes 2021).
 */
export function learnTold(
  row: Calibration,
  told: ExpectedWait,
  modelMs: number,
  waitMs: number,
): Calibration {
  const in50 = waitMs <= told.p50
  const in80 = waitMs <= told.p80
  const in95 = waitMs <= told.p95
  const waitZ50 = moved(row.waitZ50, in50, 5_000, -outermost)
  const waitZ80 = moved(row.waitZ80, in80, 8_000, waitZ50 + apart)
  return {
    waitZ50,
    waitZ80,
    waitZ95: moved(row.waitZ95, in95, 9_500, waitZ80 + apart),
    waitActualMs: row.waitActualMs + waitMs - Math.trunc(row.waitActualMs / levelWindow),
    waitModelMs: row.waitModelMs + modelMs - Math.trunc(row.waitModelMs / levelWindow),
    waitsTold: row.waitsTold + 1,
    waitsIn50: row.waitsIn50 + (in50 ? 1 : 0),
    waitsIn80: row.waitsIn80 + (in80 ? 1 : 0),
    waitsIn95: row.waitsIn95 + (in95 ? 1 : 0),
  }
}

function moved(z: number, hit: boolean, share: number, least: number, by = step): number {
  const way = hit ? share - 10_000 : share
  return Math.max(least, Math.min(outermost, z + (way * by) / 10_000))
}

/** How far out promised times of a queue are, millionths of a standard deviation. */
export interface PromiseCalibration {
  readonly promiseZ: number
}

/** The 95% of a model that is right. */
export const noPromises: PromiseCalibration = { promiseZ: nominal.waitZ95 }

/**
 * Aimed above the 95% that are to be kept, and ten times as fast as other quantiles: a promise is
 * judged only when its time has come, and till then all that follow it are wrong alike. Chosen on
 * simulated days with a surge, seeds 1 to 3; the least is what four of five would not exceed.
 */
export const learnPromise = (row: PromiseCalibration, kept: boolean): PromiseCalibration => ({
  promiseZ: moved(row.promiseZ, kept, 9_850, nominal.waitZ80, 10 * step),
})

import {
  type Calibration,
  corrected,
  type ExpectedWait,
  gapNow,
  knownWaitsMin,
  learnFreed,
  learnHandle,
  learnTold,
  learnWait,
  noCalibration,
  noLevels,
  noPace,
  ownWaitsMin,
  type Pace,
  plainDistribution,
  quantilesOf,
  type WaitLevels,
  waitDistribution,
} from '@evenkeel/routing/core'
import { MINUTE } from '../day/day.ts'
import type { Call } from '../replay/call.ts'
import { type CallCentre, type Onlooker, wasDelayed, waitedMs } from './call-centre.ts'

/** What was predicted of a call as it came. */
export interface Prediction {
  readonly meanMs: number
  readonly bands: ExpectedWait | undefined
}

/** Predicts each delayed call from what was known at its arrival. */
export interface Predictor extends Onlooker {
  readonly name: string
  /** Of the delayed calls so far. */
  readonly predictions: ReadonlyMap<Call, Prediction>
}

/** Mean service time until one has been seen: the mean that was published of this bank. */
const HANDLE_MS = 178_000

/**
 * The predictor of the routing core: its model and its learning, with one queue for all calls and a
 * class for each kind.
 */
export class CorePredictor implements Predictor {
  readonly name = 'evenkeel'
  readonly predictions = new Map<Call, Prediction>()
  readonly #modelMs = new Map<Call, number>()
  readonly #classes = new Map<string, WaitLevels>()
  #queue: WaitLevels & Pace & Calibration & { readonly handleMs: number } = {
    ...noLevels,
    ...noPace,
    ...noCalibration,
    handleMs: HANDLE_MS,
  }

  delayed(call: Call, centre: CallCentre): void {
    const queue = this.#queue
    const { handleMs } = queue
    const ahead = centre.ahead(call)
    const own = this.#classes.get(call.kind) ?? noLevels
    const levels = own.waitsSeen < ownWaitsMin ? queue : own
    const since = centre.headSince(call.kind)
    const known = queue.waitsSeen >= knownWaitsMin
    const model = known
      ? waitDistribution({
          ahead,
          places: Math.max(1, centre.busy),
          serving: centre.serving(call.kind),
          recentMs: levels.waitRecentMs,
          longMs: levels.waitLongMs,
          headMs: since === undefined ? 0 : call.atMs - since,
          gapMs: gapNow(queue, call.atMs),
          handleMs,
        })
      : plainDistribution(ahead, Math.max(1, centre.busy), handleMs)
    const meanMs = corrected(queue, model.meanMs)
    this.#modelMs.set(call, Math.trunc(model.meanMs))
    const bands = quantilesOf({ meanMs, spread: model.spread }, queue)
    this.predictions.set(call, { meanMs, bands })
  }

  answered(call: Call): void {
    if (!wasDelayed(call)) return
    const waitMs = waitedMs(call)
    const told = this.predictions.get(call)?.bands
    const modelMs = this.#modelMs.get(call)
    if (told === undefined || modelMs === undefined) return
    this.#queue = {
      ...this.#queue,
      ...learnWait(this.#queue, waitMs),
      ...learnTold(this.#queue, told, modelMs, waitMs),
    }
    this.#classes.set(call.kind, learnWait(this.#classes.get(call.kind) ?? noLevels, waitMs))
  }

  freed(call: Call, atMs: number): void {
    this.#queue = { ...this.#queue, ...learnFreed(this.#queue, atMs) }
    if (call.handleMs === undefined) return
    this.#queue = { ...this.#queue, handleMs: learnHandle(this.#queue.handleMs, call.handleMs) }
  }
}

/** The wait of whoever waited and was answered last (last to enter service). */
export class LastToEnter implements Predictor {
  readonly name = 'last_to_enter_service'
  readonly predictions = new Map<Call, Prediction>()
  #lastMs = 0

  delayed(call: Call): void {
    this.predictions.set(call, { meanMs: this.#lastMs, bands: undefined })
  }

  answered(call: Call): void {
    if (wasDelayed(call)) this.#lastMs = waitedMs(call)
  }

  freed(): void {
    // Agents who get free tell it nothing.
  }
}

const HALF_HOUR_MS = 30 * MINUTE

/**
 * The mean wait of those who waited and were answered in the last 30 minutes; of nobody: the last
 * mean there was.
 */
export class HalfHourMean implements Predictor {
  readonly name = 'mean_30_min'
  readonly predictions = new Map<Call, Prediction>()
  readonly #recent: { readonly atMs: number; readonly waitMs: number }[] = []
  #meanMs = 0

  delayed(call: Call): void {
    const from = call.atMs - HALF_HOUR_MS
    while ((this.#recent[0]?.atMs ?? from) < from) this.#recent.shift()
    const sum = this.#recent.reduce((total, one) => total + one.waitMs, 0)
    if (this.#recent.length > 0) this.#meanMs = sum / this.#recent.length
    this.predictions.set(call, { meanMs: this.#meanMs, bands: undefined })
  }

  answered(call: Call): void {
    const waitMs = waitedMs(call)
    if (wasDelayed(call)) this.#recent.push({ atMs: call.atMs + waitMs, waitMs })
  }

  freed(): void {
    // Agents who get free tell it nothing.
  }
}

/** (ahead + 1) mean service times, of all services so far, over the agents who are busy. */
export class PlainFormula implements Predictor {
  readonly name = 'plain_formula'
  readonly predictions = new Map<Call, Prediction>()
  #services = 1
  #handledMs = HANDLE_MS

  delayed(call: Call, centre: CallCentre): void {
    const places = Math.max(1, centre.busy)
    const handleMs = this.#handledMs / this.#services
    const { meanMs } = plainDistribution(centre.ahead(call), places, handleMs)
    this.predictions.set(call, { meanMs, bands: undefined })
  }

  answered(): void {
    // Waits tell it nothing.
  }

  freed(call: Call): void {
    if (call.handleMs === undefined) return
    this.#services += 1
    this.#handledMs += call.handleMs
  }
}

import type { Call } from '../replay/call.ts'
import { FileRefused } from '../replay/lines.ts'
import { recount, wasAnswered, wasDelayed } from './call-centre.ts'
import {
  CorePredictor,
  HalfHourMean,
  LastToEnter,
  PlainFormula,
  type Predictor,
} from './predictors.ts'
import { type Cover, coverOf, type Score, scoreOf } from './score.ts'

export interface BacktestReport extends Score, Cover {
  /** Of the same calls. */
  readonly rivals: Readonly<Record<string, Score>>
}

/**
 * Predicts the wait of each delayed call of `calls` as it comes, and scores those who were
 * answered.
 * `train`: calls that are recounted before, so that everybody has learned from them.
 */
export function backtestWaits(
  calls: readonly Call[],
  train: readonly Call[],
  progress: (share: number) => void,
): BacktestReport {
  const ours = new CorePredictor()
  const rivals: readonly Predictor[] = [new LastToEnter(), new HalfHourMean(), new PlainFormula()]
  const all = [ours, ...rivals]
  const before = train.length / Math.max(1, train.length + calls.length)
  recount(train, all, (share) => progress(share * before))
  recount(calls, all, (share) => progress(before + share * (1 - before)))
  const scored = calls.filter((call) => wasDelayed(call) && wasAnswered(call))
  if (scored.length === 0) throw new FileRefused('no call of the file waited and was answered')
  return {
    ...scoreOf(ours, scored),
    ...coverOf(ours, scored),
    rivals: Object.fromEntries(rivals.map((one) => [one.name, scoreOf(one, scored)])),
  }
}

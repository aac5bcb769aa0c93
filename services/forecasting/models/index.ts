export {
  type Bands,
  bandsOf,
  coverageOf,
  normalBelow,
  normalQuantile,
  quantile,
  widened,
} from './bands.ts'
export { type Calendar, type DayPlace, NO_CALENDAR } from './calendar.ts'
export { DayAhead, type DayAheadOptions, type DayExpected } from './day-ahead.ts'
export { type Assessment, DRIFT_HOURS, DriftModel, type Matters } from './drift.ts'
export {
  type DriftEvent,
  mattersOf,
  type ServiceLevelAt,
  type Thresholds,
  thresholdsOf,
  watch,
} from './drift-watch.ts'
export { type DayForecast, Forecaster, type ModelError, quantileOf } from './forecaster.ts'
export {
  dateOf,
  type Day,
  type DayGrid,
  dayNumber,
  intervalsOver,
  isWhole,
  totalOf,
  weekdayOf,
} from './history.ts'
export { type Outlook, outlookOf } from './outlook.ts'
export { type Extra, type Rates, sdOf, withExtras } from './planned.ts'
export { fiveComponents, fourWeekMean, lastWeek, type Rival, weekdayAndResidual } from './rivals.ts'
export {
  type Covariance,
  covarianceOf,
  logResiduals,
  type PastDay,
  reforecast,
  update,
  type Update,
} from './within-day.ts'

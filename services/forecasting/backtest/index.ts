export { backtestDrift, type Detection, type DriftReport, type DriftSettings } from './drift.ts'
export { backtestForecast, type ForecastReport } from './forecast.ts'
export { backtestIntraday, type IntradayReport, type UpdateReport } from './intraday.ts'

import { defineMetrics, type Registry } from '@evenkeel/chassis/observe'
import { type Hosted, ofEvery, type Replica } from '@evenkeel/chassis/replica'
import type { ForecastingState } from '../core/index.ts'
import { type Figures, figuresOf } from './advisor/figures.ts'

export function metrics(registry: Registry, hosted: Hosted<ForecastingState>): void {
  const sum = (of: (figures: Figures) => number) => (): number =>
    [...hosted.running].reduce((all, replica) => all + of(figuresOf(replica)), 0)
  defineMetrics(registry, {
    fits: {
      kind: 'counter',
      name: 'evenkeel_forecasting_fits_total',
      help: 'Queues learned, each from all of its days.',
      read: sum(({ fits }) => fits),
    },
    fitSeconds: {
      kind: 'counter',
      name: 'evenkeel_forecasting_fit_seconds_total',
      help: 'Time of threads in which queues were learned.',
      read: sum(({ fitMs }) => fitMs / 1_000),
    },
    updates: {
      kind: 'counter',
      name: 'evenkeel_forecasting_updates_total',
      help: 'Days forecast anew within the day.',
      read: sum((one) => one.updates),
    },
    updateSeconds: {
      kind: 'counter',
      name: 'evenkeel_forecasting_update_seconds_total',
      help: 'Time of threads in which they were.',
      read: sum(({ updateMs }) => updateMs / 1_000),
    },
    failures: {
      kind: 'counter',
      name: 'evenkeel_forecasting_failures_total',
      help: 'Forecasts that came to nothing and are tried again.',
      read: sum(({ failed }) => failed),
    },
    forecast: {
      kind: 'gauge',
      name: 'evenkeel_forecasting_queues_forecast',
      help: 'Queues that are forecast today.',
      read: sum(({ queues: some }) => some),
    },
    off: {
      kind: 'gauge',
      name: 'evenkeel_forecasting_day_ahead_wape_ratio',
      help: 'Absolute error of the intervals of yesterday over what came, of all queues learned.',
      read: () => {
        const came = sum((one) => one.came)()
        return came === 0 ? 0 : sum(({ off }) => off)() / came
      },
    },
    age: {
      kind: 'gauge',
      name: 'evenkeel_forecasting_forecast_age_seconds',
      help: 'Log time since all queues were seen to, by partition; absent where another leads.',
      labels: ['partition'],
      read: () => [...hosted.running].flatMap(ageOf),
    },
    queues: {
      kind: 'gauge',
      name: 'evenkeel_forecasting_queues',
      help: 'Queues known from routing.',
      read: ofEvery(hosted, (s) => [{ labels: {}, value: s.queues.size }]),
    },
    days: {
      kind: 'gauge',
      name: 'evenkeel_forecasting_history_days',
      help: 'UTC days of queues that are kept, of 500,000 that a partition can.',
      read: ofEvery(hosted, (s) => [{ labels: {}, value: s.days.size }]),
    },
  })
}

function ageOf(replica: Replica<ForecastingState>) {
  const { upToDateAt } = figuresOf(replica)
  if (upToDateAt === 0 || replica.halted() !== undefined) return []
  const value = (replica.now().time - upToDateAt) / 1_000
  return [{ labels: { partition: String(replica.partition) }, value }]
}

import type {
  Detection,
  DriftReport,
  ForecastReport,
  IntradayReport,
} from '@evenkeel/forecasting/backtest'

const named = (name: string): string => name.replaceAll('_', ' ').padEnd(24)
const cell = (text: string): string => text.padStart(14)
const percent = (share: number | null): string =>
  share === null ? '-' : `${(100 * share).toFixed(1)}%`
const signed = (share: number | null): string =>
  share === null ? '-' : `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)}%`
const calls = (value: number | null): string => (value === null ? '-' : value.toFixed(1))

function row(name: string, ...cells: readonly string[]): string {
  return `${named(name)}${cells.map(cell).join('')}`
}

export function forecastTable(report: ForecastReport): string {
  return [
    '',
    `one day ahead, ${report.days} days`,
    '',
    row('', 'WAPE', 'RMSE', 'days'),
    row('evenkeel', percent(report.wape), calls(report.rmse), String(report.days)),
    ...Object.entries(report.rivals).map(([name, rival]) =>
      row(name, percent(rival.wape), calls(rival.rmse), String(rival.days)),
    ),
    '',
    `within the 80% band ${percent(report.cover80)}, within the 95% band ${percent(report.cover95)}, CRPS ${calls(report.crps)}`,
    `models chosen: ${Object.entries(report.models)
      .map(([name, many]) => `${name} ${many}`)
      .join(', ')}`,
    '',
  ].join('\n')
}

export function intradayTable(report: IntradayReport): string {
  return [
    '',
    'the rest of the day, forecast again, against the evening before',
    '',
    row('', 'RMSE', 'change', 'by interval', 'ratio'),
    ...Object.entries(report).map(([time, one]) =>
      row(
        time,
        calls(one.rmse),
        signed(one.rmse_change),
        signed(one.interval_rmse_change),
        signed(one.rivals['actual_over_forecast']?.rmse_change ?? null),
      ),
    ),
    '',
  ].join('\n')
}

export function driftTable(report: DriftReport): string {
  const detection = ({ found, median_delay_min: delay }: Detection): string =>
    `${percent(found)} ${delay === null ? '-' : `${delay} min`}`
  const factors = Object.keys(report.detection)
  const line = (name: string, one: Omit<DriftReport, 'days' | 'rivals' | 'false_alarm_share'>) =>
    row(
      name,
      `${one.false_alarm_days} of ${report.days}`,
      ...factors.map((factor) => {
        const found = one.detection[factor]
        return found === undefined ? '-' : detection(found)
      }),
    )
  return [
    '',
    'alarms on ordinary days, and of a surge from 11:00 on: found, median delay',
    '',
    row('', 'false alarms', ...factors.map((factor) => `x ${factor}`)),
    line('evenkeel', report),
    ...Object.entries(report.rivals).map(([name, rival]) => line(name, rival)),
    '',
  ].join('\n')
}

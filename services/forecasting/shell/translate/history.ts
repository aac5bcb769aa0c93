import { duration, parse, timestamp } from '@evenkeel/chassis/errors'
import { importLimits } from '@evenkeel/chassis/protocol'
import type {
  HistoryLine as WireLine,
  HistorySlice as WireSlice,
} from '@evenkeel/proto/evenkeel/forecasting/log/v1/command'
import { durations, type HistoryLine, type HistorySlice, limits } from '../../core/index.ts'
import { poolIdOf, queueIdOf } from './ids.ts'

export const historySliceOf = (
  slice: WireSlice,
): { readonly kind: 'importHistory' } & HistorySlice => ({
  kind: 'importHistory',
  pool: poolIdOf('pool', slice.pool),
  intervalMs: parse.durationMs('interval', slice.interval, durations.interval, durations.day),
  lines: parse.list('lines', slice.lines, limits.historySliceLines, lineOf),
})

function lineOf(field: string, one: WireLine): HistoryLine {
  const most = Number.MAX_SAFE_INTEGER
  const count = (name: string, value: number): number =>
    parse.integer(`${field}.${name}`, value, 0, limits.importedCountMax)
  return {
    line: parse.integer(`${field}.line`, one.line, 1, importLimits.csvBytes),
    queueId: queueIdOf(`${field}.queue_id`, one.queueId),
    from: parse.timeMs(`${field}.from`, one.from),
    counts: {
      arrivals: count('arrivals', one.arrivals),
      unique: count('unique', one.unique),
      answered: count('answered', one.answered),
      abandoned: count('abandoned', one.abandoned),
      handleMs: parse.durationMs(`${field}.handle_time`, one.handleTime, 0, most, 0),
    },
  }
}

export const historySliceWire = ({ pool, intervalMs, lines }: HistorySlice): WireSlice => ({
  pool,
  interval: duration(intervalMs),
  lines: lines.map(({ line, queueId, from, counts: { handleMs, ...counts } }) => ({
    ...{ line, queueId, from: timestamp(from) },
    ...counts,
    handleTime: duration(handleMs),
  })),
})

import { duration, parse, refused } from '@evenkeel/chassis/errors'
import { importFile } from '@evenkeel/chassis/importing'
import { type Binding, bind } from '@evenkeel/chassis/serve'
import { checkZone } from '@evenkeel/chassis/zones'
import {
  HistoryServiceDefinition,
  type ImportHistoryRequest,
} from '@evenkeel/proto/evenkeel/forecasting/v1/history_service'
import {
  checkHistory,
  durations,
  errors,
  type ForecastingState,
  type HistoryLine,
  historyIntervalsMs,
  limits,
} from '../../core/index.ts'
import type { ForecastingHosted } from '../calls.ts'
import { historyColumns, intervalOf, minutesSaid, readHistory } from '../history/csv.ts'
import { knownPool } from '../refusals.ts'
import { encodeCommand } from '../translate/codec.ts'

/** What came before anybody counted here. */
export function history(hosted: ForecastingHosted): Binding {
  const importer = { hosted, errors, knownPool }
  return bind(HistoryServiceDefinition, {
    async importHistory(request, call) {
      const said = saidIntervalMs(request)
      const { timeZone } = request
      if (timeZone !== '') checkZone('time_zone', timeZone)
      let intervalMs = said ?? 0
      type Line = HistoryLine
      const report = await importFile<ForecastingState, Line>(
        importer,
        request,
        call,
        (pool, csv, on) => {
          const zone = timeZone === '' ? on.state.pools.must(pool).timeZone : timeZone
          intervalMs = said ?? intervalOf(csv, zone)
          return {
            found: readHistory(csv, zone, intervalMs),
            ...{ columns: historyColumns, sliceSize: limits.historySliceLines },
            command: (lines) => encodeCommand({ kind: 'importHistory', pool, intervalMs, lines }),
            trial: (lines) => checkHistory(on.state, { pool, intervalMs, lines }, on.now()),
          }
        },
      )
      return { ...report, interval: duration(intervalMs) }
    },
  })
}

function saidIntervalMs({ interval }: ImportHistoryRequest): number | undefined {
  const ms = parse.durationMs('interval', interval, 0, durations.day, undefined)
  if (ms === undefined || historyIntervalsMs.includes(ms)) return ms
  throw refused('FIELD_OUT_OF_RANGE', 'interval', `${minutesSaid} minutes`, ms / 60_000)
}

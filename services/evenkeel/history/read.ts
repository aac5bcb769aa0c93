import { countAnonymousBank } from './call-log.ts'
import { readIntervalCsv } from './interval-csv.ts'
import { type Series, seriesOf } from './series.ts'

export const HISTORY_FORMATS = ['anonymous-bank', 'interval-csv'] as const
export type HistoryFormat = (typeof HISTORY_FORMATS)[number]

/** Enough to see what is wrong with a file. */
const BROKEN_SHOWN = 20

/** Reads a file as counts per day and interval; `tell` hears of everything that was left out. */
export async function readHistory(
  file: string,
  format: HistoryFormat,
  intervalMinutes: number,
  tell: (line: string) => void,
): Promise<Series> {
  const { parts, partMinutes, broken } =
    format === 'interval-csv'
      ? await readIntervalCsv(file)
      : await countAnonymousBank(file, intervalMinutes)
  for (const { line, reason } of broken.slice(0, BROKEN_SHOWN)) {
    tell(`${file} line ${line}: ${reason}`)
  }
  if (broken.length > BROKEN_SHOWN) {
    tell(`${file}: ${broken.length - BROKEN_SHOWN} more lines are broken`)
  }
  const series = seriesOf(parts, partMinutes, intervalMinutes)
  for (const note of series.notes) tell(`${file}: ${note}`)
  return series
}

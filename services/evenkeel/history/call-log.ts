import { MINUTE } from '../day/day.ts'
import { readAnonymousBank } from '../replay/anonymous-bank.ts'
import { type Counted, type CountedFile, HistoryRefused, refuseBroken } from './counted.ts'

const DAY_MINUTES = 1_440

/**
 * A call log counted: the calls that entered a queue or an agent, by the time they did. Every
 * interval of a day that has calls is known; in one without a call nobody called.
 */
export async function countAnonymousBank(
  path: string,
  intervalMinutes: number,
): Promise<CountedFile> {
  if (DAY_MINUTES % intervalMinutes !== 0) {
    const what = `--interval ${intervalMinutes}m does not divide a day`
    throw new HistoryRefused('HISTORY_INTERVAL', what)
  }
  const { calls, broken } = await readAnonymousBank(path, undefined, () => {
    // A month is read within a second.
  })
  refuseBroken(path, broken, calls.length)
  const counts = new Map<string, number[]>()
  for (const { atMs } of calls) {
    const date = new Date(atMs).toISOString().slice(0, 10)
    const minute = Math.floor(atMs / MINUTE) % DAY_MINUTES
    const day = counts.get(date) ?? new Array<number>(DAY_MINUTES / intervalMinutes).fill(0)
    counts.set(date, day)
    const at = Math.floor(minute / intervalMinutes)
    day[at] = (day[at] ?? 0) + 1
  }
  const parts = [...counts].flatMap(([date, day]) =>
    day.map((count, at): Counted => ({ date, minute: at * intervalMinutes, count })),
  )
  return { parts, partMinutes: intervalMinutes, broken }
}

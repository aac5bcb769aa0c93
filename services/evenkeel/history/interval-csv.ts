import { BrokenField, wholeNumber } from '../replay/call.ts'
import { type BrokenLine, readTable, type Row } from '../replay/lines.ts'
import { type Counted, type CountedFile, HistoryRefused, refuseBroken } from './counted.ts'

const TIME = 'DateTime'
const COUNT = 'Calls'
/** More in a few minutes is a mistake of whoever wrote the file. */
const COUNT_MAX = 1_000_000
const DAY_MINUTES = 1_440
/** Clocks are changed by an hour; what lies further apart is another zone. */
const OFFSET_MINUTES_MAX = 60

interface Line extends Counted {
  readonly line: number
  readonly text: string
}

/**
 * Counts per interval as anybody can write them down: a header, and a line for each interval with
 * `DateTime`, its begin as wall time (YYYY-MM-DDTHH:MM or with seconds, which are 00; a blank for
 * the T will do), and `Calls`, a whole number. An offset from UTC or a Z may follow; all lines are
 * of one zone, so it may differ only as summer time does. How long an interval is follows from the
 * file.
 */
export async function readIntervalCsv(path: string): Promise<CountedFile> {
  const lines: Line[] = []
  const broken: BrokenLine[] = []
  const firstOf = new Map<string, number>()
  let zone: Zone | undefined
  await readTable(path, {
    columns: [TIME, COUNT],
    delimiter: ',',
    progress: silent,
    broken: (line) => broken.push(line),
    row: (row) => {
      try {
        const { line, offset } = lineOf(row)
        zone = sameZone(zone, offset, row)
        const key = `${line.date} ${line.minute}`
        const first = firstOf.get(key)
        if (first !== undefined) {
          throw new BrokenField(`${TIME} "${line.text}" is in line ${first} already`)
        }
        firstOf.set(key, row.line)
        lines.push(line)
      } catch (error) {
        if (!(error instanceof BrokenField)) throw error
        broken.push({ line: row.line, reason: error.message })
      }
    },
  })
  refuseBroken(path, broken, lines.length)
  const partMinutes = stepOf(lines)
  const parts = lines.filter(({ line, minute, text }) => {
    if (minute % partMinutes === 0) return true
    const reason = `${TIME} "${text}" does not begin an interval of ${partMinutes} minutes`
    broken.push({ line, reason })
    return false
  })
  broken.sort((a, b) => a.line - b.line)
  refuseBroken(path, broken, parts.length)
  return { parts, partMinutes, broken }
}

const silent = (): void => {
  // A year of five minutes is read within a second.
}

function lineOf({ line, fields }: Row): { line: Line; offset: string } {
  const text = fields[TIME] ?? ''
  const found =
    /^(\d{4}-\d{2}-\d{2})[T ]([01]\d|2[0-3]):([0-5]\d)(?::00(?:\.0+)?)?(Z|[+-]\d{2}:?\d{2})?$/.exec(
      text,
    )
  const [date, hours, minutes, offset = ''] = (found ?? []).slice(1)
  const real = date !== undefined && isDate(date)
  if (!real || hours === undefined || minutes === undefined) {
    throw new BrokenField(`${TIME} "${text}" is not YYYY-MM-DDTHH:MM, seconds 00, Z or an offset`)
  }
  const count = wholeNumber(COUNT, fields[COUNT], 0, COUNT_MAX)
  return {
    line: { line, text, date, minute: 60 * Number(hours) + Number(minutes), count },
    offset,
  }
}

function isDate(date: string): boolean {
  const at = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date)
}

interface Zone {
  readonly line: number
  readonly offset: string
}

function sameZone(zone: Zone | undefined, offset: string, { line, fields }: Row): Zone {
  if (zone === undefined) return { line, offset }
  const apart = Math.abs(minutesOf(offset) - minutesOf(zone.offset))
  const alike = (offset === '') === (zone.offset === '')
  if (alike && apart <= OFFSET_MINUTES_MAX) return zone
  const said = (one: string): string => (one === '' ? 'no offset' : `the offset ${one}`)
  throw new BrokenField(
    `${TIME} "${fields[TIME] ?? ''}" has ${said(offset)} where line ${zone.line} has ${said(zone.offset)}`,
  )
}

function minutesOf(offset: string): number {
  if (offset === '' || offset === 'Z') return 0
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(-2))]
  return (offset.startsWith('-') ? -1 : 1) * (60 * hours + minutes)
}

/** The commonest distance between neighbours of a day. */
function stepOf(lines: readonly Line[]): number {
  const minutes = new Map<string, number[]>()
  for (const { date, minute } of lines) minutes.set(date, [...(minutes.get(date) ?? []), minute])
  const many = new Map<number, number>()
  for (const day of minutes.values()) {
    day.sort((a, b) => a - b)
    for (let at = 1; at < day.length; at++) {
      const step = (day[at] ?? 0) - (day[at - 1] ?? 0)
      many.set(step, (many.get(step) ?? 0) + 1)
    }
  }
  const [best] = [...many].sort(([a, x], [b, y]) => y - x || a - b)
  if (best === undefined) {
    throw new HistoryRefused('HISTORY_EMPTY', 'the file has no day with two intervals')
  }
  const [step] = best
  if (DAY_MINUTES % step !== 0) {
    const what = `most lines are ${step} minutes apart, which does not divide a day`
    throw new HistoryRefused('HISTORY_INTERVAL', what)
  }
  return step
}

import type { RejectedInput } from '../errors/index.ts'
import { daysAfter, resolveLocal } from '../zones/index.ts'
import { malformedCell } from './csv-table.ts'
import { refusedInput } from './refusals.ts'

/** Times of a file's cells, as the clocks of a zone show them. */

/** A cell such as 22:00, 24:00, or 02:30+02:00. */
export interface ClockTime {
  readonly text: string
  /** Of the day, 0 to 1440. */
  readonly minute: number
  /** As +02:00; '': none is said. */
  readonly offset: string
}

const pattern = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)([+-]\d{2}:\d{2})?$/

export function clockTimeOf(column: string, text: string): ClockTime {
  const found = pattern.exec(text)
  if (found === null) throw malformedCell(column, text, 'a time like 08:00, or 02:30+02:00')
  const [, hour = '24', minute = '0', offset = ''] = found
  return { text, minute: Number(hour) * 60 + Number(minute), offset }
}

/** When the clocks of `zone` show it on `date`; says so where they never do, or twice. */
export function instantOf(column: string, date: string, time: ClockTime, zone: string): number {
  const late = time.minute === 1440
  const on = late ? daysAfter(date, 1) : date
  const minute = late ? 0 : time.minute
  const local = { date: on, hour: Math.floor(minute / 60), minute: minute % 60 }
  const found = resolveLocal(local, zone)
  const said = { field: column, value: `${time.text} on ${date}`, zone }
  switch (found.kind) {
    case 'never':
      throw refusedInput('LOCAL_TIME_SKIPPED', {
        ...said,
        limit: `${new Date(found.skippedAt).toISOString().slice(0, 16)}Z`,
      })
    case 'once':
      if (time.offset === '' || time.offset === found.at.offset) return found.at.at
      throw wrongOffset(said, [found.at.offset])
    case 'twice': {
      const { first, second } = found
      if (time.offset === first.offset) return first.at
      if (time.offset === second.offset) return second.at
      if (time.offset !== '') throw wrongOffset(said, [first.offset, second.offset])
      const [clock] = time.text.split(/[+-]/)
      const limit = `${clock}${first.offset} or ${clock}${second.offset}`
      throw refusedInput('LOCAL_TIME_TWICE', { ...said, limit })
    }
    default:
      return found satisfies never
  }
}

function wrongOffset(
  said: Readonly<Record<'field' | 'value' | 'zone', string>>,
  right: readonly string[],
): RejectedInput {
  return refusedInput('LOCAL_TIME_OFFSET', { ...said, limit: right.join(' or ') })
}

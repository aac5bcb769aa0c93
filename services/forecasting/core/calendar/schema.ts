import { type Database, ref, type RowOf, text, value } from '@evenkeel/chassis/table'
import { limits } from '../limits.ts'
import type { CalendarRule } from './calendar.ts'

/** When sites are open, as routing has it. */
export function createCalendars<Pools extends string>(db: Database, pools: Pools) {
  const calendars = db.table(
    'calendars',
    {
      /** "<pool>/<calendar id>". */
      key: text(2 * limits.idBytes + 1),
      pool: ref(pools),
      /** By local times; whoever reads it knows of zones. */
      rule: value<CalendarRule>(),
    },
    { cap: limits.calendars, key: 'key' },
  )
  return { calendars }
}

export type CalendarRow = RowOf<ReturnType<typeof createCalendars>['calendars']>

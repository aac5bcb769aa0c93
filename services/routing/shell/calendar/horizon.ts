import { timestamp } from '@evenkeel/chassis/errors'
import type { Logger } from '@evenkeel/chassis/observe'
import { type CalendarRow, idOf, type RoutingState, type ZoneRow } from '../../core/index.ts'
import type { RoutingReplica } from '../calls.ts'
import { encodeCommand } from '../translate/commands.ts'
import { openingWire } from '../translate/calendars.ts'
import { extendBelowMs, resolveOpenings } from './openings.ts'
import { zoneCommand } from './zones.ts'

/** Log time between two looks at the calendars of a partition. */
const lookMs = 3_600_000
/** Calendars resolved per look: each takes some milliseconds. The others are looked at next time. */
const perLook = 20
const deadlineMs = 10_000
const dayMs = 86_400_000
/** An alert below this: extending has failed for a month. */
const warnBelowMs = 14 * dayMs

/**
 * Keeps the openings of a partition's calendars resolved far enough ahead while this replica leads.
 * Driven by the log's own time: no timer, and a day that is run fast is kept up with. What two
 * leaders resolve at once is the same, and the second changes nothing.
 */
export function keepHorizons(replica: RoutingReplica, logger: Logger): void {
  let nextLook = 0
  replica.watch((_touched, at) => {
    if (at.time < nextLook) return
    nextLook = at.time + lookMs
    if (!replica.stats().leading) return
    for (const row of endingSoon(replica.state, at.time)) {
      const left = row.knownUntil - at.time
      const told = { reference: row.id, ms: left }
      if (left < warnBelowMs) logger.warn('a calendar ends soon', told)
      extend(replica, row, at.time)
    }
    for (const { id } of zonesEndingSoon(replica.state, at.time)) {
      replica
        .submit(zoneCommand(id, at.time), { deadlineMs }, () => undefined)
        .catch(() => undefined)
    }
  })
}

function endingSoon(s: RoutingState, time: number): readonly CalendarRow[] {
  return s.calendars
    .inKeyOrder()
    .filter((row) => row.knownUntil - time < extendBelowMs)
    .sort((a, b) => a.knownUntil - b.knownUntil || (a.id < b.id ? -1 : 1))
    .slice(0, perLook)
}

function zonesEndingSoon(s: RoutingState, time: number): readonly ZoneRow[] {
  return s.zones
    .inKeyOrder()
    .filter((row) => row.knownUntil - time < extendBelowMs)
    .sort((a, b) => a.knownUntil - b.knownUntil || (a.id < b.id ? -1 : 1))
    .slice(0, perLook)
}

function extend(replica: RoutingReplica, row: CalendarRow, time: number): void {
  const { openings, knownUntil } = resolveOpenings(row.rule, time)
  const value = {
    pool: replica.state.pools.at(row.pool).id,
    calendarId: idOf(row.id),
    etag: row.etag,
    openings: openings.map(openingWire),
    knownUntil: timestamp(knownUntil),
  }
  const command = encodeCommand({ $case: 'horizonExtended', value })
  // Refused, or lost: the gauge tells, and the next look tries again.
  replica.submit(command, { deadlineMs }, () => undefined).catch(() => undefined)
}

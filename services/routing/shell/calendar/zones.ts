import { refused, timestamp } from '@evenkeel/chassis/errors'
import type { Call } from '@evenkeel/chassis/serve'
import { keyOf, type RoutingState } from '../../core/index.ts'
import type { RoutingReplica } from '../calls.ts'
import { encodeCommand, type WireCommand } from '../translate/commands.ts'
import { offsetWire } from '../translate/zones.ts'
import { knowsZone, resolveZone } from './openings.ts'

interface Named {
  readonly field: string
  readonly zone: string
}

/** The time zones by which a command is to be understood; the log must know them before it. */
function namedBy(command: WireCommand, s: RoutingState): readonly Named[] {
  switch (command.$case) {
    case 'submitContact':
    case 'respondToCallbackOffer':
    case 'rescheduleCallback':
      return [{ field: 'time_zone', zone: command.value.timeZone }]
    case 'requestCallback': {
      const { timeZone, newContact } = command.value
      return [
        { field: 'time_zone', zone: timeZone },
        { field: 'new_contact.time_zone', zone: newContact?.timeZone ?? '' },
      ]
    }
    case 'putQueue':
    case 'putPolicy': {
      const { queue } = command.value
      const hours = queue?.callback?.callingHours
      const field = 'queue.callback.calling_hours.time_zone'
      if (hours === undefined) return []
      if (hours.timeZone !== '') return [{ field, zone: hours.timeZone }]
      const calendar = s.calendars.get(keyOf(queue?.pool ?? '', queue?.hours?.calendarId ?? ''))
      return [{ field, zone: calendar?.rule.timeZone ?? '' }]
    }
    case 'calendarPut': {
      const { pool = '', calendarId = '', timeZone = '' } = command.value.calendar ?? {}
      // Of a new one the zone is asked for by the first queue that calls by it.
      const known = s.calendars.get(keyOf(pool, calendarId))
      return known === undefined ? [] : [{ field: 'calendar.time_zone', zone: timeZone }]
    }
    default:
      return []
  }
}

/**
 * Says in the log what the zones are that a command names and that are not known there yet: what a
 * zone is, no core can know. undefined: all are known.
 */
export function makeZonesKnown(
  replica: RoutingReplica,
  command: WireCommand,
  call: Call,
): Promise<void> | undefined {
  const missing = namedBy(command, replica.state).filter(
    ({ zone }) => zone !== '' && !replica.state.zones.get(zone),
  )
  return missing.length === 0 ? undefined : resolveAll(replica, missing, call)
}

async function resolveAll(
  replica: RoutingReplica,
  missing: readonly Named[],
  call: Call,
): Promise<void> {
  for (const { field, zone } of missing) {
    if (!knowsZone(zone)) {
      const limit = 'an IANA time zone, such as Europe/Berlin'
      throw refused('FIELD_MALFORMED', field, limit, JSON.stringify(zone.slice(0, 64)))
    }
    await replica.submit(zoneCommand(zone, replica.now().time), call, () => undefined)
  }
}

/** Of no pool: every one of the partition goes by it. */
export function zoneCommand(zone: string, time: number): Uint8Array {
  const { offsets, knownUntil } = resolveZone(zone, time)
  const value = {
    timeZone: zone,
    offsets: offsets.map(offsetWire),
    knownUntil: timestamp(knownUntil),
  }
  return encodeCommand({ $case: 'zoneResolved', value })
}

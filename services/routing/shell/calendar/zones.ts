import { timestamp } from '@evenkeel/chassis/errors'
import type { Call } from '@evenkeel/chassis/serve'
import { checkZone } from '@evenkeel/chassis/zones'
import {
  type Command,
  keyOf,
  patched,
  type RoutingState,
  settingsOf,
  zoneOfPolicy,
} from '../../core/index.ts'
import type { RoutingReplica } from '../calls.ts'
import { commandOf, encodeCommand, type WireCommand } from '../translate/commands.ts'
import { offsetWire } from '../translate/zones.ts'
import { resolveZone } from './openings.ts'

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
      const field = 'queue.callback.calling_hours.time_zone'
      return zonesOfPolicies(commandOf(command), s).map((zone) => ({ field, zone }))
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

/** Of the queues as they are to be: a patch may bring the hours, the calendar, or neither. */
function zonesOfPolicies(c: Command, s: RoutingState): readonly string[] {
  if (c.kind === 'putQueue') {
    return [zoneOfPolicy(s, c.pool, { policy: c.policy, callback: c.callback ?? 'none' })]
  }
  if (c.kind !== 'putPolicy') return []
  return c.queues.flatMap(({ queueId }) => {
    const queue = s.queues.find(c.pool, queueId)
    const settings = queue && patched(settingsOf(queue), c.patch)
    if (settings === undefined || typeof settings === 'string') return []
    return [zoneOfPolicy(s, c.pool, settings)]
  })
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
    checkZone(field, zone)
    // Several queues may name the same.
    if (replica.state.zones.get(zone)) continue
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

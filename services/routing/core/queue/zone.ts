import type { Outcome } from '@evenkeel/chassis/protocol'
import type { ResolveZone } from '../commands.ts'
import type { RoutingEvent } from '../events.ts'
import { limits } from '../limits.ts'
import { nextSeq, type RoutingState } from '../state.ts'
import { accept, reject, type Turn } from '../turn.ts'

/**
 * A zone comes resolved, by whoever knows of zones, and stays: there are only so many names.
 * Idempotent: of two who resolve it at once, the second changes nothing.
 */
export function resolveZone(s: RoutingState, c: ResolveZone, turn: Turn): Outcome<RoutingEvent> {
  const row = s.zones.get(c.zone)
  if (row !== undefined && row.knownUntil >= c.knownUntil) return accept(turn, c.zone)
  const { offsets, knownUntil } = c
  const ordered = offsets.every(({ from }, i) => i === 0 || from > (offsets[i - 1]?.from ?? from))
  if (offsets.length === 0 || offsets.length > limits.offsetsPerZone || !ordered) {
    return reject('ZONE_DISORDERED', { time_zone: c.zone })
  }
  if (row) s.zones.update(row, { offsets, knownUntil })
  else if (s.zones.size >= s.zones.cap) {
    return reject('TOO_MANY', { cap: 'zones', limit: limits.zones })
  } else s.zones.insert({ id: c.zone, seq: nextSeq(s), offsets, knownUntil })
  return accept(turn, c.zone)
}

import type { ZoneOffset } from '../callback/words.ts'
import { int, ref, text, value } from '@evenkeel/chassis/table'
import { keyBytesMax } from '../limits.ts'
import type { CalendarRule, Opening } from '../words.ts'

/** When queues are open, as far ahead as it is known. */
export const calendars = {
  id: text(keyBytesMax),
  pool: ref('pools'),
  seq: int(),
  displayName: text(200),
  etag: text(32),
  /** As it was put: for people, and for whoever resolves it further. */
  rule: value<CalendarRule>(),
  /** In order, without overlap. */
  openings: value<readonly Opening[]>(),
  /** How far the openings reach. */
  knownUntil: int(),
}

/** Time zones that somebody has named, as far ahead as they are known. */
export const zones = {
  /** IANA name. */
  id: text(64),
  seq: int(),
  /** In order; the first holds before its beginning, the last beyond `knownUntil`. */
  offsets: value<readonly ZoneOffset[]>(),
  knownUntil: int(),
}

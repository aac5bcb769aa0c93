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

/** Time zones: local times as instants, at the edge; no core knows of them. */
export { minuteOfClock, type OpenSpan, openSpans, type WeekRule } from './openings.ts'
export {
  checkZone,
  dateIn,
  dayIn,
  daysAfter,
  type Instant,
  isDate,
  type LocalTime,
  type Resolution,
  resolveLocal,
} from './zones.ts'

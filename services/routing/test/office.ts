import type { Opening, QueueHours } from '../core/index.ts'
import { Story } from './story.ts'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

export const plainHours: QueueHours = {
  calendarId: 'office',
  lastEntryBeforeMs: 0,
  lastPromiseBeforeMs: 0,
  serveOutAfterMs: 0,
  closingRule: 'nextOpening',
  whenClosed: 'wait',
  afterHoursQueueId: '',
}

/** Open from an hour before now until an hour after, and the same on the next nine days. */
export class Office extends Story {
  readonly start = this.time

  constructor() {
    super()
    this.calendar(this.daily())
  }

  daily(): Opening[] {
    return Array.from({ length: 10 }, (_, index) => ({
      opensAt: this.start - hour + index * day,
      closesAt: this.start + hour + index * day,
    }))
  }

  calendar(openings: readonly Opening[], name = 'Office'): void {
    this.work({
      kind: 'putCalendar',
      pool: 'p',
      calendarId: 'office',
      displayName: name,
      rule: { timeZone: 'Europe/Berlin', weekly: [{ day: 1, from: 0, to: 60 }], special: [] },
      openings,
      knownUntil: this.start + 20 * day,
      etag: this.state.calendars.get('p/office')?.etag ?? '',
    })
  }

  open(queueId: string, hours: Partial<QueueHours> = {}): void {
    this.queue(queueId, { policy: { hours: { ...plainHours, ...hours } } })
  }

  /** By a supervisor, until a time; undefined: open again. */
  closed(queueId: string, until: number | undefined): void {
    const state = until === undefined ? 'open' : 'closed'
    const said = { reason: 'drill', actor: 'sue', until, rule: undefined, whenClosed: undefined }
    this.work({ kind: 'setQueueState', pool: 'p', queueId, state, ...said, destination: '' })
  }
}

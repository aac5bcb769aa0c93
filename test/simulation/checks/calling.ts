import type { Command, RoutingEvent, RoutingState, ZoneOffset } from '@evenkeel/routing/core'
import { must } from '../failure.ts'

const minuteMs = 60_000
const dayMs = 1_440 * minuteMs

/** Customers are called within the hours of where they are, and as soon as those let it. */
export class Calling {
  readonly #zones = new Map<string, readonly ZoneOffset[]>()

  accepted(c: Command): void {
    if (c.kind === 'resolveZone' && !this.#zones.has(c.zone)) this.#zones.set(c.zone, c.offsets)
  }

  told(events: readonly RoutingEvent[], time: number, s: RoutingState | undefined): void {
    for (const e of events) {
      const row = e.kind === 'dialRequested' ? s?.contacts.get(`p/${e.contactId}`) : undefined
      if (row === undefined || s === undefined) continue
      must(this.#mayCall(s, row.slot, time), () => `${row.id} is dialled outside of its hours`)
    }
  }

  /** `isLooking`: those who wait in a queue are still to be looked at, since its hours changed. */
  passed(s: RoutingState, time: number, isLooking: (queueKey: string) => boolean): void {
    for (const slot of s.contacts.slots()) {
      const { id, state, queue, callback, pool } = s.contacts.at(slot)
      if (state !== 'callbackWaiting' || isLooking(s.queues.at(queue).id)) continue
      const { attemptFrom, nextAttemptAt } = s.callbacks.at(callback)
      const then = this.#mayCall(s, slot, nextAttemptAt)
      must(then, () => `${id} is parked until ${nextAttemptAt}, when nobody may call it`)
      const may = attemptFrom <= time && this.#mayCall(s, slot, time) && !s.pools.at(pool).dialsOff
      must(!may, () => `${id} may be called, and is parked until ${nextAttemptAt}`)
    }
  }

  #mayCall(s: RoutingState, slot: number, at: number): boolean {
    const { queue, story } = s.contacts.at(slot)
    const { callback } = s.queues.at(queue)
    const hours = callback === 'none' ? undefined : callback.callingHours
    if (hours === undefined) return true
    const said = story < 0 ? '' : (s.stories.at(story).timeZone ?? '')
    const [offset] = this.#zones.get(said === '' ? hours.zone : said) ?? []
    const local = at + (offset?.aheadMs ?? 0)
    const minute = (local % dayMs) / minuteMs
    const weekday = ((Math.floor(local / dayMs) + 3) % 7) + 1
    return hours.days.includes(weekday) && hours.from <= minute && minute < hours.to
  }
}

import type { Command, RoutingEvent, RoutingState, ZoneOffset } from '@evenkeel/routing/core'
import { must } from '../failure.ts'

const minuteMs = 60_000
const dayMs = 1_440 * minuteMs

/** Customers are called within the hours of where they are, and as soon as those let it. */
export class Calling {
  readonly #zones = new Map<string, readonly ZoneOffset[]>()
  readonly #changed = new Set<number>()

  /** How often the clocks were changed where customers live. */
  get changes(): number {
    return this.#changed.size
  }

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
    for (const offsets of this.#zones.values()) {
      for (const { from } of offsets.slice(1)) if (from <= time) this.#changed.add(from)
    }
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
    const offsets = this.#zones.get(said === '' ? hours.zone : said) ?? []
    const local = clockAt(offsets, at)
    const minute = (local % dayMs) / minuteMs
    const day = Math.floor(local / dayMs)
    if (!hours.days.includes(((day + 3) % 7) + 1)) return false
    // Where the clocks show the beginning or the end twice, the hours are the shorter ones.
    const begins = whenShown(offsets, day * dayMs + hours.from * minuteMs)
    const ends = whenShown(offsets, day * dayMs + hours.to * minuteMs)
    const isTwice = begins.some((one) => one > at) || ends.some((one) => one <= at)
    return hours.from <= minute && minute < hours.to && !isTwice
  }
}

/** What the clocks on the wall show, ms. */
function clockAt(offsets: readonly ZoneOffset[], at: number): number {
  const inForce = offsets.findLast(({ from }, index) => index === 0 || from <= at)
  return at + (inForce?.aheadMs ?? 0)
}

/** All instants at which the clocks show it: two where they were put back, none where forward. */
const whenShown = (offsets: readonly ZoneOffset[], local: number): readonly number[] =>
  offsets.map(({ aheadMs }) => local - aheadMs).filter((at) => clockAt(offsets, at) === local)

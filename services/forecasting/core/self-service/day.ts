import { assert } from '@evenkeel/chassis/table'
import { INTERVALS } from '../limits.ts'
import { PackedReader, PackedWriter } from '../packed.ts'

/** Of one interval, or of several in sum. Never more contained and handed over than there were. */
export interface Sessions {
  readonly sessions: number
  /** Settled without an agent. */
  readonly contained: number
  /** Went on to the queue; the rest gave up. */
  readonly handedOver: number
}

export const noSessions: Sessions = Object.freeze({ sessions: 0, contained: 0, handedOver: 0 })

export const sumOf = (one: Sessions, other: Sessions): Sessions => ({
  sessions: one.sessions + other.sessions,
  contained: one.contained + other.contained,
  handedOver: one.handedOver + other.handedOver,
})

/**
 * A UTC day of a topic, as it is kept: of each interval that was reported its number, less the one
 * before, and what it had. Zeros are kept: they were reported too.
 */
export class SelfServiceDay {
  readonly intervals: ReadonlyMap<number, Sessions>

  private constructor(intervals: ReadonlyMap<number, Sessions>) {
    this.intervals = intervals
  }

  static of(bytes: Uint8Array): SelfServiceDay {
    const intervals = new Map<number, Sessions>()
    const read = new PackedReader(bytes)
    for (let interval = -1; read.more; ) {
      interval += read.next() + 1
      assert(interval < INTERVALS, 'an interval is within its day')
      const [sessions, contained, handedOver] = [read.next(), read.next(), read.next()]
      intervals.set(interval, { sessions, contained, handedOver })
    }
    return new SelfServiceDay(intervals)
  }

  /** The day with one of its intervals, 0 to INTERVALS - 1, as it is now known. */
  with(interval: number, sessions: Sessions): SelfServiceDay {
    const all = [...this.intervals, [interval, sessions] as const]
    return new SelfServiceDay(new Map(all.sort(([one], [other]) => one - other)))
  }

  get sum(): Sessions {
    return [...this.intervals.values()].reduce(sumOf, noSessions)
  }

  packed(): Uint8Array {
    const to = new PackedWriter()
    let before = -1
    for (const [interval, { sessions, contained, handedOver }] of this.intervals) {
      to.put(interval - before - 1)
      for (const value of [sessions, contained, handedOver]) to.put(value)
      before = interval
    }
    return to.packed()
  }
}

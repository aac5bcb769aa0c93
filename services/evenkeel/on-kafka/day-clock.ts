import type { Clock } from '@evenkeel/chassis/log'

/** A day's time, the same in every process that is told the same beginning. */
export interface DayTime {
  /** The day's time at `wallMs` of the wall clock. */
  readonly startMs: number
  readonly wallMs: number
  /** The day's ms in one of the wall's. */
  readonly speed: number
}

export interface DayClock extends Clock {
  /** So much passes at once; what falls due in it happens now, in its order. */
  jump(ms: number): void
}

interface Alarm {
  readonly due: number
  readonly callback: () => void
  timer: NodeJS.Timeout | undefined
}

export function dayClock({ startMs, wallMs, speed }: DayTime): DayClock {
  let jumped = 0
  const alarms = new Set<Alarm>()
  const now = () => Math.floor(startMs + (Date.now() - wallMs) * speed) + jumped
  const cancel = (alarm: Alarm) => {
    clearTimeout(alarm.timer)
    alarms.delete(alarm)
  }
  const arm = (alarm: Alarm) => {
    clearTimeout(alarm.timer)
    alarm.timer = setTimeout(() => ring(alarm), Math.max(0, (alarm.due - now()) / speed))
  }
  // Timers are rounded to whole ms, which are many of a fast day: nobody is called early.
  const ring = (alarm: Alarm) => {
    if (alarm.due > now()) return arm(alarm)
    cancel(alarm)
    alarm.callback()
  }
  return {
    now,
    after(ms, callback) {
      const alarm: Alarm = { due: now() + Math.max(0, ms), callback, timer: undefined }
      alarms.add(alarm)
      arm(alarm)
      return () => cancel(alarm)
    },
    jump(ms) {
      jumped += ms
      const all = [...alarms].sort((a, b) => a.due - b.due)
      for (const alarm of all) {
        if (!alarms.has(alarm)) continue
        if (alarm.due <= now()) ring(alarm)
        else arm(alarm)
      }
    },
  }
}

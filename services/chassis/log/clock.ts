import type { Clock } from './port.ts'

/** Node turns a longer delay into 1 ms; longer waits are waited for in pieces. */
const timeoutMsMax = 2_147_483_647

export function realClock(): Clock {
  return { now: Date.now, after: (ms, callback) => waitReal(ms, callback) }
}

/** A day that begins at `start` and runs `speed` times as fast as the wall's. */
export function scaledClock(options: { readonly start: number; readonly speed: number }): Clock {
  const { start, speed } = options
  if (!(speed > 0 && speed <= 100_000)) throw new RangeError(`clock speed ${speed}`)
  const began = performance.now()
  const now = () => Math.floor(start + (performance.now() - began) * speed)
  return {
    now,
    after(ms, callback) {
      const due = now() + ms
      let cancel = waitReal(ms / speed, awake)
      // Timers are rounded to whole ms, which is many ms of a fast clock: never call back early.
      function awake(): void {
        const left = due - now()
        if (left <= 0) callback()
        else cancel = waitReal(left / speed, awake)
      }
      return () => cancel()
    },
  }
}

function waitReal(ms: number, callback: () => void): () => void {
  let timer = setTimeout(piece, Math.min(Math.max(0, ms), timeoutMsMax))
  let left = ms - timeoutMsMax
  function piece(): void {
    if (left <= 0) {
      callback()
      return
    }
    timer = setTimeout(piece, Math.min(left, timeoutMsMax))
    left -= timeoutMsMax
  }
  return () => clearTimeout(timer)
}

/** A clock that stands still until it is told to move. */
export interface ManualClock extends Clock {
  /** Moves on by `ms`, firing what falls due in order of due time, then of registration. */
  advance(ms: number): void
  /** When the next timer is due, Infinity if there is none. */
  nextAt(): number
}

interface Alarm {
  readonly due: number
  readonly callback: () => void
}

export function manualClock(start: number): ManualClock {
  let time = start
  const alarms: Alarm[] = []
  return {
    now: () => time,
    after(ms, callback) {
      const alarm = { due: time + Math.max(0, Math.ceil(ms)), callback }
      alarms.splice(placeOf(alarms, alarm.due), 0, alarm)
      return () => {
        const index = alarms.indexOf(alarm)
        if (index >= 0) alarms.splice(index, 1)
      }
    },
    advance(ms) {
      if (!Number.isInteger(ms) || ms < 0) throw new RangeError(`a clock advanced by ${ms} ms`)
      const end = time + ms
      // Callbacks may set further timers within the span: they fire in the same advance.
      for (let next = alarms[0]; next !== undefined && next.due <= end; next = alarms[0]) {
        alarms.shift()
        time = Math.max(time, next.due)
        next.callback()
      }
      time = Math.max(time, end)
    },
    nextAt: () => alarms[0]?.due ?? Number.POSITIVE_INFINITY,
  }
}

/** After all that are due at the same time or before: equal times fire in order of registration. */
function placeOf(alarms: readonly Alarm[], due: number): number {
  let low = 0
  let high = alarms.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((alarms[middle]?.due ?? due) <= due) low = middle + 1
    else high = middle
  }
  return low
}

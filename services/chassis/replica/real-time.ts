import { performance } from 'node:perf_hooks'

/** Time as callers and disks feel it, however fast the simulated day goes. */
export interface RealTime {
  /** Monotonic ms. */
  now(): number
  /** Calls back once after `ms`; the returned function takes it back. */
  after(ms: number, callback: () => void): () => void
  /** Calls back once everything that has already happened outside was heard. */
  soon(callback: () => void): void
}

export const processTime: RealTime = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
  soon(callback) {
    setImmediate(callback)
  },
}

/** A broken row is retried at once and then, soon, once a minute: it may take a person to mend. */
const firstMs = 100
const mostMs = 60_000

/** Wait after the n-th failure. */
export const backoffMs = (attempt: number): number =>
  Math.min(mostMs, firstMs * 2 ** Math.min(attempt - 1, 20))

/** Resolves after so many ms, or at once when the signal aborts. */
export function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve()
      return
    }
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}

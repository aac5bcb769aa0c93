/** Real time within which a repeated signal is the same one: npx passes ^C on a second time. */
const ECHO_MS = 1000
/** As a shell tells of a process that ^C has ended. */
const INTERRUPTED = 130

/** Aborted when the person or the system asks this process to end; asked again, it ends at once. */
export function endingSignal(): AbortSignal {
  const ending = new AbortController()
  let askedAt = Number.POSITIVE_INFINITY
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (performance.now() - askedAt > ECHO_MS) process.exit(INTERRUPTED)
      askedAt = Math.min(askedAt, performance.now())
      ending.abort(signal)
    })
  }
  return ending.signal
}

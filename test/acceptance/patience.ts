/** Real time that anything may take that is under way; what takes longer will not come. */
const PATIENCE_MS = 15_000

/** What is awaited, or an error that says what did not come. */
export async function within<T>(what: string | (() => string), awaited: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const told = typeof what === 'string' ? what : what()
    reject(new Error(`waited ${PATIENCE_MS / 1000} s in vain for ${told}`))
  }, PATIENCE_MS)
  try {
    return await Promise.race([awaited, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Asks until the answer satisfies; each question is a call, so others get their turn. */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  satisfies: (answer: T) => boolean,
): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE_MS
  for (;;) {
    const answer = await ask()
    if (satisfies(answer)) return answer
    if (performance.now() > giveUpAt) {
      const last = JSON.stringify(answer)
      throw new Error(`waited ${PATIENCE_MS / 1000} s in vain for ${what}; last: ${last}`)
    }
  }
}

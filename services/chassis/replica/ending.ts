/** Whoever was starting was asked to end, before it could begin. */
export class LeftEarly extends Error {
  override readonly name = 'LeftEarly'

  constructor() {
    super('asked to end while it started')
  }
}

/** Settles as `work` does; rejects with LeftEarly at once when it is to end, whatever becomes of it. */
export function unlessEnding<T>(ending: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (ending === undefined) return work
  return new Promise((resolve, reject) => {
    const leave = () => reject(new LeftEarly())
    if (ending.aborted) leave()
    ending.addEventListener('abort', leave, { once: true })
    work.then(resolve, reject).finally(() => ending.removeEventListener('abort', leave))
  })
}

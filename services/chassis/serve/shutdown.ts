import type { Logger } from '../observe/index.ts'

interface Closer {
  readonly name: string
  readonly close: () => Promise<void> | void
}

export interface Shutdown {
  /** Closed in reverse order: what was started last stands on what was started first. */
  add(name: string, close: () => Promise<void> | void): void
  /**
   * Runs every closer once, however often it is called; one that fails is logged and holds up
   * nobody.
   */
  run(reason: string): Promise<void>
}

/**
 * What to undo when the process leaves. `graceMs` for all closers together; then whatever is left
 * is left.
 */
export function createShutdown(logger: Logger, graceMs: number): Shutdown {
  const closers: Closer[] = []
  let running: Promise<void> | undefined
  const close = async ({ name, close }: Closer) => {
    try {
      await close()
      logger.info('shutdown.closed', { kind: name })
    } catch (error) {
      logger.error('shutdown.failed', { kind: name, error })
    }
  }
  const closeAll = async () => {
    for (let next = closers.pop(); next !== undefined; next = closers.pop()) await close(next)
  }
  const run = async (reason: string) => {
    logger.info('shutdown.started', { signal: reason })
    const { promise: overdue, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(() => {
      logger.error('shutdown.overdue', { ms: graceMs, count: closers.length })
      resolve()
    }, graceMs)
    await Promise.race([closeAll(), overdue])
    clearTimeout(timer)
    logger.info('shutdown.finished')
  }
  return {
    add: (name, close) => closers.push({ name, close }),
    run: (reason) => {
      running ??= run(reason)
      return running
    },
  }
}

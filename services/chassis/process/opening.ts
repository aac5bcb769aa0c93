import { setTimeout as pause } from 'node:timers/promises'
import { LogRefused } from '../log/index.ts'
import { defineMetrics, type Registry } from '../observe/index.ts'
import { LeftEarly, unlessEnding } from '../replica/index.ts'
import type { Shutdown } from '../serve/index.ts'
import type { OpenLog } from './logs.ts'
import { outOfReach } from './out-of-reach.ts'
import type { ProcessOptions } from './process.ts'

type Failed = (service: string, error: LogRefused) => void

/**
 * All before any is used: a bridge reads the stream of a service that may be in here as well.
 * `waiting`: told why it takes longer, again and again.
 */
export async function openAll(
  options: ProcessOptions,
  shutdown: Shutdown,
  registry: Registry,
  waiting: (why: string) => void,
): Promise<ReadonlyMap<string, OpenLog>> {
  const opened = new Map<string, OpenLog>()
  const count = outOfReachMetrics(registry)
  const brokers = options.logs.connection?.brokers ?? []
  const failed: Failed = (service, error) => {
    count(service, error.causeCode)
    waiting(outOfReach(error, brokers))
  }
  for (const { name } of options.services) {
    const open = await openPatiently(options, name, failed)
    shutdown.add(`log/${name}`, () => open.close())
    opened.set(name, open)
  }
  return opened
}

/** Counts an attempt that failed. Once per registry. */
export function outOfReachMetrics(registry: Registry): (service: string, code: string) => void {
  const { failed } = defineMetrics(registry, {
    failed: {
      kind: 'counter',
      name: 'evenkeel_log_out_of_reach_total',
      help: 'Attempts to open the log of a service at the start that failed, by why; made again.',
      labels: ['service', 'code'],
    },
  })
  return (service, code) => failed.inc({ service, code })
}

const REOPEN_MS_MIN = 100
const REOPEN_MS_MAX = 5_000

/** A restart would not bring the log back either, and the probes say meanwhile what is missing. */
async function openPatiently(
  options: ProcessOptions,
  service: string,
  failed: Failed,
): Promise<OpenLog> {
  for (let waitMs = REOPEN_MS_MIN; ; waitMs = Math.min(2 * waitMs, REOPEN_MS_MAX)) {
    const opening = options.logs.open(service)
    try {
      return await unlessEnding(options.ending, opening)
    } catch (error) {
      if (error instanceof LeftEarly) void opening.then(({ close }) => close()).catch(() => {})
      if (!(error instanceof LogRefused)) throw error
      failed(service, error)
      const code = error.causeCode
      options.logger.warn('log.out_of_reach', { kind: service, code, error, waitMs })
      const { ending } = options
      await pause(waitMs, undefined, ending && { signal: ending }).catch(() => undefined)
    }
  }
}

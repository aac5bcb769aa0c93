import { realClock } from '../log/index.ts'
import { createLogger } from '../observe/index.ts'
import { LeftEarly } from '../replica/index.ts'
import { tlsFilesOf, tokenRulesOf } from '../security/index.ts'
import type { AnyService } from './keep.ts'
import { kafkaLogs } from './kafka.ts'
import { type ProcessOptions, type RunningProcess, startProcess } from './process.ts'
import type { ServiceConfig } from './settings.ts'
import { endingSignal } from './signals.ts'

/**
 * Services on Kafka, one process of a cell, until it is asked to end. Resolves when it has left:
 * what it led is handed over, what it was asked is answered.
 */
export async function serve(
  services: readonly AnyService[],
  config: ServiceConfig,
  ending: AbortSignal = endingSignal(),
): Promise<void> {
  const { hosted, cells, replicaId, grpc, http, logLevel } = config
  const service = services.map(({ name }) => name).join('+')
  const logger = createLogger({ service, level: logLevel }).with({ replica: replicaId })
  const running = await started({
    services,
    logs: kafkaLogs(config, logger),
    hosted,
    cells,
    admission: config,
    replicaId,
    clock: realClock(),
    grpc,
    http,
    allowPlaintext: config.allowPlaintext === 'yes',
    tls: tlsFilesOf(config),
    tokens: tokenRulesOf(config),
    logger,
    ending,
  })
  if (running === undefined) return
  logger.info('process.serves', { port: running.grpcPort })
  await aborted(ending)
  await running.stop(String(ending.reason))
}

/** undefined: it was asked to end before it had started. */
async function started(options: ProcessOptions): Promise<RunningProcess | undefined> {
  try {
    return await startProcess(options)
  } catch (error) {
    if (error instanceof LeftEarly) return undefined
    throw error
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

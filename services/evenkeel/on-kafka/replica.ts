// One service on a cluster, on a day's own time. Who starts it sends what it is to be, then how
// much time passes at once; it ends with whoever started it.
import { openKafka } from '@evenkeel/chassis/log/kafka'
import { createLogger } from '@evenkeel/chassis/observe'
import { startProcess } from '@evenkeel/chassis/process'
import { SERVICES } from '../host.ts'
import { dayClock } from './day-clock.ts'
import { onOwnTime } from './own-time.ts'
import { type ReplicaPlan, topicsNamed } from './plan.ts'

process.once('message', (plan: ReplicaPlan) => void run(plan))

async function run(plan: ReplicaPlan): Promise<void> {
  const { service, replicaId, partitions, replication, connection, prefix, time } = plan
  const services = SERVICES.filter(({ name }) => name === service)
  const logger = createLogger({ service, level: 'error' })
  const kafkaLogger = { info: () => {}, warn: () => {} }
  const clock = dayClock(time)
  const running = await startProcess({
    services,
    logs: onOwnTime({
      partitions,
      open: (name) => {
        const topics = topicsNamed(prefix, name)
        const log = { service: name, partitions, replication, topics, logger: kafkaLogger }
        return openKafka({ ...connection, ...log })
      },
    }),
    replicaId,
    clock,
    clockSpeed: plan.clockSpeed,
    grpc: { host: '127.0.0.1', port: plan.grpcPort },
    http: { host: '127.0.0.1', port: plan.httpPort },
    logger,
  })
  process.on('message', (ms) => {
    clock.jump(Number(ms))
    process.send?.({ nowMs: clock.now() })
  })
  process.on('disconnect', () => {
    void running.stop('the day is over').then(() => process.exit())
  })
  const { grpcPort, httpPort } = running
  process.send?.({ grpcPort, httpPort, nowMs: clock.now() })
}

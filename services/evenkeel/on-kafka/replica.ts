// One service on a cluster, on a day's own time. Who starts it sends what it is to be, then how
// much time passes at once, at last that it may leave; it ends with whoever started it.
import { deleteTopics, openKafka } from '@evenkeel/chassis/log/kafka'
import { createLogger } from '@evenkeel/chassis/observe'
import { type RunningProcess, startProcess } from '@evenkeel/chassis/process'
import { SERVICES } from '../host.ts'
import { type DayClock, dayClock } from './day-clock.ts'
import { onOwnTime } from './own-time.ts'
import { type ReplicaPlan, type ReplicaTask, topicNames, topicsNamed } from './plan.ts'

const kafkaLogger = { info: () => {}, warn: () => {} }
let plan: ReplicaPlan | undefined
let clock: DayClock | undefined
let running: RunningProcess | undefined

// Before anything is awaited: whoever started it may be gone by then, and nobody else ends it.
process.on('message', (task: ReplicaTask) => {
  if ('start' in task) void run(task.start)
  else if ('leave' in task) void leave()
  else if (clock !== undefined) {
    clock.jump(task.passMs)
    process.send?.({ nowMs: clock.now() })
  }
})
process.once('disconnect', () => void abandoned())
if (!process.connected) process.exit()

async function leave(): Promise<void> {
  await running?.stop('the day is over')
  process.exit()
}

/** Whoever would remove the day's topics was killed: they are of no use to anybody else. */
async function abandoned(): Promise<void> {
  await running?.stop('nobody is left')
  if (plan !== undefined) await forget(plan)
  process.exit()
}

/** The others do so as well: whoever is late finds nothing to remove. */
async function forget({ connection, prefix }: ReplicaPlan): Promise<void> {
  const topics = topicNames(
    prefix,
    SERVICES.map(({ name }) => name),
  )
  await deleteTopics({ ...connection, logger: kafkaLogger }, topics).catch(() => undefined)
}

async function run(told: ReplicaPlan): Promise<void> {
  plan = told
  clock = dayClock(told.time)
  const { service, replicaId, partitions, replication, connection, prefix } = told
  const services = SERVICES.filter(({ name }) => name === service)
  const logger = createLogger({ service, level: 'error' })
  running = await startProcess({
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
    clockSpeed: told.clockSpeed,
    grpc: { host: '127.0.0.1', port: told.grpcPort },
    http: { host: '127.0.0.1', port: told.httpPort },
    logger,
  })
  const { grpcPort, httpPort } = running
  process.send?.({ grpcPort, httpPort, nowMs: clock.now() })
}

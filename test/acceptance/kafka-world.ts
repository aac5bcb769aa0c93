import { partitionOf } from '@evenkeel/chassis/protocol'
import { DayCluster } from 'evenkeel/on-kafka/day-cluster.ts'
import { Event as LogEvent } from '@evenkeel/proto/evenkeel/log/v1/log'
import { sharedBrokers } from '../brokers/index.ts'
import { Topics } from '../chaos/world/topic.ts'
import { Caller, connect } from './api.ts'
import { until } from './patience.ts'
import { passing, SPEED, timekeeper } from './passing.ts'
import type { World } from './world.ts'

/** Monday, 2 March 2026, 09:00, as in every world. */
const BEGIN_MS = Date.UTC(2026, 2, 2, 9)
const PARTITIONS = 2
/** A replica that says nothing for 10 s of the log's time is taken for dead: it has to be heard. */
const STEP_MS = 6_000

/** Some pool of each partition: each has its own time. */
const timekeepers = Array.from({ length: PARTITIONS }, (_, partition) => {
  const names = Array.from({ length: 100 }, (_, i) => `timekeeper-${i}`)
  return names.find((name) => partitionOf(name, PARTITIONS) === partition) ?? ''
})

/** Processes of their own, of which one can be dead while the others go on. */
export interface KafkaWorld extends World {
  /** kill -9 of the replica that the stories talk to. */
  kills(service: string): Promise<void>
  /** It is started again. Resolves when somebody leads each partition of routing. */
  returns(service: string): Promise<void>
  /** All that a service has published so far, as it stands there. */
  published(service: string): Promise<readonly LogEvent[]>
}

/**
 * Time goes on by itself here, and by leaps when the story says so. The stories talk to one replica
 * of routing; it is the one that is killed, while the others go on.
 */
export async function kafka(routingReplicas = 2): Promise<KafkaWorld> {
  const brokers = await sharedBrokers()
  const cluster = await DayCluster.start({
    connection: { brokers: brokers.addresses, clientId: 'acceptance' },
    replication: Math.min(3, brokers.addresses.length),
    partitions: PARTITIONS,
    replicas: { routing: routingReplicas, skills: 1, forecasting: 1, reallocation: 1 },
    time: { startMs: BEGIN_MS, wallMs: Date.now(), speed: 1 },
    clockSpeed: SPEED,
  })
  const member = (service: string) => {
    const found = cluster.members.find((one) => one.service === service)
    if (found === undefined) throw new Error(`a world without ${service}`)
    return found
  }
  const routing = member('routing')
  const [skills = ''] = cluster.targets('skills')
  const [forecasting = ''] = cluster.targets('forecasting')
  const [reallocation = ''] = cluster.targets('reallocation')
  const api = connect(routing.grpc, { skills, forecasting, reallocation })
  const logTimes = await Promise.all(timekeepers.map((pool) => timekeeper(api, new Caller(), pool)))
  const kills = (service: string) => member(service).kill()
  const returns = async (service: string) => {
    await member(service).start()
    // Time goes on once somebody leads again; what leaps before that is an outage to the log.
    for (const logTime of logTimes) {
      const at = await logTime()
      await until('somebody to lead', logTime, (now) => now > at)
    }
  }
  return {
    grpc: routing.grpc,
    skills,
    forecasting,
    reallocation,
    http: routing.http,
    pass: passing((ms) => cluster.jump(ms), logTimes, STEP_MS),
    kills,
    returns,
    async crash() {
      await kills('routing')
      await returns('routing')
    },
    async published(service) {
      const records = await new Topics(brokers.addresses).read(cluster.eventsOf(service))
      return records.map(({ bytes }) => LogEvent.decode(bytes))
    },
    async close() {
      api.close()
      await cluster.close()
      await brokers.stopAll()
    },
  }
}

import { partitionOf } from '@evenkeel/chassis/protocol'
import { DayCluster } from 'evenkeel/on-kafka/day-cluster.ts'
import { sharedBrokers } from '../brokers/index.ts'
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

/**
 * Time goes on by itself here, and by leaps when the story says so. The stories talk to one replica
 * of routing; it is the one that is killed, while the other goes on.
 */
export async function kafka(): Promise<World> {
  const brokers = await sharedBrokers()
  const cluster = await DayCluster.start({
    connection: { brokers: brokers.addresses, clientId: 'acceptance' },
    replication: Math.min(3, brokers.addresses.length),
    partitions: PARTITIONS,
    replicas: { routing: 2, skills: 1, forecasting: 1, reallocation: 1 },
    time: { startMs: BEGIN_MS, wallMs: Date.now(), speed: 1 },
    clockSpeed: SPEED,
  })
  const routing = cluster.members.find(({ service }) => service === 'routing')
  const [skills = ''] = cluster.targets('skills')
  const [forecasting = ''] = cluster.targets('forecasting')
  const [reallocation = ''] = cluster.targets('reallocation')
  if (routing === undefined) throw new Error('a world without routing')
  const api = connect(routing.grpc, { skills, forecasting, reallocation })
  const logTimes = await Promise.all(timekeepers.map((pool) => timekeeper(api, new Caller(), pool)))
  return {
    grpc: routing.grpc,
    skills,
    forecasting,
    reallocation,
    http: routing.http,
    pass: passing((ms) => cluster.jump(ms), logTimes, STEP_MS),
    async crash() {
      await routing.kill()
      await routing.start()
      // Time goes on once somebody leads again; what leaps before that is an outage to the log.
      for (const logTime of logTimes) {
        const at = await logTime()
        await until('somebody to lead', logTime, (now) => now > at)
      }
    },
    async close() {
      api.close()
      await cluster.close()
      await brokers.stopAll()
    },
  }
}

import { partitionOf } from '@evenkeel/chassis/protocol'
import { DayCluster } from 'evenkeel/on-kafka/day-cluster.ts'
import { sharedBrokers } from '../brokers/index.ts'
import { Caller, connect } from './api.ts'
import { passing, SPEED, timekeeper } from './passing.ts'
import type { World } from './world.ts'

/** Monday, 2 March 2026, 09:00, as in every world. */
const BEGIN_MS = Date.UTC(2026, 2, 2, 9)
const PARTITIONS = 2

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
    replicas: { routing: 2, skills: 1 },
    time: { startMs: BEGIN_MS, wallMs: Date.now(), speed: 1 },
    clockSpeed: SPEED,
  })
  const routing = cluster.members.find(({ service }) => service === 'routing')
  const [skills = ''] = cluster.targets('skills')
  if (routing === undefined) throw new Error('a world without routing')
  const api = connect(routing.grpc, skills)
  const logTimes = await Promise.all(timekeepers.map((pool) => timekeeper(api, new Caller(), pool)))
  return {
    grpc: routing.grpc,
    skills,
    http: routing.http,
    pass: passing((ms) => cluster.jump(ms), logTimes),
    async crash() {
      await routing.kill()
      await routing.start()
      for (const logTime of logTimes) await logTime()
    },
    async close() {
      api.close()
      await cluster.close()
      await brokers.stopAll()
    },
  }
}

import { join } from 'node:path'
import { createTopics } from '@evenkeel/chassis/log/kafka'
import { planTopic } from '@evenkeel/proto/topics'
import { cluster } from '../../chaos/world/cluster.ts'
import { serving, type World } from '../../chaos/world/world.ts'
import type { Benchmark } from '../result.ts'
import { runMode, type Side } from './measure.ts'
import { noShares, sideOf, spawned } from './side.ts'

const SUBJECT = { name: 'assign-kafka', p99MsMax: 50 }
const ONE = { brokers: 1, replicas: 1, partitions: 1, settings: noShares }
const FLOOR = 'bench.floor'
const quiet = { info: () => {}, warn: () => {} }

function ours(world: World): Promise<Side> {
  const [routing] = serving(world, 'routing')
  const [skills] = serving(world, 'skills')
  if (routing === undefined || skills === undefined) throw new Error('no service')
  return sideOf({ routing: routing.grpc, skills: skills.grpc, close: () => world.close() })
}

/** On the same broker, with a topic of the same settings. */
async function floor({ brokers }: World): Promise<Side> {
  if (brokers === undefined) throw new Error('no brokers')
  const { addresses } = brokers
  const connection = { brokers: addresses, clientId: 'bench', logger: quiet }
  const size = { partitions: 1, replication: ONE.brokers }
  await createTopics(connection, [planTopic({ topic: FLOOR, cleanup: 'delete' }, size)])
  const echo = join(import.meta.dirname, 'kafka-echo.ts')
  const { target, close } = await spawned([echo, addresses.join(','), FLOOR], 'SIGKILL')
  return sideOf({ routing: target, skills: undefined, close })
}

export const assignKafka: Benchmark = {
  name: 'assign-kafka',
  summary:
    'contacts a second from SubmitContact to the desk (p99 <= 50 ms), log on one broker; p50, p99 in ms at half of it; floor: kafkajs there and back, and an echo',
  async run(options, told) {
    const world = await cluster(() => {}, ONE)
    const mine = await ours(world)
    try {
      const bare = await floor(world)
      try {
        for (const mode of ['unary', 'stream'] as const) {
          if (options.only.length > 0 && !options.only.includes(mode)) continue
          told(await runMode({ ours: mine, floor: bare }, mode, SUBJECT, options))
        }
      } finally {
        await bare.close()
      }
    } finally {
      await mine.close()
    }
  },
}

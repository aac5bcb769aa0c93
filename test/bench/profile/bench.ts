import { ChannelCredentials, type ClientReadableStream } from '@grpc/grpc-js'
import { createTopics } from '@evenkeel/chassis/log/kafka'
import {
  type WatchAgentsResponse,
  WatchServiceClient,
} from '@evenkeel/proto/evenkeel/routing/v1/watch_service'
import {
  PutAgentRequest,
  SkillsServiceClient,
} from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import { planTopic } from '@evenkeel/proto/topics'
import { cluster } from '../../chaos/world/cluster.ts'
import { serving } from '../../chaos/world/world.ts'
import { embedded } from '../assign/embedded.ts'
import { agentId, call, setUp } from '../assign/set-up.ts'
import type { Benchmark, Result, RunOptions } from '../result.ts'
import { median, percentile } from '../statistics.ts'
import { Trips } from './trips.ts'

const POOL = 'school'
const AGENTS = 200
const CHANGES = 500
const CHANGES_SMOKE = 20
/** What the design allows a change on Kafka, at the 99th percentile. */
const P99_MS_MAX = 100
const CHANGE_MS_MAX = 10_000
const ONE = { brokers: 1, replicas: 1, partitions: 1 }
const FLOOR = 'bench.floor'
const quiet = { info: () => {}, warn: () => {} }

/** A planner's screen changes levels, a supervisor's sees them in routing. */
class Screens {
  readonly #skills: SkillsServiceClient
  readonly #watching: WatchServiceClient
  readonly #stream: ClientReadableStream<WatchAgentsResponse>
  #told: (agentId: string, level: number) => void = () => {}
  #changes = 0

  constructor(routing: string, skills: string) {
    const plain = ChannelCredentials.createInsecure()
    this.#skills = new SkillsServiceClient(skills, plain)
    this.#watching = new WatchServiceClient(routing, plain)
    this.#stream = this.#watching.watchAgents({ pool: POOL, changesOnly: true })
    this.#stream.on('error', () => {})
    this.#stream.on('data', ({ event }: WatchAgentsResponse) => {
      if (event?.$case !== 'agent') return
      this.#told(event.value.agentId, event.value.skills[0]?.level ?? 0)
    })
  }

  /** Until routing tells of the level. */
  async change(): Promise<void> {
    const number = this.#changes % AGENTS
    const level = 2 + (Math.floor(this.#changes / AGENTS) % 2)
    this.#changes += 1
    const who = agentId(POOL, number)
    const seen = new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${who} never changed`)), CHANGE_MS_MAX)
      this.#told = (agent, now) => {
        if (agent !== who || now !== level) return
        clearTimeout(late)
        resolve()
      }
    })
    const skills = [{ skillId: 'post', level }]
    const put = PutAgentRequest.fromPartial({ profile: { pool: POOL, agentId: who, skills } })
    const changed = { ...put, updateMask: ['skills'] }
    await Promise.all([call(this.#skills.putAgent.bind(this.#skills), changed), seen])
  }

  close(): void {
    this.#stream.cancel()
    for (const client of [this.#skills, this.#watching]) client.close()
  }
}

async function timed(count: number, once: () => Promise<void>): Promise<Float64Array> {
  const ms: number[] = []
  for (let n = 0; n < count; n++) {
    const began = performance.now()
    await once()
    ms.push(performance.now() - began)
  }
  return new Float64Array(ms).sort()
}

/** `bare`: what the same way takes without us; undefined where there is no such thing. */
async function measured(
  name: string,
  screens: Screens,
  bare: (() => Promise<void>) | undefined,
  { pairs, smoke }: RunOptions,
): Promise<Result> {
  const count = smoke ? CHANGES_SMOKE : CHANGES
  await timed(Math.min(count, AGENTS), () => screens.change())
  if (bare) await timed(Math.min(count, AGENTS), bare)
  const ours: Float64Array[] = []
  const floor: Float64Array[] = []
  for (let pair = 0; pair < pairs; pair++) {
    ours.push(await timed(count, () => screens.change()))
    if (bare) floor.push(await timed(count, bare))
  }
  const of = (runs: readonly Float64Array[], share: number) =>
    median(runs.map((run) => percentile(run, share)))
  const p99 = of(ours, 0.99)
  return {
    ...{ name, unit: 'ms p99', value: p99, floor: P99_MS_MAX, ratio: P99_MS_MAX / p99 },
    ...{ p50: of(ours, 0.5), p99 },
    more: bare ? { bare_p50: of(floor, 0.5), bare_p99: of(floor, 0.99) } : {},
  }
}

const founded = (routing: string, skills: string) =>
  setUp(routing, skills, ChannelCredentials.createInsecure(), {
    pools: [POOL],
    agentsPerPool: AGENTS,
  })

async function onSqlite(options: RunOptions): Promise<Result> {
  const { target, close } = await embedded()
  try {
    await founded(target, target)
    const screens = new Screens(target, target)
    try {
      return await measured('profile sqlite', screens, undefined, options)
    } finally {
      screens.close()
    }
  } finally {
    await close()
  }
}

async function onKafka(options: RunOptions): Promise<Result> {
  const world = await cluster(() => {}, ONE)
  const closers: (() => unknown)[] = [() => world.close()]
  try {
    const [routing] = serving(world, 'routing')
    const [skills] = serving(world, 'skills')
    if (!routing || !skills || !world.brokers) throw new Error('not everything is there')
    const { addresses } = world.brokers
    const connection = { brokers: addresses, clientId: 'bench', logger: quiet }
    const size = { partitions: 1, replication: ONE.brokers }
    await createTopics(connection, [planTopic({ topic: FLOOR, cleanup: 'delete' }, size)])
    const trips = new Trips(addresses, FLOOR, 3)
    await trips.start()
    closers.push(() => trips.stop())
    await founded(routing.grpc, skills.grpc)
    const screens = new Screens(routing.grpc, skills.grpc)
    closers.push(() => screens.close())
    return await measured('profile kafka', screens, () => trips.make(), options)
  } finally {
    for (const close of closers.reverse()) await close()
  }
}

const cases = { sqlite: onSqlite, kafka: onKafka }

export const profileChange: Benchmark = {
  name: 'profile-change',
  summary:
    'ms from PutAgent until routing tells of the new level, one change at a time; floor: what the design allows on Kafka, 100 ms p99; bare: a record there and back three times',
  async run(options, told) {
    for (const [name, run] of Object.entries(cases)) {
      if (options.only.length > 0 && !options.only.includes(name)) continue
      told(await run(options))
    }
  },
}

import { createTopics } from '@evenkeel/chassis/log/kafka'
import { planTopics, topics } from '@evenkeel/proto/topics'
import { type Cluster, startBrokers } from '../../brokers/index.ts'
import { Member, samples, type ServiceName } from './member.ts'
import { Topics } from './topic.ts'
import type { Brokers, World } from './world.ts'

export interface Size {
  /** 1 or 3. */
  readonly brokers: number
  /** Processes of routing; the others have one each. */
  readonly replicas: number
  /** Few, so that replicas and brokers fit on a small machine; pools share them. */
  readonly partitions: number
  /** Of each process, beside those that it needs to be there. */
  readonly settings?: Readonly<Record<string, string>>
}

const THREE: Size = { brokers: 3, replicas: 3, partitions: 8 }

const topicOf = (producer: string, kind: string): string =>
  topics.find((one) => one.producer === producer && one.kind === kind)?.topic ?? ''

export const LOG = topicOf('routing', 'log')
export const EVENTS = topicOf('routing', 'events')
export const SKILLS_EVENTS = topicOf('skills', 'events')

/** Each service in processes of its own, on brokers of their own. */
export async function cluster(told: (line: string) => void, size = THREE): Promise<World> {
  const brokers = await startBrokers({ count: size.brokers })
  const world = new Separate(brokers, size)
  try {
    told(`brokers: ${brokers.addresses.join(', ')}`)
    await world.start()
    return world
  } catch (error) {
    await world.close()
    throw error
  }
}

class Separate implements World {
  readonly name: string
  readonly members: Member[] = []
  readonly partitions: number
  readonly brokers: Brokers
  readonly #size: Size
  readonly #cluster: Cluster
  readonly #topics: Topics
  readonly #twins: Member[] = []

  constructor(brokers: Cluster, size: Size) {
    this.name = `${size.replicas} replicas on ${size.brokers} brokers`
    this.partitions = size.partitions
    this.#size = size
    this.#cluster = brokers
    const topics = new Topics(brokers.addresses)
    this.#topics = topics
    this.brokers = {
      addresses: brokers.addresses,
      count: size.brokers,
      leaderOf: (partition) => topics.leaderOf(LOG, partition),
      kill: (broker) => brokers.kill(broker),
      pause: (broker) => brokers.pause(broker),
      resume: (broker) => brokers.resume(broker),
      stop: (broker) => brokers.stop(broker),
      start: (broker) => brokers.restart(broker),
      spoil: (topic, partition, bytes) => topics.write(topic, partition, bytes),
    }
  }

  async start(): Promise<void> {
    const connection = {
      brokers: this.#cluster.addresses,
      clientId: 'chaos',
      logger: { info: () => {}, warn: () => {} },
    }
    const { partitions, replicas, brokers: replication } = this.#size
    await createTopics(connection, planTopics({ partitions, replication }))
    for (let number = 0; number < replicas; number += 1) {
      this.members.push(await this.#member('routing', `routing-${number}`))
    }
    this.members.push(await this.#member('skills', 'skills-0'))
    await Promise.all(this.members.map((member) => member.start()))
  }

  #member(service: ServiceName, replicaId: string): Promise<Member> {
    return Member.create({
      name: replicaId,
      services: [service],
      command: ({ grpc, http }) => ({
        args: ['run', service],
        settings: {
          ...this.#size.settings,
          EVENKEEL_KAFKA_BROKERS: this.#cluster.addresses.join(','),
          EVENKEEL_REPLICA_ID: replicaId,
          EVENKEEL_PARTITIONS: String(this.partitions),
          EVENKEEL_KAFKA_REPLICATION: String(this.#size.brokers),
          EVENKEEL_GRPC_ADDRESS: `127.0.0.1:${grpc}`,
          EVENKEEL_HTTP_ADDRESS: `127.0.0.1:${http}`,
        },
      }),
    })
  }

  async leaders(without?: Member): Promise<ReadonlyMap<number, Member>> {
    const leaders = new Map<number, Member>()
    const others = this.members.filter((member) => member !== without)
    const asked = others.map(async (member) => {
      const page = await member.get('/metrics')
      for (const { labels, value } of samples(page?.text ?? '', 'evenkeel_replica_leading')) {
        const [, partition] = /service="routing".*partition="(\d+)"/.exec(labels) ?? []
        if (value === 1 && partition !== undefined) leaders.set(Number(partition), member)
      }
    })
    await Promise.all(asked)
    return leaders
  }

  async twin(member: Member): Promise<Member> {
    const [service = 'routing'] = member.services
    const twin = await this.#member(service, member.name)
    this.#twins.push(twin)
    return twin
  }

  events() {
    return this.#topics.read(EVENTS)
  }

  async close(): Promise<void> {
    await Promise.all([...this.members, ...this.#twins].map((member) => member.kill()))
    await this.#cluster.stopAll()
  }
}

import { createTopics } from '@evenkeel/chassis/log/kafka'
import { IngressRecord } from '@evenkeel/proto/evenkeel/ingress/v1/ingress'
import { Event as LogEvent } from '@evenkeel/proto/evenkeel/log/v1/log'
import { SubmitContactRequest } from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { Event } from '@evenkeel/proto/evenkeel/routing/v1/events'
import { planTopic, planTopics } from '@evenkeel/proto/topics'
import { type Cluster, startBrokers } from '../../brokers/index.ts'
import { freePort } from '../../brokers/ports.ts'
import { EvenkeelProcess } from '../../integration/process.ts'
import type { Benchmark } from '../result.ts'
import { median, percentile } from '../statistics.ts'
import { Loop, type Message, type Took, type Trip } from './loop.ts'

const POOL = 'bench'
/** More than are outstanding, so that somebody is always free. */
const AGENTS = 100
const TRIPS = 5_000
const TRIPS_SMOKE = 200

type Command = NonNullable<IngressRecord['command']>

const message = (command: Command): Message => ({
  key: command.value.contactId,
  value: Buffer.from(IngressRecord.encode({ requestId: '', command }).finish()),
})

const arrival = (n: number): Message => {
  const value = SubmitContactRequest.fromPartial({ pool: POOL, contactId: `c${n}`, queueId: 'q' })
  return message({ $case: 'submitContact', value })
}

/** Taken back as soon as it is offered, so that its agent is free for the next. */
const takenBack = (contactId: string): Message =>
  message({
    $case: 'cancelContact',
    value: { pool: POOL, contactId, reason: '', mayPrecede: false },
  })

const offered: Trip = {
  sendTo: 'evenkeel.contacts.ingress.v1',
  readFrom: 'evenkeel.routing.events.v1',
  send: arrival,
  answered(value) {
    const { kind } = Event.decode(LogEvent.decode(value).body)
    if (kind?.$case !== 'offerMade') return { n: -1 }
    const { contactId } = kind.value
    return { n: Number(contactId.slice(1)), also: takenBack(contactId) }
  },
}

const BARE = 'bench.bare'

/** The same record there and back, with nobody in between. */
const bare: Trip = {
  sendTo: BARE,
  readFrom: BARE,
  send: arrival,
  answered(value) {
    const command = IngressRecord.decode(value).command
    return { n: command === undefined ? -1 : Number(command.value.contactId.slice(1)) }
  },
}

async function service(name: string, cluster: Cluster) {
  const port = await freePort()
  const process = new EvenkeelProcess(['run', name], () => undefined, {
    EVENKEEL_KAFKA_BROKERS: cluster.addresses.join(','),
    EVENKEEL_KAFKA_REPLICATION: '1',
    EVENKEEL_PARTITIONS: '1',
    EVENKEEL_REPLICA_ID: `${name}-0`,
    EVENKEEL_GRPC_ADDRESS: '127.0.0.1:0',
    EVENKEEL_HTTP_ADDRESS: `127.0.0.1:${port}`,
  })
  await process.says(/process\.serves/)
  const call = async (method: string, request: object): Promise<boolean> => {
    const response = await fetch(`http://127.0.0.1:${port}/evenkeel.${name}.v1.${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'connect-timeout-ms': '10000' },
      body: JSON.stringify(request),
    })
    const answer = await response.text()
    if (response.ok) return true
    // A new agent is known to routing only once the bridge has brought it.
    if (answer.includes('AGENT_UNKNOWN')) return false
    throw new Error(`${method}: ${answer}`)
  }
  const stop = async () => {
    process.kill('SIGKILL')
    await process.ended
  }
  return { call, stop }
}

type Running = Awaited<ReturnType<typeof service>>

async function founded(routing: Running, skills: Running): Promise<void> {
  await routing.call('QueueService/PutPool', { pool: { pool: POOL } })
  const queue = { pool: POOL, queueId: 'q', channel: 'CHANNEL_EMAIL' }
  await routing.call('QueueService/PutQueue', { queue })
  for (let i = 0; i < AGENTS; i++) {
    const agentId = `a${i}`
    const channels = [{ channel: 'CHANNEL_EMAIL', weight: 100 }]
    await skills.call('SkillsService/PutAgent', { profile: { pool: POOL, agentId, channels } })
    const signIn = { pool: POOL, agentId, ready: true }
    while (!(await routing.call('AgentService/SignIn', signIn)));
  }
}

export const ingressKafka: Benchmark = {
  name: 'ingress-kafka',
  summary:
    'contacts a second from the ingress topic to OfferMade on the events topic, 64 at once, one ' +
    'broker; p50, p99 in ms; floor: the same record produced and consumed',
  async run({ pairs, smoke }, told) {
    const cluster = await startBrokers({ count: 1 })
    const closers = [() => cluster.stopAll()]
    try {
      const size = { partitions: 1, replication: 1 }
      const connection = {
        brokers: cluster.addresses,
        clientId: 'bench',
        logger: { info() {}, warn() {} },
      }
      const bareTopic = planTopic({ topic: BARE, cleanup: 'delete' }, size)
      await createTopics(connection, [...planTopics(size), bareTopic])
      const [routing, skills] = [
        await service('routing', cluster),
        await service('skills', cluster),
      ]
      closers.push(routing.stop, skills.stop)
      await founded(routing, skills)
      const [ours, floor] = [
        new Loop(cluster.addresses, offered),
        new Loop(cluster.addresses, bare),
      ]
      closers.push(
        () => ours.stop(),
        () => floor.stop(),
      )
      await ours.start()
      await floor.start()
      const trips = smoke ? TRIPS_SMOKE : TRIPS
      // The first goes through cold code, and waits until the reader has joined its group.
      await ours.run(Math.min(trips, 1_000))
      await floor.run(Math.min(trips, 1_000))
      const runs: { readonly ours: Took; readonly floor: Took }[] = []
      for (let pair = 0; pair < pairs; pair++) {
        runs.push({ ours: await ours.run(trips), floor: await floor.run(trips) })
      }
      const of = (read: (run: (typeof runs)[number]) => number) => median(runs.map(read))
      told({
        name: 'ingress-kafka',
        unit: 'contacts/s',
        value: of((run) => run.ours.perSecond),
        floor: of((run) => run.floor.perSecond),
        ratio: of((run) => run.ours.perSecond / run.floor.perSecond),
        p50: of((run) => percentile(run.ours.ms, 0.5)),
        p99: of((run) => percentile(run.ours.ms, 0.99)),
        more: {
          floorP50: of((run) => percentile(run.floor.ms, 0.5)),
          floorP99: of((run) => percentile(run.floor.ms, 0.99)),
        },
      })
    } finally {
      for (const close of closers.reverse()) await close()
    }
  },
}

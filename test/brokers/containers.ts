import { randomInt } from 'node:crypto'
import {
  type ContainerRuntimeClient,
  GenericContainer,
  type StartedTestContainer,
  Wait,
} from 'testcontainers'
import type { Cluster, ClusterOptions } from './cluster.ts'
import { type Dockerode, kafkaImage, LABEL, removeLeftovers } from './docker.ts'
import { freePort } from './ports.ts'
import { CLUSTER_ID, serverProperties } from './properties.ts'

const START_MS_MAX = 90_000
const STOP_SECONDS_MAX = 20
const HEAP = '-Xmx256m'
const PROPERTIES = '/tmp/server.properties'
const FILES = '/tmp/files'
const label = { [LABEL]: String(process.pid) }

type Network = ReturnType<Dockerode['getNetwork']>

/** Brokers in containers: any machine with Docker has them, whatever Java it has. */
export async function startContainers(
  client: ContainerRuntimeClient,
  options: ClusterOptions,
): Promise<Cluster> {
  await removeLeftovers(client)
  const image = await kafkaImage(client)
  const cluster = new Containers(client, await ownNetwork(client.container.dockerode))
  try {
    await cluster.start(image, options)
  } catch (error) {
    await cluster.stopAll()
    throw error
  }
  return cluster
}

interface OwnNetwork {
  readonly network: Network
  /** First three numbers of its addresses. */
  readonly prefix: string
}

/**
 * Each broker has an address of its own here. Without, Docker may give a restarted broker its
 * neighbour's, and the others go on talking to the wrong one over connections that look healthy.
 */
async function ownNetwork(dockerode: Dockerode): Promise<OwnNetwork> {
  for (let tries = 1; ; tries += 1) {
    const prefix = `10.${randomInt(90, 190)}.${randomInt(256)}`
    try {
      const network = await dockerode.createNetwork({
        Name: `evenkeel-brokers-${process.pid}-${prefix}`,
        Labels: label,
        IPAM: { Driver: 'default', Config: [{ Subnet: `${prefix}.0/24` }] },
      })
      return { network, prefix }
    } catch (error) {
      // Somebody else has that subnet.
      if (tries === 5) throw error
    }
  }
}

class Broker extends GenericContainer {
  readonly #joined: (containerId: string) => Promise<void>

  constructor(image: string, joined: (containerId: string) => Promise<void>) {
    super(image)
    this.#joined = joined
  }

  /** Between create and start, so that it never runs without its address. */
  protected override containerCreated(containerId: string): Promise<void> {
    return this.#joined(containerId)
  }
}

class Containers implements Cluster {
  readonly #client: ContainerRuntimeClient
  readonly #own: OwnNetwork
  readonly #containers = new Map<number, StartedTestContainer>()
  addresses: readonly string[] = []

  constructor(client: ContainerRuntimeClient, own: OwnNetwork) {
    this.#client = client
    this.#own = own
  }

  /** All at once: none is ready before a majority of the controllers is there. */
  async start(image: string, options: ClusterOptions): Promise<void> {
    const ids = Array.from({ length: options.count }, (_, index) => index + 1)
    const ports: number[] = []
    for (const _ of ids) ports.push(await freePort())
    this.addresses = ports.map((port) => `localhost:${port}`)
    const outcomes = await Promise.allSettled(
      ids.map((id) => this.#startOne(image, options, id, ports[id - 1] ?? 0)),
    )
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  }

  async #startOne(image: string, options: ClusterOptions, id: number, port: number): Promise<void> {
    const { count, settings = {}, files = {}, users = {} } = options
    const voters = Array.from({ length: count }, (_, i) => `${i + 1}@${this.#ip(i + 1)}:9094`)
    const text = serverProperties(
      {
        id,
        count,
        voters: voters.join(','),
        listeners: 'CLIENT://0.0.0.0:9092,INTERNAL://0.0.0.0:9093,CONTROLLER://0.0.0.0:9094',
        // A port chosen before the start is kept over restarts, and can be said in the settings.
        advertised: `CLIENT://localhost:${port},INTERNAL://${this.#ip(id)}:9093`,
        dataDirectory: '/tmp/kafka-data',
      },
      settings,
    ).replaceAll('@files@', FILES)
    const contents = [
      { content: text, target: PROPERTIES, mode: 0o644 },
      ...Object.entries(files).map(([name, content]) => {
        return { content, target: `${FILES}/${name}`, mode: 0o644 }
      }),
    ]
    const container = await new Broker(image, (containerId) => this.#join(id, containerId))
      .withLabels(label)
      .withExposedPorts({ container: 9092, host: port })
      .withEnvironment({ KAFKA_HEAP_OPTS: HEAP })
      .withCopyContentToContainer(contents)
      .withCommand(['sh', '-c', startScript(users)])
      .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
      .withStartupTimeout(START_MS_MAX)
      .start()
    this.#containers.set(id, container)
  }

  async pause(id: number): Promise<void> {
    await this.#container(id).pause()
  }

  async resume(id: number): Promise<void> {
    await this.#container(id).unpause()
  }

  async kill(id: number): Promise<void> {
    await this.#container(id).kill({ signal: 'SIGKILL' })
  }

  async stop(id: number): Promise<void> {
    await this.#container(id).stop({ t: STOP_SECONDS_MAX })
  }

  async restart(id: number): Promise<void> {
    await this.#container(id).start()
  }

  async disconnect(id: number): Promise<void> {
    await this.#own.network.disconnect({ Container: this.#started(id).getId(), Force: true })
  }

  async connect(id: number): Promise<void> {
    await this.#join(id, this.#started(id).getId())
  }

  /** By what the daemon knows, which after a failed start is more than we do. */
  async stopAll(): Promise<void> {
    const { dockerode } = this.#client.container
    const { id } = this.#own.network
    const filters = { label: [`${LABEL}=${process.pid}`], network: [id] }
    const all = await dockerode.listContainers({ all: true, filters })
    const known = [...this.#containers.values()].map((container) => container.getId())
    const ids = new Set([...known, ...all.map(({ Id }) => Id)])
    await Promise.all(
      [...ids].map((one) => dockerode.getContainer(one).remove({ force: true, v: true })),
    )
    await this.#own.network.remove()
  }

  async #join(id: number, containerId: string): Promise<void> {
    const IPAMConfig = { IPv4Address: this.#ip(id) }
    await this.#own.network.connect({ Container: containerId, EndpointConfig: { IPAMConfig } })
  }

  #ip(id: number): string {
    return `${this.#own.prefix}.${10 + id}`
  }

  #container(id: number): ReturnType<Dockerode['getContainer']> {
    return this.#client.container.getById(this.#started(id).getId())
  }

  #started(id: number): StartedTestContainer {
    const container = this.#containers.get(id)
    if (container === undefined) throw new RangeError(`there is no broker ${id}`)
    return container
  }
}

/** Formats once; a restart finds its data. */
function startScript(users: Readonly<Record<string, string>>): string {
  const format = [
    '/opt/kafka/bin/kafka-storage.sh format --ignore-formatted',
    `-t ${CLUSTER_ID} -c ${PROPERTIES}`,
    ...scramOptions(users).map((option) => `'${option}'`),
  ].join(' ')
  return `${format} && exec /opt/kafka/bin/kafka-server-start.sh ${PROPERTIES}`
}

export function scramOptions(users: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(users).flatMap(([name, password]) => [
    '--add-scram',
    `SCRAM-SHA-512=[name=${name},password=${password}]`,
  ])
}

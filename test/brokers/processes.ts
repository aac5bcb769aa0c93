import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { openSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Cluster, ClusterOptions } from './cluster.ts'
import { scramOptions } from './containers.ts'
import { kafkaJars } from './image/jars.ts'
import { freePort } from './ports.ts'
import { CLUSTER_ID, serverProperties } from './properties.ts'

const execute = promisify(execFile)
const START_MS_MAX = 90_000
const STOP_MS_MAX = 20_000
const POLL_MS = 50
const JVM = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
const JAVA_MIN = 17

/** A Java that Kafka runs on, if this machine has one. */
export async function java(): Promise<string | undefined> {
  const home = process.env['JAVA_HOME']
  for (const program of [...(home === undefined ? [] : [join(home, 'bin', 'java')]), 'java']) {
    try {
      const { stderr } = await execute(program, ['-version'])
      if (Number(/version "(\d+)/.exec(stderr)?.[1]) >= JAVA_MIN) return program
    } catch {
      // Not this one.
    }
  }
  return undefined
}

/** Brokers as plain processes: for machines with Java and without Docker. */
export async function startProcesses(program: string, options: ClusterOptions): Promise<Cluster> {
  const classPath = (await kafkaJars()).join(':')
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-brokers-'))
  const cluster = new Processes(folder, [...JVM, '-cp', classPath], program)
  try {
    await cluster.start(options)
  } catch (error) {
    await cluster.stopAll()
    throw error
  }
  return cluster
}

interface Node {
  readonly id: number
  readonly folder: string
  readonly port: number
  child: ChildProcess | undefined
  exited: Promise<unknown>
}

class Processes implements Cluster {
  readonly #folder: string
  readonly #arguments: readonly string[]
  readonly #java: string
  readonly #nodes: Node[] = []

  constructor(folder: string, args: readonly string[], program: string) {
    this.#folder = folder
    this.#arguments = args
    this.#java = program
    // A test that dies must not leave brokers behind.
    process.on('exit', () => {
      for (const { child } of this.#nodes) child?.kill('SIGKILL')
    })
  }

  get addresses(): readonly string[] {
    return this.#nodes.map(({ port }) => `localhost:${port}`)
  }

  /** All at once: none is ready before a majority of the controllers is there. */
  async start(options: ClusterOptions): Promise<void> {
    const { count, files = {}, users = {} } = options
    await mkdir(join(this.#folder, 'files'), { recursive: true })
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(this.#folder, 'files', name), content)
    }
    const ports: { client: number; internal: number; controller: number }[] = []
    for (let i = 0; i < count; i += 1) {
      const [client, internal] = [await freePort(), await freePort()]
      ports.push({ client, internal, controller: await freePort() })
    }
    const voters = ports.map(({ controller }, i) => `${i + 1}@localhost:${controller}`).join(',')
    for (const [index, { client, internal, controller }] of ports.entries()) {
      const folder = join(this.#folder, String(index + 1))
      const dataDirectory = join(folder, 'data')
      await mkdir(dataDirectory, { recursive: true })
      const outer = `CLIENT://localhost:${client},INTERNAL://localhost:${internal}`
      const listeners = `${outer},CONTROLLER://localhost:${controller}`
      const place = { id: index + 1, count, voters, listeners, advertised: outer, dataDirectory }
      const text = serverProperties(place, options.settings ?? {})
      const settings = text.replaceAll('@files@', join(this.#folder, 'files'))
      await writeFile(join(folder, 'server.properties'), settings)
      const node = { id: index + 1, folder, port: client }
      await this.#format(node, users)
      this.#nodes.push({ ...node, child: undefined, exited: Promise.resolve() })
    }
    await Promise.all(this.#nodes.map((node) => this.#spawn(node)))
  }

  /** Kafka's own tool takes a second and a half, and is needed for users only. */
  async #format(
    { id, folder }: Pick<Node, 'id' | 'folder'>,
    users: Readonly<Record<string, string>>,
  ): Promise<void> {
    if (Object.keys(users).length === 0) {
      const directory = randomBytes(16).toString('base64url').replace(/^-/, 'x')
      const text = `version=1\ncluster.id=${CLUSTER_ID}\nnode.id=${id}\ndirectory.id=${directory}\n`
      await writeFile(join(folder, 'data', 'meta.properties'), text)
      return
    }
    const tool = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID]
    const properties = ['-c', join(folder, 'server.properties')]
    const options = [...this.#arguments, ...tool, ...properties, ...scramOptions(users)]
    await execute(this.#java, options)
  }

  async #spawn(node: Node): Promise<void> {
    const log = join(node.folder, 'log')
    await writeFile(log, '')
    const output = openSync(log, 'a')
    const main = ['kafka.Kafka', join(node.folder, 'server.properties')]
    const child = spawn(this.#java, [...this.#arguments, ...main], {
      stdio: ['ignore', output, output],
    })
    node.child = child
    node.exited = new Promise((resolve) => child.once('exit', resolve))
    for (let ms = 0; ms < START_MS_MAX && child.exitCode === null; ms += POLL_MS) {
      if ((await readFile(log, 'utf8')).includes('Kafka Server started')) return
      await pause(POLL_MS)
    }
    throw new Error(
      `broker ${node.id} did not start:\n${(await readFile(log, 'utf8')).slice(-2000)}`,
    )
  }

  async pause(id: number): Promise<void> {
    this.#node(id).child?.kill('SIGSTOP')
  }

  async resume(id: number): Promise<void> {
    this.#node(id).child?.kill('SIGCONT')
  }

  async kill(id: number): Promise<void> {
    const { child, exited } = this.#node(id)
    child?.kill('SIGKILL')
    await exited
  }

  async stop(id: number): Promise<void> {
    const { child, exited } = this.#node(id)
    child?.kill('SIGTERM')
    const timer = setTimeout(() => child?.kill('SIGKILL'), STOP_MS_MAX)
    await exited
    clearTimeout(timer)
  }

  restart(id: number): Promise<void> {
    return this.#spawn(this.#node(id))
  }

  async stopAll(): Promise<void> {
    await Promise.all(this.#nodes.map(({ id }) => this.kill(id)))
    await rm(this.#folder, { recursive: true, force: true })
  }

  #node(id: number): Node {
    const node = this.#nodes[id - 1]
    if (node === undefined) throw new RangeError(`there is no broker ${id}`)
    return node
  }
}

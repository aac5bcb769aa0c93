import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Dockerode } from '../brokers/docker.ts'
import { docker, LABEL, removeLeftovers } from '../brokers/docker.ts'
import { buildEvenkeel } from './build.ts'

const IMAGE = 'evenkeel:tested'
const SIZE_MB_MAX = 250
/** On an empty log, on a machine with nothing else to do. */
const SERVES_MS_MAX = 2_000
/** For what is not measured: somebody who waits for it has found a fault. */
const PATIENCE_MS = 120_000

const client = await docker()
// On CI a test that did not run has proved nothing.
const skip = client === undefined && process.env['CI'] !== '1' ? 'no Docker answers' : false

type Container = Awaited<ReturnType<Dockerode['createContainer']>>

describe('the image', { skip }, () => {
  const dockerode = client?.container.dockerode
  const started: Container[] = []

  before(async () => {
    assert.ok(client !== undefined, 'no Docker answers')
    await removeLeftovers(client)
    await buildEvenkeel(client.container.dockerode, IMAGE)
  })
  after(async () => {
    for (const container of started) await container.remove({ force: true, v: true })
  })

  /** `start` as a careful operator runs it: nothing may be written but the data. */
  async function container(): Promise<Container> {
    assert.ok(dockerode)
    const made = await dockerode.createContainer({
      Image: IMAGE,
      Labels: { [LABEL]: String(process.pid) },
      Cmd: ['start', '--data', '/data'],
      Env: [
        'EVENKEEL_GRPC_ADDRESS=0.0.0.0:7400',
        'EVENKEEL_HTTP_ADDRESS=0.0.0.0:7480',
        'EVENKEEL_ALLOW_PLAINTEXT=yes',
      ],
      HostConfig: {
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        Tmpfs: { '/data': 'uid=65532,gid=65532' },
        PortBindings: { '7480/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
      },
    })
    started.push(made)
    return made
  }

  test(`is below ${SIZE_MB_MAX} MB and runs as nobody in particular`, async (t) => {
    const { Size, Config } = (await dockerode?.getImage(IMAGE).inspect()) ?? {}
    assert.ok(Size !== undefined && Config !== undefined)
    t.diagnostic(`${Math.round(Size / 1e6)} MB`)
    assert.ok(Size < SIZE_MB_MAX * 1e6, `${Size} bytes`)
    assert.match(Config.User, /^[1-9]\d*:[1-9]\d*$/, 'Kubernetes knows numbers only')
    assert.ok(Config.Healthcheck !== undefined)
  })

  test(`serves within ${SERVES_MS_MAX} ms on an empty log, its root read-only`, async (t) => {
    const one = await container()
    const began = performance.now()
    await one.start()
    await ready(one)
    const tookMs = Math.round(performance.now() - began)
    const { cpu_stats: used } = await one.stats({ stream: false, 'one-shot': true })
    const processorMs = Math.round(used.cpu_usage.total_usage / 1e6)
    t.diagnostic(`${tookMs} ms, of which the processor worked ${processorMs} ms`)
    // What else the machine has to do meanwhile is not the image's fault.
    assert.ok(Math.min(tookMs, processorMs) <= SERVES_MS_MAX, `${tookMs} ms, ${processorMs} ms`)
    await one.stop()
  })

  test('says itself that it is healthy, and ends when asked with exit code 0', async () => {
    const one = await container()
    await one.start()
    await until('healthy', async () => (await one.inspect()).State.Health?.Status === 'healthy')
    await one.stop()
    assert.equal((await one.inspect()).State.ExitCode, 0)
  })
})

async function ready(one: Container): Promise<void> {
  const { NetworkSettings } = await one.inspect()
  const port = NetworkSettings.Ports['7480/tcp']?.[0]?.HostPort
  const probe = () => fetch(`http://127.0.0.1:${port}/healthz/ready`)
  await until('ready', () =>
    probe().then(
      ({ ok }) => ok,
      () => false,
    ),
  )
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!(await holds())) assert.ok(performance.now() < deadline, `not ${what}`)
}

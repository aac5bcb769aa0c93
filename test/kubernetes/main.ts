// npm run kubernetes [-- --only dev|prod] [-- --load COMMAND]
// On a real cluster, which KUBECONFIG or KUBECTL gives: both overlays, hurt while they are in use.
// --load: what puts an image onto its nodes, given a file of `docker save`; both are built then.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { docker, kafkaImage } from '../brokers/docker.ts'
import { buildEvenkeel } from '../image/build.ts'
import { devOverlay } from './dev.ts'
import { Cluster, givenKubectl } from './kubectl.ts'
import { prodOverlay } from './prod.ts'
import { renderedObjects } from './rendered.ts'
import { containersOf, type Loose } from './rules.ts'
import { type Teller, tellerTo } from './teller.ts'
import { removeVolumes } from './volume.ts'

const { values } = parseArgs({
  options: { only: { type: 'string' }, load: { type: 'string' }, keep: { type: 'boolean' } },
})
const tell = tellerTo((text) => process.stdout.write(text))
const kubectl = givenKubectl()
if (kubectl === undefined) {
  console.error('kubernetes: which cluster? Set KUBECONFIG, or KUBECTL to a command')
  process.exitCode = 2
} else await played(new Cluster(kubectl))

async function played(cluster: Cluster): Promise<void> {
  const [pod]: readonly Loose[] = renderedObjects('dev').flatMap(containersOf)
  const images = { evenkeel: String(pod.image), kafka: 'evenkeel/kafka-local:4.1.1' }
  if (values.load !== undefined) images.kafka = await loaded(images.evenkeel, values.load, tell)
  try {
    for (const [name, play] of [
      ['dev', () => devOverlay(cluster, images.evenkeel, tell)],
      ['prod', () => prodOverlay(cluster, images, tell)],
    ] as const) {
      if (values.only !== undefined && values.only !== name) continue
      cleared(cluster, tell)
      for (const made of cluster.prepare()) tell(`made ${made}, which the cluster lacks`)
      await play()
    }
    tell('all seen')
  } catch (error) {
    tell(`FAILED: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  } finally {
    if (values.keep !== true) cleared(cluster, tell)
  }
}

function cleared(cluster: Cluster, told: Teller): void {
  const names = ['evenkeel', 'kafka'].filter((name) => cluster.has('namespace', name))
  for (const name of names) cluster.run(['delete', 'namespace', name, '--timeout=600s'])
  removeVolumes(cluster)
  if (names.length > 0) told(`removed: ${names.join(', ')}`)
}

/** Both images built here and put onto the nodes; tells which one brokers run in. */
async function loaded(evenkeel: string, command: string, told: Teller): Promise<string> {
  const client = await docker()
  if (client === undefined) throw new Error('--load needs Docker')
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-images-'))
  try {
    const { dockerode } = client.container
    await buildEvenkeel(dockerode, evenkeel)
    const kafka = await kafkaImage(client)
    for (const image of [evenkeel, kafka]) {
      const file = join(folder, 'image.tar')
      execFileSync('docker', ['save', image, '-o', file])
      execFileSync(command, [file], { stdio: 'inherit' })
      told(`${image} is on the nodes`)
    }
    return kafka
  } finally {
    rmSync(folder, { recursive: true })
  }
}

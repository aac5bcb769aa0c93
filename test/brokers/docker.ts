import { type ContainerRuntimeClient, getContainerRuntimeClient, ImageName } from 'testcontainers'
import { buildImage } from './image/build.ts'
import { followed } from './image/folder.ts'
import { KAFKA_VERSION } from './image/jars.ts'

export type Dockerode = ContainerRuntimeClient['container']['dockerode']

const PUBLIC_IMAGE = `apache/kafka:${KAFKA_VERSION}`
const LOCAL_IMAGE = `evenkeel/kafka-local:${KAFKA_VERSION}`
const PULL_MS_MAX = 180_000

/** Marks all that tests start, with the process that did. */
export const LABEL = 'org.evenkeel.brokers'

/** The container runtime of this machine, if one answers. */
export async function docker(): Promise<ContainerRuntimeClient | undefined> {
  try {
    return await getContainerRuntimeClient()
  } catch {
    return undefined
  }
}

/**
 * The image to start brokers from: the one that was asked for, the public one where it is or can be
 * had, or else one made here.
 */
export async function kafkaImage(client: ContainerRuntimeClient): Promise<string> {
  const asked = process.env['KAFKA_TEST_IMAGE']
  if (asked !== undefined && asked !== '') return asked
  for (const image of [PUBLIC_IMAGE, LOCAL_IMAGE]) {
    if (await client.image.exists(ImageName.fromString(image))) return image
  }
  if (await pulled(client.container.dockerode, PUBLIC_IMAGE)) return PUBLIC_IMAGE
  await buildImage(client.container.dockerode, LOCAL_IMAGE)
  return LOCAL_IMAGE
}

/** Whether a registry of images gave it to us. */
export async function pulled(dockerode: Dockerode, image: string): Promise<boolean> {
  console.error(`docker: pulling ${image}`)
  try {
    const answer = await dockerode.pull(image, { abortSignal: AbortSignal.timeout(PULL_MS_MAX) })
    await followed(dockerode, answer)
    return true
  } catch (error) {
    console.error(`docker: ${image} can't be pulled: ${String(error)}`)
    return false
  }
}

/** Containers and networks whose process has ended without stopping them. */
export async function removeLeftovers(client: ContainerRuntimeClient): Promise<number> {
  const { dockerode } = client.container
  const filters = { label: [LABEL] }
  let removed = 0
  for (const { Id, Labels } of await dockerode.listContainers({ all: true, filters })) {
    if (isRunning(Labels[LABEL])) continue
    await dockerode.getContainer(Id).remove({ force: true, v: true })
    removed += 1
  }
  for (const { Id, Labels } of await dockerode.listNetworks({ filters })) {
    if (isRunning(Labels?.[LABEL])) continue
    await dockerode.getNetwork(Id).remove()
    removed += 1
  }
  return removed
}

function isRunning(pid: string | undefined): boolean {
  try {
    process.kill(Number(pid), 0)
    return true
  } catch {
    return false
  }
}

import { LogRefused } from '../port.ts'
import { assertNoError, BrokerError } from './failure.ts'
import { Fleet, insist } from './fleet.ts'
import { LED_MS_MAX } from './limits.ts'
import type { KafkaConnection } from './options.ts'
import { headsExchange } from './requests.ts'

interface Made {
  readonly topic: string
  readonly partitions: number
}

/**
 * Resolves when each partition's leader answers for it. Brokers lead a partition a moment after the
 * controller has said so, until then they refuse, and kafkajs's admin goes on asking whom it knew.
 */
export async function untilLed(
  connection: KafkaConnection,
  topics: readonly Made[],
): Promise<void> {
  const fleet = new Fleet(connection)
  try {
    for (const made of topics) await insist(LED_MS_MAX, () => assertLed(fleet, made))
  } finally {
    await fleet.close()
  }
}

/** Throws what one of the leaders says instead; who leads is then asked anew. */
async function assertLed(fleet: Fleet, made: Made): Promise<void> {
  try {
    for (const [node, partitions] of await ledBy(fleet, made)) {
      await assertLeads(fleet, node, made.topic, partitions)
    }
  } catch (error) {
    fleet.outdated()
    throw error
  }
}

async function ledBy(
  fleet: Fleet,
  { topic, partitions }: Made,
): Promise<ReadonlyMap<number, readonly number[]>> {
  const known = await fleet.partitionsOf(topic)
  if (known < partitions) throw new LogRefused('unavailable', `${topic} has ${known} partitions`)
  const led = new Map<number, number[]>()
  for (let partition = 0; partition < partitions; partition += 1) {
    const node = await fleet.leaderOf(topic, partition)
    led.set(node, [...(led.get(node) ?? []), partition])
  }
  return led
}

async function assertLeads(
  fleet: Fleet,
  node: number,
  topic: string,
  partitions: readonly number[],
): Promise<void> {
  const line = await fleet.line('ask', node)
  const { request, decode } = headsExchange(topic, partitions)
  try {
    for (const { errorCode } of await line.ask(request, decode)) assertNoError(errorCode, topic)
  } catch (error) {
    if (!(error instanceof BrokerError)) fleet.drop(line)
    throw error
  }
}

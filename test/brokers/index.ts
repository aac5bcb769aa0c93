import type { Cluster, ClusterOptions } from './cluster.ts'
import { startContainers } from './containers.ts'
import { docker } from './docker.ts'
import { java, startProcesses } from './processes.ts'

export type { Cluster, ClusterOptions } from './cluster.ts'

/** How this machine can have brokers. */
export type Way = 'given' | 'docker' | 'jvm'

/** Set by the one who runs the tests: three brokers for all tests that do them no harm. */
const SHARED = 'KAFKA_TEST_SHARED'

/** undefined: there is none. KAFKA_TEST_WAY=docker|jvm asks for one of them. */
export async function wayToBrokers(): Promise<Way | undefined> {
  if (given() !== undefined) return 'given'
  const asked = process.env['KAFKA_TEST_WAY']
  if (asked !== undefined && asked !== 'docker' && asked !== 'jvm') {
    throw new Error(`KAFKA_TEST_WAY is docker or jvm, not ${asked}`)
  }
  if (asked !== 'jvm' && (await docker()) !== undefined) return 'docker'
  if (asked !== 'docker' && (await java()) !== undefined) return 'jvm'
  return undefined
}

/** Brokers of one's own, to which anything may be done. */
export async function startBrokers(options: ClusterOptions): Promise<Cluster> {
  if (process.env['KAFKA_TEST_WAY'] !== 'jvm') {
    const client = await docker()
    if (client !== undefined) return startContainers(client, options)
  }
  const program = process.env['KAFKA_TEST_WAY'] === 'docker' ? undefined : await java()
  if (program === undefined) throw new Error(NEITHER)
  return startProcesses(program, options)
}

export const NEITHER =
  'no brokers: neither does Docker answer nor is there a Java 17 or later; KAFKA_BROKERS names some'

/**
 * Addresses of three brokers, or of those given, and how to leave them. Tests take topic names that
 * nobody else takes.
 */
export async function sharedBrokers(): Promise<Pick<Cluster, 'addresses' | 'stopAll'>> {
  const addresses = given() ?? list(process.env[SHARED])
  if (addresses !== undefined) return { addresses, stopAll: async () => {} }
  return startBrokers({ count: 3 })
}

/** What a child process needs to find these brokers as the shared ones. */
export function sharing(addresses: readonly string[]): Readonly<Record<string, string>> {
  return { [SHARED]: addresses.join(',') }
}

function given(): readonly string[] | undefined {
  return list(process.env['KAFKA_BROKERS'])
}

function list(text: string | undefined): readonly string[] | undefined {
  return text === undefined || text === '' ? undefined : text.split(',')
}

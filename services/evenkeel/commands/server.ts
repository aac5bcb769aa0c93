import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '@evenkeel/chassis/observe'
import { startHost } from '../host.ts'
import { DayCluster } from '../on-kafka/day-cluster.ts'
import { type Site, siteAt } from '../platform/connection.ts'
import { type PacedClock, pacedClock } from '../platform/paced-clock.ts'
import { followingClock, type PlatformClock } from '../platform/platform-clock.ts'

/** A server to run a day on: one of our own, or one that runs already. */
export interface Server {
  readonly site: Site
  readonly clock: PlatformClock
  /** Where the day can be looked at; undefined: whoever runs the server knows. */
  readonly page: string | undefined
  close(): Promise<void>
}

export interface OwnServer {
  /** Undefined: a temporary one, removed afterwards. */
  readonly dataDirectory: string | undefined
  readonly speed: number
  /** Log time at which a new log begins. */
  readonly startMs: number
}

const pageAt = (http: string): string => `${http}/intraday`

/** A server in this process, for this machine alone, on a clock that waits for its platform. */
export async function ownServer(options: OwnServer): Promise<Server> {
  const { speed, startMs } = options
  const temporary =
    options.dataDirectory === undefined ? await mkdtemp(join(tmpdir(), 'evenkeel-')) : undefined
  const remove = async () => {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true })
  }
  let clock: PacedClock | undefined
  try {
    const host = await startHost({
      dataDirectory: options.dataDirectory ?? temporary ?? '',
      grpc: { host: '127.0.0.1', port: 0 },
      http: { host: '127.0.0.1', port: 0 },
      speed,
      clock: (last) => {
        clock = pacedClock({ start: last ?? startMs, speed })
        return clock
      },
      logger: createLogger({ service: 'evenkeel', level: 'silent' }),
    })
    const paced = clock
    if (paced === undefined) throw new Error('a server without a clock')
    const target = `127.0.0.1:${host.grpcPort}`
    return {
      site: siteAt(target),
      clock: paced,
      page: pageAt(`http://127.0.0.1:${host.httpPort}`),
      async close() {
        await host.stop('the day is over')
        paced.stop()
        await remove()
      },
    }
  } catch (error) {
    clock?.stop()
    await remove()
    throw error
  }
}

export interface ServerOnKafka {
  readonly brokers: readonly string[]
  readonly speed: number
  readonly startMs: number
}

/** Brokers that each of the day's topics is on, where there are so many. */
const REPLICATION = 3
/** Few: a day has one pool. */
const PARTITIONS = 2
/** Nobody waits for anybody there: what takes 50 ms is to be no more than seconds of the day. */
export const KAFKA_SPEED_MAX = 30

/**
 * Services in processes of their own, on topics that last as long as the day. Time does not wait
 * for the platform there: each process has its own clock.
 */
export async function serverOnKafka(options: ServerOnKafka): Promise<Server> {
  const { brokers, startMs } = options
  const speed = Math.min(options.speed, KAFKA_SPEED_MAX)
  const replication = Math.min(REPLICATION, brokers.length)
  const cluster = await DayCluster.start({
    connection: { brokers, clientId: 'evenkeel-demo' },
    replication,
    partitions: PARTITIONS,
    replicas: { routing: 3, skills: 1, forecasting: 1, reallocation: 1 },
    time: { startMs, wallMs: Date.now(), speed },
    clockSpeed: speed,
  })
  const site = {
    routing: cluster.targets('routing'),
    skills: cluster.targets('skills'),
    forecasting: cluster.targets('forecasting'),
    reallocation: cluster.targets('reallocation'),
  }
  const [forecaster] = cluster.members.filter(({ service }) => service === 'forecasting')
  const page = forecaster === undefined ? undefined : pageAt(forecaster.http)
  return { site, clock: followingClock(startMs, speed), page, close: () => cluster.close() }
}

/** Processes that run already: their time is followed, at the speed that it runs at. */
export function runningServer(site: Site, speed: number): Server {
  return { site, clock: followingClock(0, speed), page: undefined, close: async () => {} }
}

import { Connection, persistently, type Site } from './connection.ts'
import { Refusal } from './refusal.ts'
import { refusalInWords } from './unreached.ts'
import { timeMs } from './wire.ts'

/**
 * The display name of a server's pool; undefined: there is no such pool. Asks again for a while
 * where nobody answers, unless it is told to end.
 */
export async function nameOfPool(
  site: Site,
  pool: string,
  ending?: AbortSignal,
): Promise<string | undefined> {
  return (await withConnection(site, (connection) => find(connection, pool, ending)))?.displayName
}

/**
 * Gives a pool the name that `name` makes of the server's time, and creates it for that if need be:
 * a server tells the time of its log for a pool only.
 */
export async function namePoolByTime(
  site: Site,
  pool: string,
  name: (serverMs: number) => string,
): Promise<void> {
  await withConnection(site, async (connection) => {
    const { queues } = connection
    const put = async (displayName: string, etag: string) =>
      await persistently(queues.putPool.bind(queues), {
        pool: { pool, displayName, etag, dialPacing: undefined, profilesMaxAge: undefined },
        validateOnly: false,
      })
    const known = (await find(connection, pool)) ?? (await put('a day to come', '')).pool
    const { asOf } = await persistently(queues.getPoolHealth.bind(queues), { pool })
    await put(name(timeMs(asOf) ?? 0), known?.etag ?? '')
  })
}

async function find({ queues }: Connection, pool: string, ending?: AbortSignal) {
  let pageToken = ''
  do {
    const list = { pageSize: 500, pageToken }
    const answer = await persistently(queues.listPools.bind(queues), list, ending)
    const found = answer.pools.find((one) => one.pool === pool)
    if (found !== undefined) return found
    pageToken = answer.nextPageToken
  } while (pageToken !== '')
  return undefined
}

async function withConnection<T>(
  site: Site,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = new Connection(site)
  try {
    return await use(connection)
  } catch (error) {
    if (error instanceof Refusal) {
      throw new Error(refusalInWords(error, site.routing.join(',')), { cause: error })
    }
    throw error
  } finally {
    connection.close()
  }
}

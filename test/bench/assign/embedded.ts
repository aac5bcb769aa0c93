import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noShares, type Settings, type Spawned, spawned } from './side.ts'

const evenkeel = join(import.meta.dirname, '../../../services/evenkeel/main.ts')

/** `evenkeel start` in a process of its own, on a log that is gone afterwards. */
export async function embedded(
  nodeFlags: readonly string[] = [],
  settings: Settings = noShares,
): Promise<Spawned> {
  const directory = await mkdtemp(join(tmpdir(), 'evenkeel-bench-'))
  const remove = () => rm(directory, { recursive: true, force: true })
  const port = '127.0.0.1:0'
  const flags = process.env['BENCH_SERVER_FLAGS']?.split(' ') ?? []
  const start = ['start', '--data', directory, '--grpc', port, '--http', port]
  try {
    const server = await spawned([...flags, ...nodeFlags, evenkeel, ...start], 'SIGTERM', settings)
    const close = async () => {
      await server.close()
      await remove()
    }
    return { ...server, close }
  } catch (error) {
    await remove()
    throw error
  }
}

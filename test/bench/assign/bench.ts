import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Benchmark } from '../result.ts'
import { runMode, type Side } from './measure.ts'
import { sideOf, spawned } from './side.ts'

const SUBJECT = { name: 'assign-embedded', p99MsMax: 10 }
const here = import.meta.dirname
const evenkeel = join(here, '../../../services/evenkeel/main.ts')

async function ours(): Promise<Side> {
  const directory = await mkdtemp(join(tmpdir(), 'evenkeel-bench-'))
  const port = '127.0.0.1:0'
  const flags = process.env['BENCH_SERVER_FLAGS']?.split(' ') ?? []
  const start = ['start', '--data', directory, '--grpc', port, '--http', port]
  const { target, close } = await spawned([...flags, evenkeel, ...start], 'SIGTERM')
  return sideOf({
    routing: target,
    skills: target,
    async close() {
      await close()
      await rm(directory, { recursive: true, force: true })
    },
  })
}

async function floor(): Promise<Side> {
  const { target, close } = await spawned([join(here, 'echo.ts')], 'SIGKILL')
  return sideOf({ routing: target, skills: undefined, close })
}

export const assignEmbedded: Benchmark = {
  name: 'assign-embedded',
  summary:
    'contacts a second from SubmitContact to the desk (p99 <= 10 ms), SQLite log; p50, p99 in ms at half of it; floor: a grpc-js echo',
  async run(options, told) {
    const mine = await ours()
    try {
      const bare = await floor()
      try {
        for (const mode of ['unary', 'stream'] as const) {
          if (options.only.length > 0 && !options.only.includes(mode)) continue
          told(await runMode({ ours: mine, floor: bare }, mode, SUBJECT, options))
        }
      } finally {
        await bare.close()
      }
    } finally {
      await mine.close()
    }
  },
}

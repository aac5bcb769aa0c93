import { join } from 'node:path'
import type { Benchmark } from '../result.ts'
import { embedded } from './embedded.ts'
import { runMode, type Side } from './measure.ts'
import { sideOf, spawned } from './side.ts'

const SUBJECT = { name: 'assign-embedded', p99MsMax: 10 }

async function ours(): Promise<Side> {
  const { target, close } = await embedded()
  return sideOf({ routing: target, skills: target, close })
}

async function floor(): Promise<Side> {
  const { target, close } = await spawned([join(import.meta.dirname, 'echo.ts')], 'SIGKILL')
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

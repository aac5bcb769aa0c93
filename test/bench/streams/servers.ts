import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { embedded } from '../assign/embedded.ts'
import { type Spawned, spawned } from '../assign/side.ts'
import type { Answer, Ask, Idle } from './messages.ts'
import type { Look, Seen } from './probe.ts'

const here = import.meta.dirname
const probed = ['--expose-gc', '--import', join(here, 'probe.ts')]

/** A server that can be looked into, and the process that holds its idle streams. */
export interface Held {
  readonly target: string
  look(look: Look): Promise<Seen>
  /** Puts everybody there, without a stream. */
  setUp(): Promise<void>
  /** Returns how many streams are open; throws if one has ended. */
  open(): Promise<number>
  /** Throws if one has ended. */
  check(): Promise<void>
  close(): Promise<void>
}

export async function ours(idle: Idle): Promise<Held> {
  const server = await embedded(probed)
  return held(server, server.target, idle)
}

export async function floor(idle: Idle): Promise<Held> {
  const echo = join(here, '../assign/echo.ts')
  return held(await spawned([...probed, echo], 'SIGKILL'), undefined, idle)
}

function held(server: Spawned, skills: string | undefined, idle: Idle): Held {
  const { target } = server
  const holder = fork(join(here, 'holder.ts'))
  const asked = async (kind: Ask['kind']): Promise<Answer> => {
    const answer = await told<Answer>(holder, { kind, target, skills, idle } satisfies Ask)
    if (answer.failure !== '') throw new Error(`a stream has ended: ${answer.failure}`)
    return answer
  }
  return {
    target,
    look: (look) => told<Seen>(server.server, look),
    setUp: async () => void (await asked('set-up')),
    open: async () => (await asked('open')).streams,
    check: async () => void (await asked('tell')),
    async close() {
      holder.kill()
      await server.close()
    },
  }
}

async function told<T>(process: ChildProcess, question: Look | Ask): Promise<T> {
  const gone = new AbortController()
  const ended = () => gone.abort(new Error('a process of the benchmark has ended'))
  process.once('exit', ended)
  const answer = once(process, 'message', { signal: gone.signal })
  process.send(question)
  const [message] = await answer
  process.off('exit', ended)
  return message as T
}

import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Caller, connect } from './api.ts'
import { until, within } from './patience.ts'

/** The whole of Evenkeel, somewhere, and its time. */
export interface World {
  /** host:port of the gRPC API; the same after a crash. */
  readonly grpc: string
  /** http://host:port of the same as JSON. */
  readonly http: string
  /** Lets time pass. Resolves when everything that fell due has happened. */
  pass(ms: number): Promise<void>
  /** kill -9, then a start on what is on the disk. Resolves when it answers again. */
  crash(): Promise<void>
  close(): Promise<void>
}

/** The worlds that the same stories are told in. */
const worlds: Readonly<Record<string, () => Promise<World>>> = {
  /** One process, on the embedded log in a fresh directory. */
  embedded,
}

/** The one place where it is decided in which world the stories are told. */
export function openWorld(): Promise<World> {
  const name = process.env['EVENKEEL_WORLD'] ?? 'embedded'
  const open = worlds[name]
  if (open !== undefined) return open()
  const known = Object.keys(worlds).join(', ')
  throw new Error(`EVENKEEL_WORLD is ${name}; there is: ${known}`)
}

/**
 * The host believes that its time runs so fast, so that minutes that pass at once are a short stall
 * to it, which it walks through tick by tick, and no outage.
 */
const SPEED = 100
/** What passes at once; the host walks through at most 64 x 4 s of it. */
const STEP_MS = 240_000
/** Less may be nothing to the host: it need not tell its log each ms. */
const LEAST_MS = 1000

async function embedded(): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-world-'))
  let host = await startedHost(directory, 0, 0)
  const { grpcPort, httpPort } = host
  const grpc = `127.0.0.1:${grpcPort}`
  const api = connect(grpc)
  const caller = new Caller()
  /** The API tells the time of the log with a pool's figures. */
  const timekeeper = { pool: 'timekeeper', queueIds: [] }
  await caller.call(api.queues.putPool.bind(api.queues), {
    pool: { pool: timekeeper.pool, displayName: '', etag: '' },
  })
  const logTime = async () => {
    const { asOf } = await caller.call(api.queues.getQueueStats.bind(api.queues), timekeeper)
    return asOf === undefined ? 0 : asOf.seconds * 1000 + asOf.nanos / 1e6
  }
  return {
    grpc,
    http: `http://127.0.0.1:${httpPort}`,
    async pass(ms) {
      if (ms < LEAST_MS) throw new RangeError(`at least ${LEAST_MS} ms pass, not ${ms}`)
      for (let left = ms; left > 0; left -= STEP_MS) {
        const now = await host.advance(Math.min(left, STEP_MS))
        await until(`log time ${now}`, logTime, (at) => at >= now)
      }
    },
    async crash() {
      await host.kill()
      host = await startedHost(directory, grpcPort, httpPort)
      await logTime()
    },
    async close() {
      api.close()
      await host.end()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** What the host says of itself. */
interface Told {
  readonly grpcPort: number
  readonly httpPort: number
  readonly nowMs: number
}

async function startedHost(directory: string, grpcPort: number, httpPort: number) {
  const file = join(import.meta.dirname, 'embedded-host.ts')
  const child = fork(file, [directory, grpcPort, httpPort, SPEED].map(String))
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', (code, signal) => reject(new Error(`the host ended: ${code ?? signal}`)))
  })
  ended.catch(() => {})
  const told = () =>
    within(
      'the host to answer',
      Promise.race([new Promise<Told>((resolve) => child.once('message', resolve)), ended]),
    )
  const gone = () => ended.catch(() => {})
  const started = await told()
  return {
    grpcPort: started.grpcPort,
    httpPort: started.httpPort,
    async advance(ms: number): Promise<number> {
      const answer = told()
      child.send(ms)
      return (await answer).nowMs
    },
    async kill(): Promise<void> {
      child.kill('SIGKILL')
      await within('the host to die', gone())
    },
    async end(): Promise<void> {
      if (child.connected) child.disconnect()
      await within('the host to end', gone())
    },
  }
}

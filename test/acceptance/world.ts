import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Caller, connect } from './api.ts'
import { kafka } from './kafka-world.ts'
import { passing, SPEED, timekeeper } from './passing.ts'
import { within } from './patience.ts'

/** The whole of Evenkeel, somewhere, and its time. */
export interface World {
  /** host:port of the gRPC API; the same after a crash. */
  readonly grpc: string
  /** host:port of the skills service, which may be the same. */
  readonly skills: string
  /** host:port of the forecasting service, likewise. */
  readonly forecasting: string
  /** host:port of the reallocation service, likewise. */
  readonly reallocation: string
  /** http://host:port of the same as JSON. */
  readonly http: string
  /** Lets time pass. Resolves when everything that fell due has happened. */
  pass(ms: number): Promise<void>
  /** kill -9, then a start on what its log holds. Resolves when it answers again. */
  crash(): Promise<void>
  close(): Promise<void>
}

/** The worlds that the same stories are told in. */
const worlds: Readonly<Record<string, () => Promise<World>>> = {
  /** One process, on the embedded log in a fresh directory. */
  embedded,
  /** Processes of their own, two of routing, on brokers that are there or are started. */
  kafka,
}

/** The one place where it is decided in which world the stories are told. */
export function openWorld(): Promise<World> {
  const name = process.env['EVENKEEL_WORLD'] ?? 'embedded'
  const open = worlds[name]
  if (open !== undefined) return open()
  const known = Object.keys(worlds).join(', ')
  throw new Error(`EVENKEEL_WORLD is ${name}; there is: ${known}`)
}

async function embedded(): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-world-'))
  let host = await startedHost(directory, 0, 0)
  const { grpcPort, httpPort } = host
  const grpc = `127.0.0.1:${grpcPort}`
  const api = connect(grpc)
  const caller = new Caller()
  const logTime = await timekeeper(api, caller, 'timekeeper')
  return {
    grpc,
    skills: grpc,
    forecasting: grpc,
    reallocation: grpc,
    http: `http://127.0.0.1:${httpPort}`,
    pass: passing((ms) => host.advance(ms), [logTime]),
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

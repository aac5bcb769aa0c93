import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ask, type Side } from './measure.ts'
import { onePool } from './messages.ts'

/** Resolves with the address that the server says it listens on. */
function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`the server has ended with ${code}`)))
    if (server.stdout === null) return reject(new Error('no output'))
    createInterface({ input: server.stdout }).on('line', (line) => {
      const address = /^gRPC on (\S+)$/.exec(line)?.[1]
      if (address !== undefined) resolve(address)
    })
  })
}

export type Settings = Readonly<Record<string, string>>

/** One pool of a benchmark stands for all that a centre has. */
export const noShares: Settings = {
  EVENKEEL_POOL_CONTACTS_PER_S: '1000000',
  EVENKEEL_POOL_BURST_CONTACTS: '1000000',
}

export interface Spawned {
  readonly target: string
  /** Takes messages, if what runs in it does. */
  readonly server: ChildProcess
  close(): Promise<void>
}

/** A server that says `gRPC on HOST:PORT`, and how it is ended. */
export async function spawned(
  args: readonly string[],
  signal: 'SIGTERM' | 'SIGKILL',
  settings: Settings = {},
): Promise<Spawned> {
  const env = { ...process.env, ...settings }
  const server = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const close = async () => {
    server.removeAllListeners('exit')
    const gone = server.exitCode === null ? once(server, 'exit') : undefined
    server.kill(signal)
    await gone
  }
  try {
    return { target: await addressOf(server), server, close }
  } catch (error) {
    await close()
    throw error
  }
}

export interface Server {
  readonly routing: string
  /** Undefined: a floor, which knows no pools. */
  readonly skills: string | undefined
  close(): Promise<void>
}

/** A client process for a server; closing it closes both. */
export async function sideOf(server: Server, centre = onePool): Promise<Side> {
  const client = fork(join(import.meta.dirname, 'client.ts'))
  const close = async () => {
    client.kill()
    await server.close()
  }
  const { routing: target, skills } = server
  try {
    const { failure } = await ask(client, { kind: 'connect', target, skills, centre })
    if (failure !== '') throw new Error(failure)
  } catch (error) {
    await close()
    throw error
  }
  return { client, close }
}

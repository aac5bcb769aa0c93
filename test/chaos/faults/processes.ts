import { setTimeout as pause } from 'node:timers/promises'
import type { Member } from '../world/member.ts'
import type { Fault, Scene, Seen } from './fault.ts'

/** Past the lease of a leader, and past the silence after which a replica's desks are let go. */
const PAUSE_MS = 12_000

/** With one process there is nobody else: it is started again at once. */
async function killed({ world, book }: Scene): Promise<Seen> {
  const [member] = world.members
  if (member === undefined) throw new Error('no process')
  const injectedAt = book.now()
  await member.kill()
  await member.start()
  return { injectedAt, undoneAt: book.now(), findings: [] }
}

async function paused({ world, book }: Scene): Promise<Seen> {
  const [member] = world.members
  if (member === undefined) throw new Error('no process')
  const injectedAt = book.now()
  member.pause()
  await pause(PAUSE_MS)
  member.resume()
  return { injectedAt, undoneAt: book.now(), findings: [] }
}

async function told({ world, book }: Scene): Promise<Seen> {
  const [member] = world.members
  if (member === undefined) throw new Error('no process')
  const injectedAt = book.now()
  const { ms, ...found } = await left(member)
  await member.start()
  return { injectedAt, undoneAt: book.now(), ...found, more: { 'ms to leave': Math.round(ms) } }
}

export interface Left extends Pick<Seen, 'findings'> {
  readonly late: readonly string[]
  readonly ms: number
}

/** Out on SIGTERM, within the time that a pod is given, and content. */
export async function left(member: Member): Promise<Left> {
  const { code, ms } = await member.leave()
  const content = code === 0
  const took = `${member.name} took ${Math.round(ms)} ms to leave`
  return {
    findings: content ? [] : [`${member.name} ended with ${code} on SIGTERM: ${member.said()}`],
    late: ms > GRACE_MS ? [took] : [],
    ms,
  }
}

/** What an orchestrator waits by default before it kills. */
export const GRACE_MS = 30_000

/** What may befall the one process of a machine. */
export const processFaults: readonly Fault[] = [
  {
    name: 'process-killed',
    row: 'F1',
    what: 'kill -9 of the process under load; started again',
    must: 'it goes on where it was',
    needs: 'process',
    befall: killed,
  },
  {
    name: 'process-paused',
    row: 'F2',
    what: `SIGSTOP for ${PAUSE_MS / 1_000} s, then SIGCONT`,
    must: 'the time is skipped, and everything goes on',
    needs: 'process',
    befall: paused,
  },
  {
    name: 'process-told',
    row: 'F26',
    what: 'SIGTERM under load; started again',
    must: `it ends with 0 within ${GRACE_MS / 1_000} s`,
    needs: 'process',
    befall: told,
  },
]

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Raw } from '../check/published.ts'
import { Member } from './member.ts'
import type { World } from './world.ts'

/** One process with everything, on the embedded log in a fresh directory. */
export async function embedded(): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-chaos-'))
  const member = await Member.create({
    name: 'evenkeel-0',
    services: ['routing', 'skills'],
    command: ({ grpc, http }) => ({
      args: [
        ...['start', '--data', directory],
        ...['--grpc', `127.0.0.1:${grpc}`, '--http', `127.0.0.1:${http}`],
      ],
      settings: {},
    }),
  })
  await member.start()
  return {
    name: 'one process on SQLite',
    members: [member],
    partitions: 1,
    brokers: undefined,
    leaders: async () => new Map([[0, member]]),
    twin: () => Promise.reject(new Error('two processes never share a directory')),
    // Nobody else reads the file while the process has it.
    async events() {
      await member.leave()
      return published(join(directory, 'routing.sqlite'))
    },
    async close() {
      await member.kill()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function published(file: string): Raw[] {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const rows = database.prepare('SELECT position, bytes FROM event ORDER BY stream, position')
    return rows.all().map(({ position, bytes }) => ({
      partition: 0,
      position: Number(position),
      bytes: bytes instanceof Uint8Array ? bytes : new Uint8Array(),
    }))
  } finally {
    database.close()
  }
}

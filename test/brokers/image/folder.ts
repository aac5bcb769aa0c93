import { execFile, spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { copyFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Dockerode } from '../docker.ts'

const execute = promisify(execFile)

/** Opened by name at run time, so that ldd does not tell of them. */
const NAME_LOOKUP = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2']

/** This machine's shared libraries that ldd names, at the paths where the programs look for them. */
export async function copyLibraries(root: string, programs: readonly string[]): Promise<void> {
  const { stdout } = await execute('ldd', [...programs])
  const found = new Set(
    [...stdout.matchAll(/^\s*(?:\S+ => )?((?:\/usr)?\/lib\S*) \(/gm)].map(
      (match) => match[1] ?? '',
    ),
  )
  const folder = dirname([...found].find((path) => path.includes('libc.so')) ?? '')
  for (const library of NAME_LOOKUP) found.add(join(folder, library))
  for (const path of found) {
    await mkdir(join(root, dirname(path)), { recursive: true })
    await copyFile(realpathSync(path), join(root, path))
  }
}

/** A folder as an image of one layer; `changes` as in a Dockerfile, e.g. ENV A=b. */
export async function importFolder(
  dockerode: Dockerode,
  root: string,
  name: string,
  changes: readonly string[] = [],
): Promise<void> {
  const tar = spawn('tar', ['-C', root, '--numeric-owner', '--owner=0', '--group=0', '-c', '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const at = name.lastIndexOf(':')
  const [repo, tag] = [name.slice(0, at), name.slice(at + 1)]
  const answer = await dockerode.importImage(tar.stdout, { repo, tag, changes })
  await followed(dockerode, answer)
}

/** What a daemon tells of a long work, until it is done; rejects when it says that it failed. */
export async function followed(
  dockerode: Dockerode,
  answer: NodeJS.ReadableStream,
  heard: (line: string) => void = () => {},
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const said = (event: { readonly stream?: string; readonly error?: string }) => {
      if (event.error !== undefined) reject(new Error(event.error))
      heard(event.stream ?? '')
    }
    const over = (error: Error | null) => (error === null ? resolve() : reject(error))
    dockerode.modem.followProgress(answer, over, said)
  })
}

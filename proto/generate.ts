// npm run protos: writes gen/ anew from the .proto files; with a folder as argument, writes there
// instead.
import { spawnSync } from 'node:child_process'
import { delimiter, dirname, join, resolve } from 'node:path'

const PROTO = import.meta.dirname
const BIN = resolve(PROTO, '..', 'node_modules', '.bin')

if (import.meta.main) {
  const ok = generate(process.argv[2] ?? PROTO)
  process.exitCode = ok ? 0 : 1
}

/**
 * Generates TypeScript and the descriptor set into `folder`/gen; false when buf has refused, after
 * it has said why.
 */
export function generate(folder: string): boolean {
  const descriptors = join(folder, 'gen', 'descriptors.binpb')
  return (
    buf(['generate', '--output', folder]) &&
    buf(['build', '--as-file-descriptor-set', '--output', descriptors])
  )
}

/** Runs buf in the folder of the protos; its findings go to the terminal. */
export function buf(options: readonly string[]): boolean {
  // buf starts the plugin, which is a Node script: it shall find the Node that runs this.
  const path = [BIN, dirname(process.execPath), process.env['PATH']].join(delimiter)
  const { status, error } = spawnSync('buf', options, {
    cwd: PROTO,
    env: { ...process.env, PATH: path },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (error !== undefined) console.error(`buf does not start: ${error.message}; run npm ci`)
  return status === 0
}

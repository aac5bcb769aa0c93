// node test/pinned.js FILE [OPTIONS]: runs FILE under Node 24 whatever `node` is. npm links the
// Node that the lockfile pins as node_modules/.bin/node, but npm 9, which Debian 12 has, removes
// that link again.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NODE_MAJOR_MIN = 24

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const pinned = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
const newEnough = Number.parseInt(process.versions.node, 10) >= NODE_MAJOR_MIN
const node = newEnough ? process.execPath : pinned

if (existsSync(node)) {
  const path = [dirname(node), process.env.PATH].join(delimiter)
  const env = { ...process.env, PATH: path }
  const child = spawn(node, process.argv.slice(2), { stdio: 'inherit', env })
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // A terminal sends ^C to both; this one stays until the other has ended.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
} else {
  console.error(`Node ${NODE_MAJOR_MIN} or later is needed; this is ${process.versions.node}.`)
  process.exitCode = 1
}

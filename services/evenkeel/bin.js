#!/usr/bin/env node
// Plain JavaScript, because main.ts needs Node 24 and this file may be started by an older one.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NODE_MAJOR_MIN = 24
const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGUSR2']

if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR_MIN) {
  await import('./main.ts')
} else {
  runUnder(pinnedNode())
}

/** The Node that the lockfile pins: in node_modules of this folder or of one above it. */
function pinnedNode() {
  const names = ['.bin/node', `node-${process.platform}-${process.arch}/bin/node`]
  let folder = dirname(fileURLToPath(import.meta.url))
  for (;;) {
    for (const name of names) {
      const file = join(folder, 'node_modules', name)
      if (existsSync(file)) return file
    }
    if (dirname(folder) === folder) break
    folder = dirname(folder)
  }
  const found = process.versions.node
  console.error(`evenkeel needs Node ${NODE_MAJOR_MIN} or later; this is ${found}.`)
  console.error('Run `npm ci` in the repository: on Linux it brings the right one. Or install it.')
  process.exit(1)
}

function runUnder(node) {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal))
  // A terminal sends ^C to both processes; forwarding it there would make one ^C look like two.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  child.on('error', (error) => {
    console.error(`evenkeel could not start ${node}: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

// node deploy/compile.js FOLDER: starts what the image is for once and ends it when it serves, so
// that what Node compiled on the way is in FOLDER for every start to come.
import { spawn } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Node keeps what it compiles by user, so it must be the one that the image runs as.
const uid = 65532
const folder = process.argv[2]
if (folder === undefined) throw new Error('node deploy/compile.js FOLDER')
const data = mkdtempSync(join(tmpdir(), 'compiled-'))
mkdirSync(folder)
for (const own of [data, folder]) chownSync(own, uid, uid)
const env = {
  ...process.env,
  NODE_COMPILE_CACHE: folder,
  EVENKEEL_GRPC_ADDRESS: '127.0.0.1:0',
  EVENKEEL_HTTP_ADDRESS: '127.0.0.1:0',
}
const command = ['services/evenkeel/main.ts', 'start', '--data', data]
const child = spawn(process.execPath, command, {
  env,
  uid,
  gid: uid,
  stdio: ['ignore', 'pipe', 'inherit'],
})
child.stdout.on('data', (text) => {
  if (String(text).includes('Ready.')) child.kill('SIGTERM')
})
child.once('close', (code) => {
  rmSync(data, { recursive: true })
  process.exitCode = code ?? 1
})

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { test } from 'node:test'
import { command, ROOT } from './process.ts'

/** The newcomer's own path: without what our scripts put in front of it. */
const path = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))

function has(program: string): boolean {
  return path.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

const noNpx = has('npx') ? false : 'there is no npx on the PATH'

test('a newcomer types npx evenkeel help, and reads what there is', { skip: noNpx }, () => {
  const { status, stdout, stderr } = spawnSync('npx', ['--no-install', 'evenkeel', 'help'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, PATH: path.join(delimiter) },
  })
  assert.equal(status, 0, stderr)
  for (const name of ['start', 'demo', 'replay', 'help COMMAND']) {
    assert.match(stdout, new RegExp(name))
  }
})

test('every command has its own page of help, with its flags and their ranges', async () => {
  for (const name of ['start', 'demo', 'replay']) {
    const long = await command('help', name)
    const short = await command(name, '--help')
    assert.equal(long.code, 0, long.err)
    assert.equal(long.out, short.out)
    assert.match(long.out, new RegExp(`^Usage: evenkeel ${name}`))
    assert.match(long.out, /--speed N .*\n.*-1000 times/)
  }
})

const misused: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [['dance'], /unknown command dance/],
  [['help', 'dance'], /unknown command dance/],
  [['start', '--sped', '2'], /unknown flag --sped/],
  [['start', '--speed', '0'], /--speed "0" is not N \(0\.1-1000 times\)/],
  [['start', '--grpc', 'nowhere'], /--grpc "nowhere" is not HOST:PORT/],
  [['start', '--data', '/proc/evenkeel'], /\/proc\/evenkeel can't be used: .*\(data_unusable, /],
  [
    ['start', '--http', '0.0.0.0:0'],
    /would be served without TLS on 0\.0\.0\.0.*ALLOW_PLAINTEXT=yes/,
  ],
  [['topics', '--check', '--brokers', 'localhost'], /--brokers "localhost" is not HOST:PORT/],
  [['ops', 'partitions', '--target', 'localhost:0'], /--target "localhost:0" is not HOST:PORT/],
  [['demo', '--day', 'lazy'], /--day "lazy" is not ordinary\|surge/],
  [['demo', '--duration', '25h'], /--duration "25h" is not TIME/],
  [['demo', '--seed'], /--seed needs a value/],
  [['replay'], /which FILE\?/],
  [['replay', 'x.csv', '--date', '2026-03-02'], /--format must be/],
  [['replay', 'x.csv', '--format', 'csv'], /--date must be given/],
  [['replay', 'x.csv', '--format', 'csv', '--date', '2026-02-30'], /--date "2026-02-30"/],
  [['replay', '/no/such.csv', '--format', 'csv', '--date', '2026-03-02'], /\/no\/such\.csv/],
]

for (const [args, says] of misused) {
  test(`evenkeel ${args.join(' ')}: one line says what is wrong, exit code 2`, async () => {
    const { code, out, err } = await command(...args)
    assert.equal(code, 2, err)
    assert.match(err, says)
    assert.equal(err.trim().split('\n').length, 1, 'one line')
    assert.equal(out, '')
  })
}

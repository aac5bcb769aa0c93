import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { realClock } from '@evenkeel/chassis/log'
import { MemoryLog, MemoryStreams } from '@evenkeel/chassis/log/memory'
import { silentLogger } from '@evenkeel/chassis/observe'
import { startProcess } from '@evenkeel/chassis/process'
import { skills } from '@evenkeel/skills'
import { run } from '../commands/index.ts'

const ANY = { host: '127.0.0.1', port: 0 }

test('an operator sees a poisoned partition, skips its record, and it answers again', async (t) => {
  const clock = realClock()
  const log = new MemoryLog({ partitions: 1, clock })
  const streams = new MemoryStreams({ clock })
  const start = async (replicaId: string) => {
    const open = { log: log.client(replicaId), streams: streams.client(replicaId) }
    return startProcess({
      services: [skills],
      logs: { partitions: 1, open: async () => ({ ...open, close: async () => {} }) },
      replicaId,
      clock,
      grpc: ANY,
      http: undefined,
      logger: silentLogger,
    })
  }
  const process = await start('skills-0')
  t.after(() => process.stop('the test is over'))
  const target = `127.0.0.1:${process.grpcPort}`
  const said = async (...args: string[]) => {
    let text = ''
    const say = (more: string) => {
      text += more
    }
    const interrupted = new AbortController().signal
    const terminal = { out: say, err: say, live: false, interrupted }
    const code = await run(['ops', ...args, '--target', target], terminal)
    return { code, text }
  }
  const foreign = Buffer.from('this is no record')
  await log.client('somebody').append(0, [foreign])
  const digest = createHash('sha256').update(foreign).digest('hex')
  const place = ['--service', 'skills', '--partition', '0']

  let seen = await said('partitions')
  while (!seen.text.includes('halted')) seen = await said('partitions')
  assert.match(seen.text, /^skills\/0 at \d+, /)
  const [, offset = ''] = /record (\d+), digest ([0-9a-f]{64})/.exec(seen.text) ?? []
  assert.ok(seen.text.includes(digest))

  const record = ['--offset', offset, '--digest', digest.replace(/^./, 'f').replace(/.$/, 'f')]
  const wrong = await said('skip', ...place, ...record, '--reason', 'a test')
  assert.equal(wrong.code, 1)
  assert.match(wrong.text, /SKIP_NOT_HALTED/)
  const right = ['--offset', offset, '--digest', digest, '--reason', 'ticket 1: written by a test']
  assert.equal((await said('skip', ...place, ...right)).code, 0)
  while (seen.text.includes('halted')) seen = await said('partitions')

  assert.equal((await said('hand-over', ...place)).code, 0)
  const onward = ['--next', '7', '--reason', 'ticket 2: routing was made anew']
  const moved = await said('move-bridge', ...place, '--source', 'routing/0', ...onward)
  assert.deepEqual(moved, { code: 0, text: 'goes on at 7\n' })
  const unknown = await said('move-bridge', ...place, '--source', 'weather/0', ...onward)
  assert.match(unknown.text, /BRIDGE_UNKNOWN/)
  await streams.client('routing').publish('routing/0', 0, [foreign])
  seen = await said('partitions')
  while (!seen.text.includes('bridge')) seen = await said('partitions')
  assert.match(
    seen.text,
    /bridge from routing\/0 stands at 6 \(log_end_lost\): the source begins at 0/,
  )
  const all = await said('hand-over', '--service', 'skills', '--partition', 'all')
  assert.match(all.text, /^skills\/0: this replica does not lead\nall 1 partitions done\n$/)
  const everywhere = await said('activate', ...place.slice(0, 3), 'all', '--logic', '9')
  assert.equal(everywhere.code, 1)
  assert.match(everywhere.text, /^skills\/0: LOGIC_[A-Z_]+: .*\n.*1 of 1 partitions refused/)
  const far = await said('activate', ...place, '--logic', '9')
  assert.match(far.text, /^evenkeel ops activate: LOGIC_[A-Z_]+: /)
  assert.match(
    (await said('hand-over', '--service', 'weather', '--partition', '0')).text,
    /weather/,
  )
  assert.equal((await said('skip', ...place)).code, 2)
})

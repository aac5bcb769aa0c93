// The demo on real brokers: its report is all that it prints, and nothing of it is left behind.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test, type TestContext } from 'node:test'
import { topics } from '@evenkeel/proto/topics'
import { sharedBrokers } from '../brokers/index.ts'
import { until, withAdmin } from './topics-of.ts'

const main = resolve(import.meta.dirname, '../../services/evenkeel/main.ts')
let brokers: Awaited<ReturnType<typeof sharedBrokers>>
before(async () => {
  brokers = await sharedBrokers()
})
after(() => brokers.stopAll())

function demo(t: TestContext, ...flags: string[]) {
  const on = ['--kafka', brokers.addresses.join(',')]
  const child = spawn(process.execPath, [main, 'demo', ...on, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.after(() => child.kill('SIGKILL'))
  return child
}

/** A day keeps no snapshots, and its contacts come by gRPC. */
const daily = topics.filter(({ kind }) => kind === 'log' || kind === 'events')

const topicsOfDays = () =>
  withAdmin(brokers.addresses, async (admin) => {
    const all = await admin.listTopics()
    return all.filter((topic) => topic.startsWith('evenkeel-day.'))
  })

test('a demo prints its report and nothing else, and takes its topics with it', async (t) => {
  const child = demo(t, '--duration', '1m', '--json')
  child.stderr.pipe(process.stderr)
  const printed = text(child.stdout)
  const [code] = await new Promise<[number | null]>((done) => {
    child.once('close', (...ended) => done([ended[0]]))
  })
  const report: unknown = JSON.parse(await printed)
  assert.equal(code, 0)
  assert.equal(Object(report).violations, 0)
  assert.ok(Object(report).contacts.accepted > 0)
  assert.deepEqual(await topicsOfDays(), [])
})

test('what a demo started ends when it is killed, and so do its topics', async (t) => {
  const child = demo(t)
  let told = ''
  child.stderr.setEncoding('utf8').on('data', (more: string) => {
    told += more
  })
  await until(() => told.includes('contacts'))
  assert.equal((await topicsOfDays()).length, daily.length)
  child.kill('SIGKILL')
  await until(async () => (await topicsOfDays()).length === 0)
  // Its pipe is held by whoever it started.
  await new Promise((done) => {
    child.once('close', done)
  })
})

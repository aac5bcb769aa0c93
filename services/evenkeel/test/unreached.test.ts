import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server } from 'node:net'
import { type TestContext, test } from 'node:test'
import { status as grpcStatus } from '@grpc/grpc-js'
import { run } from '../commands/index.ts'
import { Refusal } from '../platform/refusal.ts'
import { refusalInWords } from '../platform/unreached.ts'

const { UNAVAILABLE, DEADLINE_EXCEEDED, UNIMPLEMENTED } = grpcStatus

const refusals: readonly (readonly [status: number, said: string, means: string])[] = [
  [
    UNAVAILABLE,
    '14 UNAVAILABLE: Last error: Error: connect ECONNREFUSED ::1:9. ',
    'nothing listens at t:9',
  ],
  [
    UNAVAILABLE,
    '14 UNAVAILABLE: Last error: Protocol error',
    't:9 is no gRPC port; is it the one of JSON over HTTP?',
  ],
  [
    UNAVAILABLE,
    '14 UNAVAILABLE: Name resolution failed for target dns:t:9',
    'nobody knows the host of t:9',
  ],
  [DEADLINE_EXCEEDED, '4 DEADLINE_EXCEEDED: Deadline exceeded after 10s', 't:9 does not answer'],
  [UNIMPLEMENTED, '12 UNIMPLEMENTED: no method', 'what listens at t:9 has no such call'],
  [UNAVAILABLE, '14 UNAVAILABLE: Connection dropped', 't:9: Connection dropped'],
]

for (const [status, said, means] of refusals) {
  test(`"${said}" means: ${means}`, () => {
    assert.equal(refusalInWords(new Refusal(status, said, []), 't:9'), means)
  })
}

async function portOf(t: TestContext, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

/** Somewhere where nothing listens. */
async function nowhere(t: TestContext): Promise<string> {
  const server = createServer()
  const port = await portOf(t, server)
  await new Promise((closed) => server.close(closed))
  return `127.0.0.1:${port}`
}

async function said(
  args: readonly string[],
  heard: (text: string) => void = () => {},
  signal?: AbortSignal,
) {
  let text = ''
  const say = (more: string) => {
    text += more
    heard(more)
  }
  const interrupted = signal ?? new AbortController().signal
  return {
    code: await run(args, { out: say, err: say, live: false, interrupted }),
    text: () => text,
  }
}

test('an operator who names the wrong place is told so', async (t) => {
  const target = await nowhere(t)
  const { code, text } = await said(['ops', 'partitions', '--target', target])
  assert.deepEqual([code, text()], [1, `evenkeel ops partitions: nothing listens at ${target}\n`])
  const http = `127.0.0.1:${await portOf(t, createHttpServer())}`
  const wrong = await said(['ops', 'partitions', '--target', http])
  assert.equal(wrong.code, 1)
  assert.match(wrong.text(), new RegExp(`^evenkeel ops partitions: ${http} is no gRPC port; `))
})

test('a day on a server that does not answer says so, and ends when asked', async (t) => {
  const target = await nowhere(t)
  const asked = new AbortController()
  const heard = (text: string) => {
    if (text.includes('waiting')) asked.abort('SIGINT')
  }
  const { code, text } = await said(['demo', '--target', target], heard, asked.signal)
  assert.deepEqual([code, text()], [130, `waiting for ${target} to answer; ^C ends it\n`])
})

test('topics of a cluster that is not there or not named are refused by the flag', async (t) => {
  const brokers = await nowhere(t)
  const away = await said(['topics', '--check', '--brokers', brokers])
  const words = `no broker of ${brokers} answers (unavailable), see docs/runbook.md`
  assert.deepEqual([away.code, away.text()], [1, `evenkeel topics: ${words}\n`])
  const wrong: readonly (readonly [args: readonly string[], says: RegExp])[] = [
    [
      ['--brokers', 'localhost'],
      /^evenkeel topics: --brokers "localhost" is not HOST:PORT,\.\.\. \(/,
    ],
    [
      ['--partitions', '0'],
      /^evenkeel topics: --partitions "0" is not N \(a whole number from 1 to 1024\)/,
    ],
    [[], /^evenkeel topics: which cluster\? --brokers /],
  ]
  for (const [args, says] of wrong) {
    const { code, text } = await said(['topics', '--check', ...args])
    assert.equal(code, 2)
    assert.match(text(), says)
  }
})

test('the help says of each flag what it is without it, and names every exit code', async () => {
  const ops = (await said(['help', 'ops'])).text()
  assert.match(ops, /--target HOST:PORT .*\n +e\.g\. localhost:7400; must be given\n/)
  assert.match(ops, /--offset N .*\n +must be given for skip\n/)
  assert.match(ops, /--logic N .*\n +must be given for activate\n/)
  assert.match((await said(['help'])).text(), /\b130 interrupted/)
  const settings = (await said(['run', '--help'])).text()
  assert.match(settings, /EVENKEEL_GRPC_ADDRESS\n.*\n.*127\.0\.0\.1:7400/)
  assert.match(settings, /EVENKEEL_HTTP_ADDRESS\n.*\n.*127\.0\.0\.1:7480/)
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { run } from '../commands/index.ts'
import { hostConfig } from '../host-config.ts'

function directoryOf(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-start-'))
  t.after(() => rmSync(directory, { recursive: true }))
  return directory
}

/** A start that is asked to end at once, should it come so far. */
async function started(...args: readonly string[]) {
  const said = { out: '', err: '' }
  const code = await run(['start', ...args], {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    live: false,
    interrupted: AbortSignal.abort('the test is over'),
  })
  return { code, ...said }
}

const FREE = '127.0.0.1:0'

test('an address that is taken is refused with the flag that chooses another', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const at = `127.0.0.1:${address.port}`
  const flags = [
    ['--grpc', at, '--http', FREE],
    ['--http', at, '--grpc', FREE],
  ] as const
  for (const [flag, ...others] of flags) {
    const { code, out, err } = await started('--data', directoryOf(t), flag, ...others)
    assert.equal(code, 2, err)
    assert.match(
      err,
      new RegExp(`port ${address.port} of 127\\.0\\.0\\.1 is taken; .*${flag} HOST:PORT`),
    )
    assert.equal(out, '')
  }
})

test('beyond loopback it listens only where the setting says that it may', async (t) => {
  const data = join(directoryOf(t), 'data')
  const flags = ['--data', data, '--grpc', '0.0.0.0:0', '--http', '0.0.0.0:0']
  const refused = await started(...flags)
  assert.equal(refused.code, 2)
  assert.equal(existsSync(data), false)
  assert.match(refused.err, /without TLS on 0\.0\.0\.0.* set EVENKEEL_ALLOW_PLAINTEXT=yes /)
  process.env['EVENKEEL_ALLOW_PLAINTEXT'] = 'yes'
  t.after(() => delete process.env['EVENKEEL_ALLOW_PLAINTEXT'])
  const { code, out, err } = await started(...flags)
  assert.equal(code, 0, err)
  assert.match(out, /^gRPC on 0\.0\.0\.0:\d+$/m)
})

test('a token by which the same shell asks others is no setting of the server', async (t) => {
  process.env['EVENKEEL_TOKEN_FILE'] = '/run/token'
  t.after(() => delete process.env['EVENKEEL_TOKEN_FILE'])
  const { code, err } = await started('--data', directoryOf(t), '--grpc', FREE, '--http', FREE)
  assert.equal(code, 0, err)
})

const unusable: readonly (readonly [what: string, of: (file: string) => string, RegExp])[] = [
  ['a file', (file) => file, /no directory/],
  ['below a file', (file) => join(file, 'data'), /no directory/],
  ['where the system makes nothing', () => '/proc/evenkeel', /makes nothing there/],
  ['there, but not to be written', () => '/proc', /makes nothing there/],
]

for (const [what, of, why] of unusable) {
  test(`a data directory that is ${what} is refused in one line, by its code`, async (t) => {
    const file = join(directoryOf(t), 'file')
    writeFileSync(file, '')
    const { code, out, err } = await started('--data', of(file), '--grpc', FREE, '--http', FREE)
    assert.equal(code, 2)
    assert.match(err, /^evenkeel start: the data directory \S+ can't be used: [^\n]+\n$/)
    assert.match(err, why)
    assert.match(err, /\(data_unusable, see docs\/runbook\.md\)\n$/)
    assert.equal(out, '')
  })
}

test('new logs among other files are told of, once', async (t) => {
  const data = directoryOf(t)
  for (const name of ['b.md', 'a.md', 'c.md', 'd.md']) writeFileSync(join(data, name), '')
  const flags = ['--data', data, '--grpc', FREE, '--http', FREE]
  const first = await started(...flags)
  assert.equal(first.code, 0, first.err)
  assert.match(
    first.err,
    /^evenkeel start: warning: \S+ has other files \(a\.md, b\.md, c\.md, \.\.\.\)/,
  )
  assert.equal((await started(...flags)).err, '')
})

test('a misspelt setting is refused before anything is made, one line for each', async (t) => {
  const data = join(directoryOf(t), 'data')
  const misspelt = ['EVENKEEL_GPRC_ADDRESS', 'EVENKEEL_LOG_LEVLE'] as const
  for (const name of misspelt) process.env[name] = 'info'
  t.after(() => {
    for (const name of misspelt) delete process.env[name]
  })
  const said: string[] = []
  const code = await run(['start', '--data', data], {
    out: (text) => said.push(`out: ${text}`),
    err: (text) => said.push(text),
    live: false,
    interrupted: AbortSignal.abort('the test is over'),
  })

  assert.equal(code, 2)
  const known = Object.values(hostConfig)
    .map(({ name }) => name)
    .join(', ')
  const expected = misspelt.map(
    (name) => `evenkeel start: ${name} is no setting; there are ${known}\n`,
  )
  assert.deepEqual(said, expected)
  assert.equal(existsSync(data), false)
})

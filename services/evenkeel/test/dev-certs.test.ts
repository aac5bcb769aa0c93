import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { X509Certificate } from 'node:crypto'
import { realClock } from '@evenkeel/chassis/log'
import { silentLogger } from '@evenkeel/chassis/observe'
import { command } from './command.ts'
import { startHost } from '../host.ts'

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'evenkeel-certs-'))
  t.after(() => rmSync(made, { recursive: true }))
  return made
}

test('an authority, a server and clients; made once, added to later', async (t) => {
  const at = join(folder(t), 'certs')
  const file = (name: string) => join(at, name)
  assert.equal((await command('dev-certs', at)).code, 0)
  const authority = readFileSync(file('ca.crt'))
  const desk = await command(
    ...[
      'dev-certs',
      at,
      '--name',
      'desk',
      '--scopes',
      'agent',
      '--pools',
      'bank',
      '--agent',
      'pat',
    ],
  )
  assert.match(desk.out, /desk is evenkeel:\/\/desk\?scope=agent&pool=bank&agent=pat$/m)
  assert.deepEqual(readFileSync(file('ca.crt')), authority)

  const issuer = new X509Certificate(authority)
  for (const name of ['server', 'client', 'desk']) {
    const certificate = new X509Certificate(readFileSync(file(`${name}.crt`)))
    assert.ok(certificate.verify(issuer.publicKey), name)
    assert.equal(statSync(file(`${name}.key`)).mode & 0o777, 0o600)
  }
  const server = new X509Certificate(readFileSync(file('server.crt')))
  assert.ok(server.checkHost('localhost') && server.checkIP('127.0.0.1'))

  const again = await command('dev-certs', at)
  assert.deepEqual([again.code, again.out], [2, ''])
  assert.match(again.err, /client\.crt is there already/)
})

const wrong: readonly (readonly [readonly string[], RegExp])[] = [
  [[], /DIR is missing/],
  [['a', 'b'], /unexpected argument b/],
  [['a', '--scopes', 'everything'], /--scopes some of contacts, agent/],
  [['a', '--pools', 'a pool'], /--pools and --agent are 1-64 characters/],
  [['a', '--name', 'server'], /--name server is not a client's/],
  [['a', '--days', '366'], /--days "366" is not N \(1-365 days\)/],
]

for (const [args, expected] of wrong) {
  test(`refused: dev-certs ${args.join(' ')}`, async () => {
    const { code, err } = await command('dev-certs', ...args)
    assert.equal(code, 2)
    assert.match(err, expected)
  })
}

test('commands show the certificate they are given, and say what is wrong without', async (t) => {
  const at = folder(t)
  const file = (name: string) => join(at, name)
  await command('dev-certs', at)
  const host = await startHost({
    ...{ dataDirectory: file('data'), grpc: { host: 'localhost', port: 0 }, http: undefined },
    ...{ speed: 1, clock: realClock, logger: silentLogger },
    tls: { cert: file('server.crt'), key: file('server.key'), ca: file('ca.crt') },
  })
  t.after(() => host.stop('the test is over'))
  const asked = (...flags: string[]) =>
    command('ops', 'partitions', '--target', `localhost:${host.grpcPort}`, ...flags)
  const trusting = ['--tls-ca', file('ca.crt')]
  const own = ['--tls-cert', file('client.crt'), '--tls-key', file('client.key')]

  const letIn = await asked(...trusting, ...own)
  assert.equal(letIn.code, 0, letIn.err)
  assert.match(letIn.out, /^routing\/0 at /m)
  const yaml = join(at, 'pool.yaml')
  writeFileSync(yaml, 'pool: {pool: bank}\n')
  const target = ['--target', `localhost:${host.grpcPort}`]
  const applied = await command('apply', '-f', yaml, ...target, ...trusting, ...own)
  assert.equal(applied.code, 0, applied.err)

  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [trusting, /does not take our certificate; see --tls-cert/],
    [[], /do not speak alike; does one of both use TLS\?/],
    [['--tls-ca', file('client.crt')], /a certificate that is not to be trusted; see --tls-ca/],
  ]
  for (const [flags, expected] of refused) {
    const { code, err } = await asked(...flags)
    assert.equal(code, 1)
    assert.match(err, expected)
  }
  const unusable: readonly (readonly [readonly string[], RegExp])[] = [
    [own, /--tls-cert needs --tls-ca/],
    [own.slice(0, 2), /given together or not at all/],
    [['--tls-ca', file('none')], /--tls-ca: .*can't be read \(ENOENT\)/],
  ]
  for (const [flags, expected] of unusable) {
    const { code, err } = await asked(...flags)
    assert.equal(code, 2)
    assert.match(err, expected)
  }
})

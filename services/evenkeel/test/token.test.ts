import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { realClock } from '@evenkeel/chassis/log'
import { silentLogger } from '@evenkeel/chassis/observe'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { startHost } from '../host.ts'
import { command } from './command.ts'

// A server that asks for tokens, by TLS, and no certificates of who calls.
const folder = mkdtempSync(join(tmpdir(), 'evenkeel-token-'))
const file = (name: string) => join(folder, name)
await command('dev-certs', folder)
const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
const jwks = file('keys.json')
writeFileSync(jwks, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k' }] }))
const host = await startHost({
  ...{ dataDirectory: file('data'), grpc: { host: 'localhost', port: 0 }, http: undefined },
  ...{ speed: 1, clock: realClock, logger: silentLogger },
  tls: { cert: file('server.crt'), key: file('server.key') },
  tokens: { jwks, issuer: 'tests', audience: 'evenkeel' },
})
after(async () => {
  await host.stop('the tests are over')
  rmSync(folder, { recursive: true })
})

const target = ['--target', `localhost:${host.grpcPort}`]
const trusting = ['--tls-ca', file('ca.crt')]

async function tokenFile(name: string, scopes: string, audience = 'evenkeel'): Promise<string> {
  const token = await new SignJWT({ scope: scopes, evenkeel_pools: ['*'] })
    .setProtectedHeader({ alg: 'ES256', kid: 'k' })
    .setIssuer('tests')
    .setAudience(audience)
    .setSubject('somebody')
    .setExpirationTime('1h')
    .sign(privateKey)
  writeFileSync(file(name), `${token}\n`)
  return file(name)
}

const everything = await tokenFile(
  'all.jwt',
  'evenkeel:operator evenkeel:planner evenkeel:contacts',
)
const operator = await tokenFile('operator.jwt', 'evenkeel:operator')
const others = await tokenFile('others.jwt', 'evenkeel:operator', 'somebody-else')

test('each command that talks to a server shows the token it is given', async () => {
  const access = [...target, ...trusting, '--token', everything]
  const yaml = file('pool.yaml')
  writeFileSync(yaml, 'pool: {pool: bank}\n')
  const applied = await command('apply', '-f', yaml, ...access)
  assert.equal(applied.code, 0, applied.err)
  const seen = await command('ops', 'partitions', ...access)
  assert.equal(seen.code, 0, seen.err)
  assert.match(seen.out, /^routing\/0 at /m)
  const exported = await command('export', '--pool', 'bank', ...access)
  assert.equal(exported.code, 0, exported.err)
  assert.match(exported.out, /pool: bank/)
})

test('the environment names it as well; a flag comes before it', async (t) => {
  t.after(() => delete process.env['EVENKEEL_TOKEN_FILE'])
  process.env['EVENKEEL_TOKEN_FILE'] = operator
  const partitions = ['ops', 'partitions', ...target, ...trusting]
  assert.equal((await command(...partitions)).code, 0)
  const flagged = await command(...partitions, '--token', others)
  assert.equal(flagged.code, 1)
  assert.match(flagged.err, /UNAUTHENTICATED/)
})

test('without one, or with one that is not for it, a command is refused', async () => {
  const asked = (...flags: string[]) =>
    command('ops', 'partitions', ...target, ...trusting, ...flags)
  const none = await asked()
  assert.equal(none.code, 1)
  assert.match(none.err, /UNAUTHENTICATED/)
  const exported = await command('export', ...target, ...trusting, '--token', operator)
  assert.equal(exported.code, 1)
  assert.match(exported.err, /PERMISSION_DENIED/)
})

test('what is no token, and what would be told to everybody, is not shown', async () => {
  writeFileSync(file('two.jwt'), 'one\ntwo\n')
  const unusable: readonly (readonly [readonly string[], RegExp])[] = [
    [['--token', operator], /--token needs --tls-ca/],
    [[...trusting, '--token', file('none')], /--token: .*can't be read \(ENOENT\)/],
    [[...trusting, '--token', file('two.jwt')], /two\.jwt holds no token and nothing else/],
  ]
  for (const [flags, expected] of unusable) {
    const { code, err } = await command('ops', 'partitions', ...target, ...flags)
    assert.equal(code, 2)
    assert.match(err, expected)
    assert.equal(err.trim().split('\n').length, 1)
  }
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose'
import { Registry } from '../../observe/index.ts'
import { startHttp } from '../../serve/index.ts'
import { standing } from '../../serve/test/servers.ts'
import { skillsBinding } from '../../serve/test/skills.ts'
import { Gate, grantsOf, identityUri, Tokens } from '../index.ts'
import { folder } from './material.ts'

const ISSUER = 'https://issuer.example/'
const AUDIENCE = 'evenkeel'
const ours = await generateKeyPair('ES256', { extractable: true })
const theirs = await generateKeyPair('ES256', { extractable: true })
const seconds = () => Math.floor(Date.now() / 1000)

const keySet = async (...pairs: (typeof ours)[]) => ({
  keys: await Promise.all(
    pairs.map(async ({ publicKey }, index) => ({
      ...{ ...(await exportJWK(publicKey)), kid: `key-${index}`, alg: 'ES256', use: 'sig' },
    })),
  ),
})

type Claims = Readonly<Record<string, unknown>>

const claims: JWTPayload = {
  ...{ iss: ISSUER, aud: AUDIENCE, sub: 'acd' },
  ...{ scope: 'openid evenkeel:planner', evenkeel_pools: ['bank'] },
}

function token(changed: Claims = {}, kid = 'key-0', key = ours.privateKey): Promise<string> {
  const payload = { ...claims, exp: seconds() + 300, ...changed }
  return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid }).sign(key)
}

/** A server that takes tokens, gone with the test; `now` for its clock. */
async function serving(t: TestContext, jwks: string, now?: () => number) {
  const on = standing([skillsBinding()])
  const tokens = new Tokens({ jwks, issuer: ISSUER, audience: AUDIENCE }, now)
  const own = new Registry()
  const gate = new Gate({ tokens, certificates: false }, on.logger, own)
  const server = await startHttp({ ...on, gate })
  t.after(() => server.stop())
  const at = `http://127.0.0.1:${server.port}`
  const causes = async (): Promise<readonly string[]> =>
    (await own.metrics()).match(/refused_total\{cause="\w+"\} \d+/g) ?? []
  const call = async (authorization: string | undefined, pool = 'bank', rpc = 'PutSkill') => {
    const skill = { pool, skillId: 'tax', displayName: 'Tax', maxLevel: 5 }
    const response = await fetch(`${at}/evenkeel.skills.v1.SkillsService/${rpc}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(authorization === undefined ? {} : { authorization }),
      },
      body: JSON.stringify({ skill }),
    })
    const body: unknown = await response.json()
    return { status: response.status, body: JSON.stringify(body) }
  }
  return { call, causes, lines: on.lines }
}

function keyFile(t: TestContext, content: unknown): string {
  const file = join(folder(t), 'keys.json')
  writeFileSync(file, JSON.stringify(content))
  return file
}

const bearer = async (made: string | Promise<string>) => `Bearer ${await made}`

/** Signed with a shared secret that everybody knows: our public key, in whatever form. */
async function confused(secret: string): Promise<string> {
  const header = { alg: 'HS256', kid: 'key-0' }
  const payload = { ...claims, exp: seconds() + 300 }
  return new SignJWT(payload).setProtectedHeader(header).sign(new TextEncoder().encode(secret))
}

const bad: readonly (readonly [string, () => Promise<string | undefined>, cause: string])[] = [
  ['nothing', async () => undefined, 'nothing_shown'],
  ['another scheme', async () => 'Basic YTpi', 'malformed'],
  ['no token at all', async () => bearer('abc'), 'malformed'],
  ['one of 9000 characters', async () => bearer('a'.repeat(9000)), 'malformed'],
  [
    'alg none',
    async () => bearer(new UnsecuredJWT(claims).setExpirationTime('5m').encode()),
    'algorithm',
  ],
  [
    'our public key as a shared secret',
    async () => bearer(confused(await exportSPKI(ours.publicKey))),
    'algorithm',
  ],
  [
    'the same as JSON',
    async () => bearer(confused(JSON.stringify(await exportJWK(ours.publicKey)))),
    'algorithm',
  ],
  [
    "a stranger's key by our name",
    () => bearer(token({}, 'key-0', theirs.privateKey)),
    'signature',
  ],
  ['a key that nobody knows', () => bearer(token({}, 'key-9')), 'key_unknown'],
  ['another audience', () => bearer(token({ aud: 'shop' })), 'audience'],
  ['no audience', () => bearer(token({ aud: undefined })), 'audience'],
  ['another issuer', () => bearer(token({ iss: 'https://other.example/' })), 'issuer'],
  ['one that has ended', () => bearer(token({ exp: seconds() - 60 })), 'expired'],
  ['one without an end', () => bearer(token({ exp: undefined })), 'claims'],
  ['one that is not yet valid', () => bearer(token({ nbf: seconds() + 120 })), 'not_yet'],
  ['nobody', () => bearer(token({ sub: undefined })), 'claims'],
  ['a scope that means nothing', () => bearer(token({ scope: 'evenkeel:root' })), 'claims'],
  ['pools that are no list', () => bearer(token({ evenkeel_pools: 'bank' })), 'claims'],
]

test('whoever is not known is told that alone, and counted by why', async (t) => {
  const { call, causes } = await serving(t, keyFile(t, await keySet(ours)))
  const said = new Set<string>()
  for (const [what, shown, cause] of bad) {
    const before = await causes()
    const { status, body } = await call(await shown())
    assert.equal(status, 401, what)
    said.add(body)
    const [counted = ''] = (await causes()).filter((line) => !before.includes(line))
    assert.match(counted, new RegExp(`cause="${cause}"`), what)
  }
  assert.equal(said.size, 1, [...said].join('\n'))
})

test('a token that is right is let in, within its scopes and pools', async (t) => {
  const { call } = await serving(t, keyFile(t, await keySet(ours)))
  const own = await bearer(token())
  assert.equal((await call(own)).status, 200)
  assert.equal((await call(own)).status, 200)
  const foreign = await call(own, 'shop')
  assert.deepEqual([foreign.status, foreign.body.includes('POOL_UNKNOWN')], [404, true])
  const other = await bearer(token({ scope: 'evenkeel:contacts' }))
  assert.equal((await call(other)).status, 403)
  const none = await bearer(token({ scope: 'openid' }))
  assert.equal((await call(none)).status, 403)
  const within = await bearer(token({ exp: seconds() - 10, nbf: seconds() + 10 }))
  assert.equal((await call(within)).status, 200)
})

test('a token that was taken ends when it ends, and when its key is gone soon after', async (t) => {
  let now = Date.now()
  const file = keyFile(t, await keySet(ours))
  const { call } = await serving(t, file, () => now)
  const short = await bearer(token({ exp: seconds() + 20 }))
  const long = await bearer(token({ exp: seconds() + 3600 }))
  assert.equal((await call(short)).status, 200)
  assert.equal((await call(long)).status, 200)
  now += 51_000
  assert.equal((await call(short)).status, 401)
  assert.equal((await call(long)).status, 200)
  writeFileSync(file, JSON.stringify(await keySet(theirs)))
  now += 10_000
  assert.equal((await call(long)).status, 401)
  const next = await bearer(token({ exp: seconds() + 3600 }, 'key-0', theirs.privateKey))
  assert.equal((await call(next)).status, 200)
  writeFileSync(file, '{')
  now += 61_000
  assert.equal((await call(next)).status, 200)
})

test('keys are asked for once, however many strange ones are named', async (t) => {
  let asked = 0
  const keys = JSON.stringify(await keySet(ours))
  const issuer = createServer((_request, response) => {
    asked += 1
    response.setHeader('content-type', 'application/json').end(keys)
  }).listen(0, '127.0.0.1')
  await once(issuer, 'listening')
  t.after(() => issuer.close())
  const address = issuer.address()
  assert.ok(typeof address === 'object' && address !== null)
  const { call } = await serving(t, `http://127.0.0.1:${address.port}/keys`)
  assert.equal((await call(await bearer(token()))).status, 200)
  for (const index of Array(20).keys()) {
    const strange = await bearer(token({}, `strange-${index}`))
    assert.equal((await call(strange)).status, 401)
  }
  assert.equal(asked, 1)
})

test('where keys can not be had, the caller may try again', async (t) => {
  const nobody = createServer().listen(0, '127.0.0.1')
  await once(nobody, 'listening')
  const address = nobody.address()
  assert.ok(typeof address === 'object' && address !== null)
  nobody.close()
  const { call } = await serving(t, `http://127.0.0.1:${address.port}/keys`)
  const { status, body } = await call(await bearer(token()))
  assert.equal(status, 503)
  assert.match(body, /KEYS_OUT_OF_REACH/)
})

test('no token and nothing of it is logged', async (t) => {
  const { call, lines } = await serving(t, keyFile(t, await keySet(ours)))
  const made = await token({ canary: 'canary-in-a-claim' })
  await call(`Bearer ${made}`)
  await call(`Bearer ${made}x`)
  const said = lines.join('')
  for (const part of [...made.split('.'), 'canary']) assert.ok(!said.includes(part))
})

const uris: readonly (readonly [uri: string, taken: boolean])[] = [
  ['evenkeel://acd?scope=contacts&scope=agent&pool=bank&pool=shop', true],
  ['evenkeel://desk-7?scope=agent&pool=bank&agent=pat', true],
  ['evenkeel://ops?scope=operator&pool=*', true],
  ['evenkeel://nobody', true],
  ['evenkeel://acd?scope=root&pool=bank', false],
  ['evenkeel://acd?scope=contacts&pools=bank', false],
  ['evenkeel://acd?scope=agent&agent=a&agent=b', false],
  ['evenkeel://acd/path?scope=agent', false],
  ['evenkeel://?scope=agent', false],
  ['spiffe://acd?scope=agent', false],
  ['evenkeel:acd', false],
]

test('what a certificate says of who it is, is read to the letter or not at all', () => {
  for (const [uri, taken] of uris) {
    const grants = grantsOf(uri)
    assert.equal(grants !== undefined, taken, uri)
    if (grants !== undefined) assert.deepEqual(grantsOf(identityUri(grants)), grants)
  }
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connect, createSecureContext, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { ChannelCredentials, status } from '@grpc/grpc-js'
import {
  HealthCheckResponse_ServingStatus,
  HealthClient,
} from '@evenkeel/proto/grpc/health/v1/health'
import { ConfigError } from '../../config/index.ts'
import { silentLogger } from '../../observe/index.ts'
import { startGrpc, startHttp } from '../../serve/index.ts'
import { skillsBinding } from '../../serve/test/skills.ts'
import { standing } from '../../serve/test/servers.ts'
import { type Issued, KeyFiles, type TlsFiles } from '../index.ts'
import { authority, client, folder, now, over, server, stranger, write } from './material.ts'

const bindings = [skillsBinding()]

/** Both servers with these files, gone with the test. */
async function serving(t: TestContext, files: TlsFiles) {
  const keys = new KeyFiles(files, silentLogger)
  const on = { ...standing(bindings), keys, address: { host: 'localhost', port: 0 } }
  const grpc = await startGrpc(on)
  const http = await startHttp(on)
  t.after(async () => {
    keys.stop()
    grpc.stop()
    await http.stop()
  })
  return { keys, grpc: grpc.port, http: http.port, health: on.health }
}

interface Shown {
  readonly ca?: string
  readonly own?: Issued | undefined
}

const contextOf = ({ ca = authority.certificate, own }: Shown) => ({
  ca,
  ...(own === undefined ? {} : { cert: own.certificate, key: own.key }),
})

function healthClient(t: TestContext, port: number, shown: Shown): HealthClient {
  const context = createSecureContext(contextOf(shown))
  const credentials = ChannelCredentials.createFromSecureContext(context)
  // Clients of one process share connections otherwise.
  const options = { 'grpc.use_local_subchannel_pool': 1 }
  const made = new HealthClient(`localhost:${port}`, credentials, options)
  t.after(() => made.close())
  return made
}

/** The status of one call by gRPC. */
function asked(t: TestContext, port: number, shown: Shown): Promise<number> {
  const one = healthClient(t, port, shown)
  return new Promise((resolve) => {
    one.check({ service: '' }, (error) => resolve(error === null ? status.OK : error.code))
  })
}

/** The HTTP status of one route; undefined: no connection. */
async function got(port: number, path: string, shown: Shown): Promise<number | undefined> {
  const sent = request({ host: 'localhost', port, path, agent: false, ...contextOf(shown) }).end()
  try {
    const [response] = await once(sent, 'response')
    response.resume()
    return response.statusCode
  } catch {
    return undefined
  }
}

const callers: readonly (readonly [string, Shown, grpc: number, http: number | undefined])[] = [
  ['a certificate of the authority', { own: client() }, status.OK, 200],
  ['no certificate', {}, status.UNAVAILABLE, 401],
  ['one of another authority', { own: client({}, stranger) }, status.UNAVAILABLE, 401],
  ['one that has ended', { own: client(over) }, status.UNAVAILABLE, 401],
  ["a server's", { own: server() }, status.UNAVAILABLE, 401],
]

test('where an authority is named, a caller shows a certificate, save to the probes', async (t) => {
  const at = await serving(t, write(folder(t), server()))
  for (const [who, shown, grpc, http] of callers) {
    assert.equal(await asked(t, at.grpc, shown), grpc, who)
    assert.equal(await got(at.http, '/metrics', shown), http, who)
    assert.equal(await got(at.http, '/healthz/live', shown), 200, who)
  }
})

test('where none is named, the server alone shows one', async (t) => {
  const { ca: _, ...files } = write(folder(t), server())
  const at = await serving(t, files)
  assert.equal(await asked(t, at.grpc, {}), status.OK)
  assert.equal(await got(at.http, '/metrics', {}), 200)
})

const servers: readonly (readonly [string, Issued])[] = [
  ['of another name', server({ hosts: ['elsewhere.example'] })],
  ['of another authority', server({}, stranger)],
  ['that has ended', server(over)],
]

for (const [which, issued] of servers) {
  test(`a client trusts no server with a certificate ${which}`, async (t) => {
    const at = await serving(t, write(folder(t), issued))
    assert.equal(await asked(t, at.grpc, { own: client() }), status.UNAVAILABLE)
    assert.equal(await got(at.http, '/healthz/live', { own: client() }), undefined)
  })
}

async function connected(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connect({ port, host: 'localhost', ...contextOf({ own: client() }), ...options })
  await once(socket, 'secureConnect')
  return socket
}

test('nothing below TLS 1.3', async (t) => {
  const at = await serving(t, write(folder(t), server()))
  for (const port of [at.grpc, at.http]) {
    await assert.rejects(connected(port, { maxVersion: 'TLSv1.2' }), /protocol version/)
    const socket = await connected(port, {})
    assert.equal(socket.getProtocol(), 'TLSv1.3')
    socket.destroy()
  }
})

async function serialAt(port: number): Promise<string> {
  const socket = await connected(port, { ALPNProtocols: ['h2', 'http/1.1'] })
  const { serialNumber } = socket.getPeerCertificate()
  socket.destroy()
  return serialNumber
}

test('renewed files are taken into use; streams that are open go on', async (t) => {
  const directory = folder(t)
  const at = await serving(t, write(directory, server()))
  const watch = healthClient(t, at.grpc, { own: client() }).watch({ service: '' })
  await once(watch, 'data')
  const before = [await serialAt(at.grpc), await serialAt(at.http)]

  write(directory, server())
  at.keys.look()
  const after = [await serialAt(at.grpc), await serialAt(at.http)]
  assert.notEqual(after[0], before[0])
  assert.equal(after[0], after[1])
  const told = once(watch, 'data')
  for (const { fullName } of bindings) at.health.set(fullName, true)
  assert.equal((await told)[0].status, HealthCheckResponse_ServingStatus.SERVING)
  watch.cancel()
  await once(watch, 'error')
})

test('links that are swapped, as Kubernetes does with secrets, are followed', (t) => {
  const directory = folder(t)
  for (const version of ['v1', 'v2']) {
    mkdirSync(join(directory, version))
    write(join(directory, version), server())
  }
  const link = (to: string, name: string) => symlinkSync(to, join(directory, name))
  link('v1', '..data')
  const files = { cert: 'tls.crt', key: 'tls.key', ca: 'ca.crt' }
  for (const name of Object.values(files)) link(join('..data', name), name)
  const at = (name: string) => join(directory, name)
  const keys = new KeyFiles(
    { cert: at(files.cert), key: at(files.key), ca: at(files.ca) },
    silentLogger,
  )
  t.after(() => keys.stop())
  const before = keys.current.cert
  link('v2', '..new')
  renameSync(at('..new'), at('..data'))
  keys.look()
  assert.notDeepEqual(keys.current.cert, before)
  assert.deepEqual(keys.looks, { renewed: 1, refused: 0 })
})

test('they are looked at by themselves', async (t) => {
  const directory = folder(t)
  const keys = new KeyFiles(write(directory, server()), silentLogger, 1)
  t.after(() => keys.stop())
  const renewed = new Promise((resolve) => keys.onRenewed(resolve))
  write(directory, server())
  await renewed
})

test('what does not fit together is not taken into use, and is told', (t) => {
  const directory = folder(t)
  const files = write(directory, server())
  const keys = new KeyFiles(files, silentLogger)
  t.after(() => keys.stop())
  const before = keys.current
  const next = server()
  writeFileSync(files.cert, next.certificate)
  keys.look()
  assert.equal(keys.current, before)
  writeFileSync(files.key, next.key)
  keys.look()
  assert.equal(String(keys.current.cert), next.certificate)
  assert.deepEqual(keys.looks, { renewed: 1, refused: 1 })
  const ends = Math.floor(now.validTo.getTime() / 1000)
  assert.equal(keys.expiresSeconds, ends)
})

test('files that are no use keep a process from starting, by the name of the setting', (t) => {
  const directory = folder(t)
  const files = write(directory, server())
  const opened = (changed: Partial<TlsFiles>) => () =>
    new KeyFiles({ ...files, ...changed }, silentLogger).stop()
  assert.throws(
    opened({ cert: join(directory, 'none') }),
    /^ConfigError: EVENKEEL_TLS_CERT_FILE: .* \(ENOENT\)$/,
  )
  assert.throws(opened({ key: files.ca }), ConfigError)
  assert.throws(opened({ cert: files.key }), /EVENKEEL_TLS_CERT_FILE and EVENKEEL_TLS_KEY_FILE: /)
})

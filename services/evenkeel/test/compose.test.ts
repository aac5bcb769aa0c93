import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { serviceSettings } from '@evenkeel/chassis/process'

const deploy = join(import.meta.dirname, '../../../deploy')
const compose = readFileSync(join(deploy, 'compose.yaml'), 'utf8')

test('compose sets nothing that a service would refuse, and all that it needs', () => {
  const known = Object.values(serviceSettings)
  const names = new Set(known.map(({ name }) => name))
  const set = new Set([...compose.matchAll(/\b(EVENKEEL_[A-Z_]+):/g)].map(([, name = '']) => name))
  for (const name of set) assert.ok(names.has(name), `${name} is no setting`)
  for (const { name, fallback } of known) {
    if (fallback === undefined) assert.ok(set.has(name), `${name} must be set`)
  }
})

test('each replica has a name and ports of its own', () => {
  const replicas = [...compose.matchAll(/EVENKEEL_REPLICA_ID: (\S+) \}/g)].map(([, id]) => id)
  const services = [
    ...compose.matchAll(/^ {2}((?:routing|skills|forecasting|reallocation)-\d):$/gm),
  ].map(([, name]) => name)
  assert.equal(replicas.length, 12)
  assert.deepEqual(replicas, services)
  const ports = [...compose.matchAll(/"127\.0\.0\.1:(\d+):\d+"/g)].map(([, port]) => port)
  assert.equal(ports.length, 24 + 3 + 2)
  assert.equal(new Set(ports).size, ports.length)
})

test('a client on this machine reaches each broker where it says that it is', () => {
  const told = [...compose.matchAll(/EXTERNAL:\/\/localhost:(\d+)$/gm)].map(([, port]) => port)
  const open = [...compose.matchAll(/"127\.0\.0\.1:(\d+):19092"/g)].map(([, port]) => port)
  assert.equal(told.length, 3)
  assert.deepEqual(told, open)
})

test('README tells of addresses that compose opens', () => {
  const readme = readFileSync(join(deploy, '../README.md'), 'utf8')
  const lines = [...readme.matchAll(/demo --(?:kafka|target) .*(?:\n {6}.*)*/g)].join('\n')
  const told = [...lines.matchAll(/localhost:(\d+)/g)].map(([, port = '']) => port)
  assert.equal(told.length, 3 + 9)
  for (const port of told) assert.ok(compose.includes(`"127.0.0.1:${port}:`), port)
})

test('the image runs as nobody in particular, with every workspace that the lockfile has', () => {
  const file = readFileSync(join(deploy, 'Dockerfile'), 'utf8')
  assert.match(file, /^USER [1-9]\d*:[1-9]\d*$/m)
  const lock: unknown = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../package-lock.json'), 'utf8'),
  )
  const packages = Object.keys(Object(Object(lock).packages))
  const own = packages.filter((name) => /^(proto|services\/[a-z]+)$/.test(name))
  assert.ok(own.length >= 5)
  for (const name of own)
    assert.match(file, new RegExp(`^COPY ${name}/package.json ${name}/$`, 'm'))
})

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { type Entry, LogRefused, LogUnusable } from '@evenkeel/chassis/log'
import { createTopics, type KafkaOptions } from '@evenkeel/chassis/log/kafka'
import { Authority, type Issued } from '@evenkeel/chassis/security'
import { planTopic } from '@evenkeel/proto/topics'
import kafkajs from 'kafkajs'
import { startBrokers, wayToBrokers } from '../brokers/index.ts'
import { connectionTo, openKafka, until } from './topics-of.ts'

const skip = (await wayToBrokers()) === 'given' ? 'brokers of others have their own users' : false

const authorizer = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  // The brokers among themselves, who have no names here.
  'super.users': 'User:admin;User:ANONYMOUS',
}
const plan = ['evenkeel.log', 'evenkeel.events', 'other.log'].map((topic) =>
  planTopic({ topic, cleanup: 'delete' }, { partitions: 1, replication: 1 }),
)
const refusedAs = (code: string) => (error: unknown) => {
  assert.ok(error instanceof LogRefused, String(error))
  assert.equal(error.causeCode, code)
  return true
}

describe('users and what they may do', { skip }, () => {
  const passwords = { admin: 'admin-secret', alice: 'alice-secret', bob: 'bob-secret' }
  const login = 'org.apache.kafka.common.security.scram.ScramLoginModule required;'
  const settings = {
    ...authorizer,
    'listener.security.protocol.map':
      'CLIENT:SASL_PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'listener.name.client.scram-sha-512.sasl.jaas.config': login,
  }

  test('a wrong password, a topic of others, and one of ours', async (t: TestContext) => {
    const brokers = await startBrokers({ count: 1, settings, users: passwords })
    t.after(() => brokers.stopAll())
    const told: string[] = []
    const as = (username: string, password: string): KafkaOptions => ({
      ...connectionTo(brokers.addresses, (code) => void told.push(code)),
      sasl: { mechanism: 'scram-sha-512', username, password },
      service: 'routing',
      partitions: 1,
      topics: { log: 'evenkeel.log', eventsOf: () => 'evenkeel.events' },
    })
    await createTopics(as('admin', passwords.admin), plan)
    await allow(brokers.addresses, passwords.admin, 'alice')

    await assert.rejects(openKafka(as('alice', 'wrong')), refusedAs('unauthorized'))
    await assert.rejects(openKafka(connectionOnly(as('alice', ''))), refusedAs('unavailable'))
    // To who may not see it, a topic is not there.
    await assert.rejects(openKafka(as('bob', passwords.bob)), LogUnusable)

    const ours = await openKafka(as('alice', passwords.alice))
    t.after(() => ours.close())
    assert.equal(await ours.log.append(0, [Buffer.from('a')]), 0)
    assert.equal(await ours.log.head(0), 1)
    const eventsOf = (service: string) => (service === 'skills' ? 'other.log' : 'evenkeel.events')
    const topics = { log: 'evenkeel.log', eventsOf }
    const meddling = await openKafka({ ...as('alice', passwords.alice), topics })
    t.after(() => meddling.close())
    const publishing = meddling.streams.publish('skills/0', 0, [Buffer.from('a')])
    await assert.rejects(publishing, refusedAs('unauthorized'))
    const refused = meddling.streams.tail('skills/0', 0, () => {}, assert.fail)
    await until(() => told.includes('unauthorized'))
    await refused.stop()
  })

  test('rights that are taken away and given back: the tail goes on where it was', async (t) => {
    const brokers = await startBrokers({ count: 1, settings, users: passwords })
    t.after(() => brokers.stopAll())
    const told: string[] = []
    let password = passwords.alice
    const sasl = {
      mechanism: 'scram-sha-512',
      username: 'alice',
      password: () => password,
    } as const
    const options: KafkaOptions = {
      ...connectionTo(brokers.addresses, (code) => void told.push(code)),
      sasl,
      service: 'routing',
      partitions: 1,
      topics: { log: 'evenkeel.log', eventsOf: () => 'evenkeel.events' },
    }
    const admin = { ...sasl, username: 'admin', password: passwords.admin }
    await createTopics({ ...options, sasl: admin }, plan)
    await allow(brokers.addresses, passwords.admin, 'alice')
    const { log, close } = await openKafka(options)
    t.after(close)
    const heard: string[] = []
    const hear = (entries: readonly Entry[]) => {
      heard.push(...entries.map(({ bytes }) => Buffer.from(bytes).toString()))
    }
    log.tail(0, 0, hear, assert.fail)
    const append = (text: string) => log.append(0, [Buffer.from(text)])
    const appended = async (text: string) => {
      await until(() =>
        append(text).then(
          () => true,
          () => false,
        ),
      )
      await until(() => heard.at(-1) === text)
    }
    await appended('a')

    await forbid(brokers.addresses, passwords.admin, 'alice')
    await until(() => told.includes('unauthorized'))
    await assert.rejects(append('b'), refusedAs('unauthorized'))
    await allow(brokers.addresses, passwords.admin, 'alice')
    await appended('c')

    told.length = 0
    password = 'not yet known to the brokers'
    await brokers.stop(1)
    await brokers.restart(1)
    await until(() => told.includes('unauthorized'))
    await assert.rejects(append('d'), refusedAs('unauthorized'))
    password = passwords.alice
    await appended('e')
    assert.deepEqual(heard, ['a', 'c', 'e'])
  })
})

function connectionOnly(options: KafkaOptions): KafkaOptions {
  const { sasl: _, ...rest } = options
  return rest
}

/** All that a service does with its own topics. */
function allow(addresses: readonly string[], password: string, username: string): Promise<void> {
  const { WRITE, READ, DESCRIBE, DESCRIBE_CONFIGS } = kafkajs.AclOperationTypes
  const acl = [WRITE, READ, DESCRIBE, DESCRIBE_CONFIGS].map((operation) => {
    return { ...rightsOf(username), operation }
  })
  return asAdmin(addresses, password, async (admin) => void (await admin.createAcls({ acl })))
}

function forbid(addresses: readonly string[], password: string, username: string): Promise<void> {
  const filters = [{ ...rightsOf(username), operation: kafkajs.AclOperationTypes.ANY }]
  return asAdmin(addresses, password, async (admin) => void (await admin.deleteAcls({ filters })))
}

const rightsOf = (username: string) => ({
  resourceType: kafkajs.AclResourceTypes.TOPIC,
  resourceName: 'evenkeel.',
  resourcePatternType: kafkajs.ResourcePatternTypes.PREFIXED,
  principal: `User:${username}`,
  host: '*',
  permissionType: kafkajs.AclPermissionTypes.ALLOW,
})

async function asAdmin(
  addresses: readonly string[],
  password: string,
  work: (admin: kafkajs.Admin) => Promise<void>,
): Promise<void> {
  const sasl = { mechanism: 'scram-sha-512' as const, username: 'admin', password }
  const { NOTHING } = kafkajs.logLevel
  const admin = new kafkajs.Kafka({ brokers: [...addresses], sasl, logLevel: NOTHING }).admin()
  await admin.connect()
  try {
    await work(admin)
  } finally {
    await admin.disconnect()
  }
}

test('certificates are read again at each connect', { skip }, async (t) => {
  const valid = {
    validFrom: new Date(Date.now() - 86_400_000),
    validTo: new Date(Date.now() + 86_400_000),
  }
  const made = (commonName: string) => Authority.make(commonName, valid.validFrom, valid.validTo)
  const [authority, other] = [made('ours'), made('others')]
  const broker = authority.issue({ ...valid, for: 'server', commonName: 'b', hosts: ['localhost'] })
  const admin = authority.issue({ ...valid, for: 'client', commonName: 'admin' })
  const stranger = other.issue({ ...valid, for: 'client', commonName: 'admin' })
  const brokers = await startBrokers({
    count: 1,
    files: {
      'broker.pem': broker.key + broker.certificate,
      'ca.pem': authority.certificate,
    },
    settings: {
      ...authorizer,
      'listener.security.protocol.map': 'CLIENT:SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
      'ssl.client.auth': 'required',
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': '@files@/broker.pem',
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': '@files@/ca.pem',
      'ssl.principal.mapping.rules': 'RULE:^CN=([^,]+).*$/$1/,DEFAULT',
    },
  })
  t.after(() => brokers.stopAll())
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-tls-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const inUse = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') }
  const ca = join(folder, 'ca.crt')
  writeFileSync(ca, authority.certificate)
  const use = ({ certificate, key }: Issued) => {
    writeFileSync(inUse.cert, certificate)
    writeFileSync(inUse.key, key)
  }
  const options: KafkaOptions = {
    ...connectionTo(brokers.addresses),
    tls: { ca, ...inUse },
    service: 'routing',
    partitions: 1,
    topics: { log: 'evenkeel.log', eventsOf: () => 'evenkeel.events' },
  }
  use(stranger)
  await assert.rejects(openKafka(options), refusedAs('unavailable'))
  use(admin)
  await createTopics(options, plan)
  const kafka = await openKafka(options)
  t.after(() => kafka.close())
  assert.equal(await kafka.log.append(0, [Buffer.from('a')]), 0)
  use(stranger)
  assert.equal(await kafka.log.append(0, [Buffer.from('b')]), 1)
  await brokers.stop(1)
  use(admin)
  await brokers.restart(1)
  for (let appended = false; !appended; ) {
    appended = await kafka.log.append(0, [Buffer.from('c')]).then(
      () => true,
      () => false,
    )
  }
})

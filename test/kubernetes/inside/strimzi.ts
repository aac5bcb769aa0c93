// Runs in a pod of our image: does for KafkaTopic and KafkaUser objects what Strimzi's operators
// do, so that what the manifests allow is all that a service may.
import { readFileSync } from 'node:fs'
import kafkajs from 'kafkajs'

const { BROKERS = '', OBJECTS = '[]' } = process.env
const password = readFileSync('/etc/kafka/password', 'utf8')
const ca = readFileSync('/etc/kafka/ca.crt', 'utf8')
const kafka = new kafkajs.Kafka({
  brokers: BROKERS.split(','),
  ssl: { ca: [ca] },
  sasl: { mechanism: 'scram-sha-512', username: 'admin', password },
})
const objects: ReturnType<typeof JSON.parse> = JSON.parse(OBJECTS)
const admin = kafka.admin()
await admin.connect()

const topics = []
const acl = []
for (const { kind, metadata, spec } of objects) {
  if (kind === 'KafkaTopic') {
    const { partitions: numPartitions, replicas: replicationFactor, config } = spec
    const configEntries = Object.entries(config).map(([name, value]) => {
      return { name, value: String(value) }
    })
    topics.push({ topic: metadata.name, numPartitions, replicationFactor, configEntries })
    continue
  }
  for (const { resource, operations } of spec.authorization.acls) {
    for (const operation of operations) {
      acl.push({
        principal: `User:${metadata.name}`,
        host: '*',
        permissionType: kafkajs.AclPermissionTypes.ALLOW,
        operation: numberOf(kafkajs.AclOperationTypes, operation),
        resourceType: numberOf(kafkajs.AclResourceTypes, resource.type),
        resourceName: resource.name,
        resourcePatternType: numberOf(kafkajs.ResourcePatternTypes, resource.patternType),
      })
    }
  }
}
await admin.createTopics({ topics, waitForLeaders: true })
await admin.createAcls({ acl })
await admin.disconnect()
console.log(`${topics.length} topics, ${acl.length} rights`)

/** 'DescribeConfigs' is DESCRIBE_CONFIGS there. */
function numberOf(names: Readonly<Record<string, string | number>>, word: string): number {
  const value = names[word.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()]
  if (typeof value !== 'number') throw new Error(`Kafka knows no ${word}`)
  return value
}

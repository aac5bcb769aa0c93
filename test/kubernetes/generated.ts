import { readText } from '../tidy/repository.ts'
import { planTopics, type Topic, topics } from '@evenkeel/proto/topics'

/** Of a log's topics, in deploy/kubernetes/overlays/prod as well: it never changes afterwards. */
const PARTITIONS = 64
const REPLICATION = 3
/** Of Strimzi's Kafka object, and the namespace that it is in. */
const CLUSTER = 'kafka'
/** Consumer groups by which a service reads what platforms send. */
const INGRESS_GROUP = 'evenkeel.routing.ingress'

const WRITTEN = '# Written by `npm run docs` from proto/topics.ts.\n'

/** Every file under deploy/kubernetes that follows from the catalogue of topics, by its path. */
export function generatedManifests(): ReadonlyMap<string, string> {
  const services = [...new Set(topics.map(({ producer }) => producer))].filter(isService).sort()
  const folders = services.map((service): [string, string] => [
    `services/${service}/kustomization.yaml`,
    `${WRITTEN}${serviceOf(service)}`,
  ])
  const all = services.map((service) => `  - ${service}\n`).join('')
  const users = [...services, 'platform' as const].map(userOf)
  const plans = planTopics({ partitions: PARTITIONS, replication: REPLICATION })
  return new Map([
    ...folders,
    ['services/kustomization.yaml', `${WRITTEN}${kustomization}resources:\n${all}`],
    ['kafka/topics.yaml', `${WRITTEN}${plans.map(topicOf).join('---\n')}`],
    ['monitoring/rules.yaml', prometheusRule(readText('deploy/monitoring/alerts.yaml'))],
    ['kafka/users.yaml', `${WRITTEN}${users.join('---\n')}`],
  ])
}

const isService = (producer: Topic['producer']) => producer !== 'platform'

const kustomization = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n'

const serviceOf = (service: string): string => `${kustomization}resources:
  - ../../service
components:
  - ../../on-kafka
nameSuffix: -${service}
labels:
  - pairs: { app.kubernetes.io/component: ${service} }
    includeSelectors: true
patches:
  - target: { kind: StatefulSet }
    patch: |
      - op: add
        path: /spec/template/spec/volumes/-
        value: { name: kafka-user, secret: { secretName: evenkeel-${service} } }
      - op: add
        path: /spec/template/spec/volumes/-
        value: { name: tls, secret: { secretName: evenkeel-${service}-tls } }
`

const FROM_ALERTS = '# Written by `npm run docs` from deploy/monitoring/alerts.yaml.\n'

/** The alerts, as the operator of Prometheus takes them: without what they say of themselves. */
const prometheusRule = (
  alerts: string,
): string => `${FROM_ALERTS}apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: evenkeel
  namespace: evenkeel
spec:
${alerts.slice(alerts.indexOf('groups:')).replaceAll(/^(?=.)/gm, '  ')}`

const strimzi = (kind: string, name: string) => `apiVersion: kafka.strimzi.io/v1beta2
kind: ${kind}
metadata:
  name: ${name}
  namespace: ${CLUSTER}
  labels:
    strimzi.io/cluster: ${CLUSTER}
`

function topicOf(plan: ReturnType<typeof planTopics>[number]): string {
  const settings = Object.entries(plan.settings).map(([name, value]) => {
    return `    ${name}: ${JSON.stringify(value)}\n`
  })
  return `${strimzi('KafkaTopic', plan.topic)}spec:
  partitions: ${plan.partitions}
  replicas: ${plan.replication}
  config:
${settings.join('')}`
}

/** Literal names only, and who writes a topic is its one producer. */
function userOf(user: Topic['producer']): string {
  const rights = topics.flatMap(({ topic, producer, consumers, kind }) => {
    const reads =
      user === 'platform'
        ? kind === 'events' || (kind === 'contacts' && producer !== 'platform')
        : consumers.includes(user)
    const operations = [...(reads ? ['Read'] : []), ...(producer === user ? ['Write'] : [])]
    if (operations.length === 0) return []
    return [aclOf('topic', topic, [...operations, 'Describe', 'DescribeConfigs'])]
  })
  const reads = topics.some(({ kind, producer, consumers }) => {
    const own = user !== 'platform' && consumers.includes(user)
    return own && kind === 'contacts' && producer === 'platform'
  })
  const group = reads ? [aclOf('group', INGRESS_GROUP, ['Read', 'Describe'])] : []
  return `${strimzi('KafkaUser', `evenkeel-${user}`)}spec:
  authentication:
    type: scram-sha-512
  authorization:
    type: simple
    acls:
${[...rights, ...group].join('')}`
}

const aclOf = (type: string, name: string, operations: readonly string[]) =>
  `      - resource: { type: ${type}, name: ${name}, patternType: literal }
        operations: [${operations.join(', ')}]
`

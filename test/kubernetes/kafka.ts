import { scramOptions } from '../brokers/containers.ts'
import { CLUSTER_ID, serverProperties } from '../brokers/properties.ts'
import type { Issued } from '@evenkeel/chassis/security'
import type { Loose } from './rules.ts'

/** As the Kafka object of the prod overlay is called, and the namespace that it is in. */
export const KAFKA = 'kafka'
const BROKERS = 3
const HEADLESS = 'kafka-brokers'
/** What a broker says of itself, and what clients begin with, as Strimzi names it. */
const nameOf = (id: number) => `broker-${id}.${HEADLESS}.${KAFKA}.svc`
export const BOOTSTRAP = `kafka-kafka-bootstrap.${KAFKA}.svc`
export const NAMES = [BOOTSTRAP, `*.${HEADLESS}.${KAFKA}.svc`]

interface Options {
  readonly image: string
  readonly broker: Issued
  /** Who has signed it. */
  readonly ca: string
  /** By user. */
  readonly passwords: Readonly<Record<string, string>>
}

const ids = Array.from({ length: BROKERS }, (_, index) => index + 1)

/** Three brokers with TLS, SCRAM and an authorizer, as a careful operator of Kafka has them. */
export function kafkaObjects({ image, broker, ca, passwords }: Options): readonly Loose[] {
  const files = {
    'broker.pem': broker.key + broker.certificate,
    'ca.pem': ca,
    ...Object.fromEntries(ids.map((id) => [`server-${id}`, propertiesOf(id)])),
  }
  const meta = (name: string) => ({ name, namespace: KAFKA })
  const selector = { app: KAFKA }
  const clients = { name: 'clients', port: 9093 }
  return [
    { apiVersion: 'v1', kind: 'Secret', metadata: meta('brokers'), stringData: files },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta(HEADLESS),
      // Controllers find each other before any of them is ready.
      spec: { clusterIP: 'None', publishNotReadyAddresses: true, selector, ports: [clients] },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta('kafka-kafka-bootstrap'),
      spec: { selector, ports: [clients] },
    },
    ...ids.map((id) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...meta(`broker-${id}`), labels: selector },
      spec: podOf(id, image, passwords),
    })),
  ]
}

function podOf(id: number, image: string, passwords: Options['passwords']): Loose {
  const properties = `/etc/kafka/server-${id}`
  const users = scramOptions(passwords).map((option) => `'${option}'`)
  const format = `/opt/kafka/bin/kafka-storage.sh format -t ${CLUSTER_ID} -c ${properties}`
  const start = `exec /opt/kafka/bin/kafka-server-start.sh ${properties}`
  return {
    hostname: `broker-${id}`,
    subdomain: HEADLESS,
    containers: [
      {
        name: 'broker',
        image,
        imagePullPolicy: 'IfNotPresent',
        command: ['sh', '-c', `${format} ${users.join(' ')} && ${start}`],
        env: [{ name: 'KAFKA_HEAP_OPTS', value: '-Xmx256m' }],
        ports: [{ containerPort: 9093 }],
        readinessProbe: { tcpSocket: { port: 9093 }, periodSeconds: 2 },
        volumeMounts: [{ name: 'settings', mountPath: '/etc/kafka', readOnly: true }],
      },
    ],
    volumes: [{ name: 'settings', secret: { secretName: 'brokers' } }],
  }
}

function propertiesOf(id: number): string {
  return serverProperties(
    {
      id,
      count: BROKERS,
      voters: ids.map((one) => `${one}@${nameOf(one)}:9094`).join(','),
      listeners: 'CLIENT://0.0.0.0:9093,CONTROLLER://0.0.0.0:9094,INTERNAL://0.0.0.0:9095',
      advertised: `CLIENT://${nameOf(id)}:9093,INTERNAL://${nameOf(id)}:9095`,
      dataDirectory: '/tmp/kafka-data',
    },
    {
      // As Kafka has them: tests of faults look for haste, here nobody kills a broker.
      'broker.session.timeout.ms': '9000',
      'broker.heartbeat.interval.ms': '2000',
      'replica.lag.time.max.ms': '30000',
      'listener.security.protocol.map': 'CLIENT:SASL_SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
      'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
      'listener.name.client.scram-sha-512.sasl.jaas.config':
        'org.apache.kafka.common.security.scram.ScramLoginModule required;',
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      // The brokers among themselves, who have no names here.
      'super.users': 'User:admin;User:ANONYMOUS',
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': '/etc/kafka/broker.pem',
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': '/etc/kafka/ca.pem',
    },
  )
}

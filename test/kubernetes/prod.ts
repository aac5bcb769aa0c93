import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { Authority, grantsFrom, identityUri, type Issued, scopes } from '@evenkeel/chassis/security'
import { ended, jobOf, loadTold, stopped } from './jobs.ts'
import { BOOTSTRAP, KAFKA, kafkaObjects, NAMES } from './kafka.ts'
import type { Cluster } from './kubectl.ts'
import { renderedObjects } from './rendered.ts'
import { containersOf, type Loose, ofKind } from './rules.ts'
import type { Teller } from './teller.ts'

const NAMESPACE = 'evenkeel'
/** The secret of whoever calls. */
const CLIENT = 'load-tls'
/** Of a cluster that may be one laptop: what is asked of nodes, and partitions. */
const FITTED = { cpu: '50m', memory: '256Mi', partitions: 8 }
const JOB_MS_MAX = 1_800_000
/** A minute, or many where nodes have much else to do. */
const ROLLOUT_S_MAX = 900

/** Each service by itself on Kafka: rolled under load, and held back from losing two replicas. */
export async function prodOverlay(
  cluster: Cluster,
  images: { readonly evenkeel: string; readonly kafka: string },
  tell: Teller,
): Promise<void> {
  const objects: readonly Loose[] = renderedObjects('prod')
  await startKafka(cluster, objects, images, tell)
  cluster.apply(fitted(objects))
  const workloads = ofKind(objects, 'StatefulSet').map(({ metadata }) => String(metadata.name))
  for (const name of workloads) rolledOut(cluster, name)
  const { cpu, memory, partitions } = FITTED
  tell(`prod: ${workloads.join(', ')} are ready, with ${partitions} partitions, ${cpu}, ${memory}`)

  const namespace = NAMESPACE
  const env = { ROUTING: 'evenkeel-routing:7480' }
  const secret = { name: CLIENT, at: '/etc/tls' }
  const image = images.evenkeel
  const load = { name: 'load', namespace, image, script: 'load.ts', env, secret }
  cluster.apply([jobOf(load)])
  const loaded = ended(cluster, load, JOB_MS_MAX, tell)
  // Told of below; until then it is nobody's.
  loaded.catch(() => {})
  await pause(5_000)
  for (const name of workloads) {
    cluster.run(['-n', namespace, 'rollout', 'restart', `statefulset/${name}`])
  }
  tell('prod: all are restarted, one replica of each after the other')
  for (const name of workloads) {
    await untilRolledOut(cluster, name)
    tell(`prod: ${name} has been rolled`)
  }
  await heldBack(cluster, 'evenkeel-routing', tell)
  loadTold(await stopped(cluster, load, loaded, tell), 'prod', tell)
}

/** What it takes of secrets, and Strimzi's deeds, before the overlay is applied. */
async function startKafka(
  cluster: Cluster,
  objects: readonly Loose[],
  images: { readonly evenkeel: string; readonly kafka: string },
  tell: Teller,
): Promise<void> {
  const users = ofKind(objects, 'KafkaUser').map(({ metadata }) => String(metadata.name))
  const secret = () => randomBytes(18).toString('hex')
  const passwords = Object.fromEntries(['admin', ...users].map((user) => [user, secret()]))
  const authority = Authority.make('tests', valid.validFrom, valid.validTo)
  const broker = authority.issue({ ...valid, for: 'server', commonName: 'broker', hosts: NAMES })
  const ca = authority.certificate
  cluster.apply(kafkaObjects({ image: images.kafka, broker, ca, passwords }))
  cluster.apply([
    secretOf('admin', KAFKA, { password: passwords['admin'], 'ca.crt': ca }),
    secretOf('kafka-cluster-ca-cert', NAMESPACE, { 'ca.crt': ca }),
    ...users.map((user) => secretOf(user, NAMESPACE, { password: passwords[user] })),
    ...certificatesOf(authority, objects),
  ])
  const ready = ['wait', '--for=condition=Ready', 'pod', '-l', 'app=kafka', '--timeout=180s']
  cluster.run(['-n', KAFKA, ...ready])
  tell('prod: three brokers, with TLS, users and an authorizer')
  const wanted = fitted(objects).filter(({ kind }) => /^Kafka(Topic|User)$/.test(kind))
  const env = { BROKERS: `${BOOTSTRAP}:9093`, OBJECTS: JSON.stringify(wanted) }
  const files = { name: 'admin', at: '/etc/kafka' }
  const job = { name: 'strimzi', namespace: KAFKA, image: images.evenkeel, script: 'strimzi.ts' }
  cluster.apply([jobOf({ ...job, env, secret: files })])
  tell(`prod: ${(await ended(cluster, job, JOB_MS_MAX, () => {})).trim()}, as the manifests ask`)
}

const DAY_MS = 86_400_000
const valid = {
  validFrom: new Date(Date.now() - DAY_MS),
  validTo: new Date(Date.now() + DAY_MS),
}

function secretOf(name: string, namespace: string, stringData: object): Loose {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData }
}

/** As cert-manager writes them: one of each service, and one of whoever calls. */
function certificatesOf(authority: Authority, objects: readonly Loose[]): readonly Loose[] {
  const files = ({ certificate, key }: Issued) => {
    return { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': authority.certificate }
  }
  const servers = ofKind(objects, 'StatefulSet').map(({ metadata, spec }) => {
    const { name } = metadata
    const domain = `${NAMESPACE}.svc`
    // The last is for Prometheus, which asks each replica by its address.
    const own = [name, `${name}.${domain}`, `*.${spec.serviceName}.${domain}`]
    const hosts = [...own, `evenkeel.${domain}`]
    const issued = authority.issue({ ...valid, for: 'server', commonName: name, hosts })
    return secretOf(`${name}-tls`, NAMESPACE, files(issued))
  })
  const actor = 'load'
  const grants = grantsFrom({ actor, scopes, pools: ['*'], agents: [] })
  if (grants === undefined) throw new Error('no such grants')
  const uris = [identityUri(grants)]
  const load = authority.issue({ ...valid, for: 'client', commonName: actor, uris })
  return [...servers, secretOf(CLIENT, NAMESPACE, files(load))]
}

/** The overlay with what a small cluster can't give made smaller, and nothing else changed. */
function fitted(objects: readonly Loose[]): readonly Loose[] {
  return objects.map((object) => {
    const copy = structuredClone(object)
    if (copy.kind === 'KafkaTopic') copy.spec.partitions = FITTED.partitions
    const { data } = copy
    if (data?.EVENKEEL_PARTITIONS) data.EVENKEEL_PARTITIONS = String(FITTED.partitions)
    for (const { resources } of containersOf(copy)) {
      resources.requests = { cpu: FITTED.cpu, memory: FITTED.memory }
    }
    return copy
  })
}

const statusOf = (name: string, timeout: string) => [
  ...['-n', NAMESPACE, 'rollout', 'status', `statefulset/${name}`, timeout],
]

function rolledOut(cluster: Cluster, name: string): void {
  cluster.run(statusOf(name, `--timeout=${ROLLOUT_S_MAX}s`))
}

/** Looked at from time to time, so that the load is told of meanwhile. */
async function untilRolledOut(cluster: Cluster, name: string): Promise<void> {
  const deadline = performance.now() + ROLLOUT_S_MAX * 1000
  for (;;) {
    const { spec, status, metadata } = cluster.get('statefulset', name, NAMESPACE)
    const seen = status.observedGeneration >= metadata.generation
    const all = [status.updatedReplicas, status.availableReplicas, status.readyReplicas]
    const done = status.currentRevision === status.updateRevision
    if (seen && done && all.every((count) => count === spec.replicas)) return
    if (performance.now() > deadline) throw new Error(`${name} is not rolled: ${all.join(', ')}`)
    await pause(1_000)
  }
}

/** One replica may be evicted; a second one not before the first is back. */
async function heldBack(cluster: Cluster, name: string, tell: Teller): Promise<void> {
  const evict = (pod: string) => {
    const metadata = { name: pod, namespace: NAMESPACE }
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata }
    const path = `/api/v1/namespaces/${NAMESPACE}/pods/${pod}/eviction`
    cluster.run(['create', '--raw', path, '-f', '-'], JSON.stringify(eviction))
  }
  evict(`${name}-0`)
  tell(`prod: ${name}-0 is evicted`)
  try {
    evict(`${name}-1`)
  } catch (error) {
    if (!/disruption budget/.test(String(error))) throw error
    tell(`prod: ${name}-1 is not: its disruption budget holds it back`)
    await untilRolledOut(cluster, name)
    tell(`prod: ${name} is whole again`)
    return
  }
  throw new Error('two replicas were evicted at once')
}

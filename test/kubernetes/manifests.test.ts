import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { realClock } from '@evenkeel/chassis/log'
import { silentLogger } from '@evenkeel/chassis/observe'
import { serviceSettings } from '@evenkeel/chassis/process'
import { planTopics, topics } from '@evenkeel/proto/topics'
import { SERVICES, startHost } from 'evenkeel/host.ts'
import { hostConfig } from 'evenkeel/host-config.ts'
import { assertFinds, assertNone } from '../tidy/findings.ts'

import { readText } from '../tidy/repository.ts'
import { generatedManifests } from './generated.ts'
import { Cluster, givenKubectl } from './kubectl.ts'
import {
  heading,
  objectsIn,
  OVERLAYS,
  rendering,
  renderedFile,
  renderedObjects,
  renderedText,
} from './rendered.ts'
import {
  containersOf,
  type Loose,
  missettings,
  nameOf,
  ofKind,
  selects,
  unaccompanied,
  unknownPorts,
  unrestricted,
  unsized,
} from './rules.ts'
import { schemaFindings, type Schemas } from './schema.ts'

const schemas: Schemas = JSON.parse(
  readFileSync(join(import.meta.dirname, 'gen/schemas.json'), 'utf8'),
)
const prod: readonly Loose[] = renderedObjects('prod')
const dev: readonly Loose[] = renderedObjects('dev')
const tableOf = (command: string) => (command === 'start' ? hostConfig : serviceSettings)
/** An object as it is, with one thing otherwise. */
const but = (object: Loose, change: (copy: Loose) => void): Loose => {
  const copy = structuredClone(object)
  change(copy)
  return copy
}
const [workload]: readonly Loose[] = ofKind(prod, 'StatefulSet')

test('what follows from the catalogue of topics is as `npm run docs` writes it', () => {
  for (const [path, text] of generatedManifests()) {
    assert.ok(readText(`deploy/kubernetes/${path}`) === text, `${path} is stale; npm run docs`)
  }
})

for (const overlay of OVERLAYS) {
  describe(`the overlay ${overlay}`, () => {
    const objects: readonly Loose[] = renderedObjects(overlay)

    test('is rendered of the sources that are there', () => {
      const [first = ''] = renderedText(overlay).split('\n')
      assert.equal(`${first}\n`, heading(), `${renderedFile(overlay)} is stale; npm run docs`)
      const now = rendering(overlay)
      if (now !== undefined) assert.deepEqual(objects, objectsIn(now))
    })

    test('has the fields and values that Kubernetes knows', () => {
      const wrong = objects.flatMap((object) =>
        schemaFindings(object, schemas).map((what) => `${nameOf(object)}${what}`),
      )
      assertNone(wrong)
    })

    test('is restricted, sized and set as the processes want it', () => {
      assertNone([...unrestricted(objects), ...unsized(objects)])
      assertNone(missettings(objects, tableOf))
    })

    test('gives each workload its budget, policies, services and monitor', () => {
      assertNone(unaccompanied(objects, overlay === 'prod'))
      assertNone(unknownPorts(objects))
    })

    test('names the image of this version, and a grace that is enough to leave in', () => {
      const { version }: Loose = JSON.parse(readText('services/evenkeel/package.json'))
      for (const object of ofKind(objects, 'StatefulSet')) {
        const { terminationGracePeriodSeconds: grace } = object.spec.template.spec
        const preStop = containersOf(object)[0]?.lifecycle.preStop.sleep.seconds
        const longest = Number(/SHUTDOWN_MS = (\d+)_000/.exec(readText(PROCESS))?.[1])
        assert.ok(grace >= preStop + longest, `${grace} s for ${preStop} and ${longest}`)
        assert.deepEqual(
          containersOf(object).map(({ image }) => image),
          [`evenkeel:${version}`],
        )
      }
    })
  })
}

const PROCESS = 'services/chassis/process/process.ts'

test('a server has every path and port that the manifests name', async (t) => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'evenkeel-manifests-'))
  t.after(() => rmSync(dataDirectory, { recursive: true }))
  const address = { host: '127.0.0.1', port: 0 }
  const own = { dataDirectory, logger: silentLogger, speed: 1, clock: realClock }
  const host = await startHost({ ...own, grpc: address, http: address })
  t.after(() => host.stop('the test is over'))
  const paths = new Set<string>()
  for (const one of [...dev, ...prod].flatMap(containersOf)) {
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
      paths.add(one[probe].httpGet.path)
    }
  }
  for (const { spec } of ofKind(prod, 'ServiceMonitor')) paths.add(spec.endpoints[0].path)
  assert.equal(paths.size, 4)
  for (const path of paths) {
    assert.equal((await fetch(`http://127.0.0.1:${host.httpPort}${path}`)).status, 200, path)
  }
  for (const { data } of ofKind([...dev, ...prod], 'ConfigMap')) {
    const { ports } = containersOf(workload)[0] ?? {}
    const at = (name: string) =>
      `0.0.0.0:${ports.find((one: Loose) => one.name === name).containerPort}`
    assert.deepEqual(
      [data.EVENKEEL_GRPC_ADDRESS, data.EVENKEEL_HTTP_ADDRESS],
      [at('grpc'), at('http')],
    )
  }
})

describe('on Kafka', () => {
  const [settings]: readonly Loose[] = ofKind(prod, 'ConfigMap')

  test('each service has a workload, and nothing else has', () => {
    const names = ofKind(prod, 'StatefulSet').map(({ metadata }) => String(metadata.name))
    const expected = SERVICES.map(({ name }) => `evenkeel-${name}`)
    assert.deepEqual(names.toSorted(), expected.toSorted())
    for (const { spec } of ofKind(prod, 'StatefulSet')) assert.equal(spec.replicas, 3)
  })

  test('topics are the catalogue', () => {
    const size = { partitions: Number(settings.data.EVENKEEL_PARTITIONS), replication: 3 }
    const given = ofKind(prod, 'KafkaTopic').map(({ metadata, spec }) => {
      const { partitions, replicas: replication, config } = spec
      return { topic: String(metadata.name), partitions, replication, settings: config }
    })
    const byName = (a: { topic: string }, b: { topic: string }) => a.topic.localeCompare(b.topic)
    assert.deepEqual(given.toSorted(byName), planTopics(size).toSorted(byName))
  })

  test('only its one producer writes a topic, and only who consumes it reads it', () => {
    for (const { topic, producer, consumers, kind } of topics) {
      const may = (operation: string) =>
        ofKind(prod, 'KafkaUser').filter(({ spec }) =>
          spec.authorization.acls.some(
            ({ resource, operations }: Loose) =>
              resource.name === topic && operations.includes(operation),
          ),
        )
      const users = (list: readonly Loose[]) =>
        list.map(({ metadata }) => String(metadata.name)).sort()
      assert.deepEqual(users(may('Write')), [`evenkeel-${producer}`], topic)
      const open = kind === 'events' || (kind === 'contacts' && producer !== 'platform')
      const readers = [...consumers, ...(open ? ['platform'] : [])]
      assert.deepEqual(users(may('Read')), readers.map((name) => `evenkeel-${name}`).sort(), topic)
    }
    const acls = ofKind(prod, 'KafkaUser').flatMap(({ spec }) => spec.authorization.acls)
    for (const { resource } of acls) assert.equal(resource.patternType, 'literal')
  })

  test('Prometheus gives what it scrapes the labels that alerts look for', () => {
    const [monitor]: readonly Loose[] = ofKind(prod, 'ServiceMonitor')
    const given = monitor.spec.endpoints[0].relabelings.map((one: Loose) => one.targetLabel)
    const alerts = readText('deploy/monitoring/alerts.yaml')
    const asked = [...alerts.matchAll(/by \((\w+)\) \(up\{(\w+)=/g)].flatMap(([, ...all]) => all)
    assert.ok(asked.length > 0)
    assert.deepEqual([...new Set(asked)].toSorted(), given.toSorted())
  })

  test('no password is in a manifest', () => {
    assert.deepEqual(ofKind([...dev, ...prod], 'Secret'), [])
  })
})

describe('the rules find what they look for', () => {
  const container = (copy: Loose): Loose => copy.spec.template.spec.containers[0]

  test('a field that is misspelt, one that is missing, and a value of another kind', () => {
    const found = (change: (copy: Loose) => void) => schemaFindings(but(workload, change), schemas)
    assertFinds(
      found((copy) => (copy.spec.replica = 3)),
      /^\.spec\.replica: there is no such/,
    )
    assertFinds(
      found((copy) => delete copy.spec.selector),
      /^\.spec\.selector: is missing/,
    )
    assertFinds(
      found((copy) => (copy.spec.replicas = '3')),
      /^\.spec\.replicas: no number/,
    )
    const [monitor]: readonly Loose[] = ofKind(prod, 'ServiceMonitor')
    const fast = but(monitor, (copy) => (copy.spec.endpoints[0].interval = 'fast'))
    assertFinds(schemaFindings(fast, schemas), /interval: fast is not as/)
  })

  test('a pod that may more than it must', () => {
    const found = (change: (copy: Loose) => void) => unrestricted([but(workload, change)])
    const writes = (copy: Loose) => (container(copy).securityContext.readOnlyRootFilesystem = false)
    assertFinds(found(writes), /may write to its root/)
    assertFinds(
      found((copy) => (copy.spec.template.spec.hostPID = true)),
      /has hostPID/,
    )
  })

  test('a heap that is as large as its limit', () => {
    const all = (copy: Loose) => (container(copy).resources.limits.memory = '1536Mi')
    assertFinds(unsized([but(workload, all)]), /a heap of 1 of/)
  })

  test('a setting that is none, one that is missing and one that is wrong', () => {
    const maps = ofKind(prod, 'ConfigMap')
    const found = (change: (data: Loose) => void) =>
      missettings([workload, ...maps.map((map) => but(map, (copy) => change(copy.data)))], tableOf)
    assertFinds(
      found((data) => (data.EVENKEEL_PARTITION = '8')),
      /EVENKEEL_PARTITION is no/,
    )
    assertFinds(
      found((data) => delete data.EVENKEEL_GRPC_ADDRESS),
      /GRPC_ADDRESS is not set/,
    )
    assertFinds(
      found((data) => (data.EVENKEEL_PARTITIONS = '0')),
      /PARTITIONS can't be 0/,
    )
  })

  test('a workload without its budget, and a port that nobody has', () => {
    const without = prod.filter(({ kind }) => kind !== 'PodDisruptionBudget')
    const alone = without.filter((one) => one.kind !== 'StatefulSet' || one === workload)
    assertFinds(unaccompanied(alone, true), /lacks one disruption budget/)
    const renamed = but(workload, (copy) => (container(copy).ports[0].name = 'rpc'))
    const others = prod.filter(({ kind }) => kind !== 'StatefulSet')
    assertFinds(unknownPorts([renamed, ...others]), /no port grpc/)
    assert.equal(selects({ matchLabels: { a: 'b' } }, { a: 'c' }), false)
  })
})

const kubectl = givenKubectl()
const skip = kubectl === undefined ? 'neither KUBECTL nor KUBECONFIG is set' : false

test('a real API server would take every object', { skip }, () => {
  const cluster = new Cluster(kubectl ?? '')
  cluster.prepare()
  assert.match(cluster.apply(dev, '--dry-run=server'), /evenkeel/)
  assert.match(cluster.apply(prod, '--dry-run=server'), /evenkeel-routing/)
  const misspelt = but(workload, (copy) => (copy.spec.replica = 3))
  assert.throws(() => cluster.apply([misspelt], '--dry-run=server'), /replica/)
})

import { observeProcess, Registry, rpcMetrics, silentLogger } from '@evenkeel/chassis/observe'
import { outOfReachMetrics, Troubles } from '@evenkeel/chassis/process'
import { Hosting, replicaMetrics, stageMetrics } from '@evenkeel/chassis/replica'
import { Gate, tlsMetrics } from '@evenkeel/chassis/security'
import { ingressMetrics } from '@evenkeel/routing/ingress-metrics'
import { SERVICES } from 'evenkeel/host.ts'

export interface Described {
  readonly name: string
  readonly help: string
  readonly kind: string
  readonly labels: readonly string[]
}

type Part = readonly [title: string, register: (registry: Registry) => void]

const nowhere = { partitions: 1, hosted: [0], cells: new Map() }

/** Every table of metrics that a process registers, and whose it is. */
const parts: readonly Part[] = [
  ['Calls', (registry) => void rpcMetrics(registry)],
  [
    'Replicas, snapshots and bridges',
    (registry) => {
      replicaMetrics(registry, () => [])
      stageMetrics(registry)
    },
  ],
  [
    'Kafka',
    (registry) => {
      new Troubles().register(registry)
      outOfReachMetrics(registry)
    },
  ],
  ...SERVICES.map(({ name, metrics }): Part => {
    const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`
    return [title, (registry) => metrics(registry, new Hosting(nowhere))]
  }),
  ['Contacts by Kafka', (registry) => void ingressMetrics(registry, () => 0)],
  [
    'Who calls',
    (registry) => {
      new Gate({ certificates: false }, silentLogger, registry)
      tlsMetrics(registry, { expiresSeconds: 0, looks: { renewed: 0, refused: 0 } })
    },
  ],
  ['The process', (registry) => observeProcess(registry).stop()],
]

export const metricsByPart: readonly (readonly [string, readonly Described[]])[] = parts.map(
  ([title, register]) => {
    const registry = new Registry()
    register(registry)
    return [title, registry.getMetricsAsArray().map(describe)]
  },
)

export const allMetrics: readonly Described[] = metricsByPart.flatMap(([, some]) => some)

function describe(metric: object): Described {
  const field = (name: string): unknown => Object.entries(metric).find(([key]) => key === name)?.[1]
  const labels = field('labelNames')
  return {
    name: String(field('name')),
    help: String(field('help')),
    kind: metric.constructor.name.toLowerCase(),
    labels: Array.isArray(labels) ? labels.map(String) : [],
  }
}

/** docs/metrics.md, from every table of metrics there is. */
export function metricsPage(): string {
  const sections = metricsByPart.map(([title, metrics]) => {
    const rows = metrics
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, kind, labels, help }) => {
        return `| \`${name}\` | ${kind} | ${labels.join(', ')} | ${help.replaceAll('|', '\\|')} |`
      })
    return `## ${title}\n\n${HEAD}${rows.join('\n')}\n`
  })
  return `${INTRODUCTION}${sections.join('\n')}`
}

const HEAD = '| metric | kind | labels | what it says |\n| --- | --- | --- | --- |\n'

const INTRODUCTION = `# Metrics

What a process exports at /metrics, from the tables in the code: \`npm run docs\` writes this page.
Names are evenkeel_<service>_<what>_<unit>, in base units; a counter ends in _total. A metric with
labels has at most 500 series in a process: what is beyond counts under the label value \`other\`.
What must read 0 or calls somebody is in the [runbook](runbook.md).

`

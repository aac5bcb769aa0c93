import { defineMetrics, type Registry } from '../observe/index.ts'

/** Where a call's time goes, from its handler to its answer, and an event's of another service. */
export type Stage = 'queue' | 'append' | 'tail' | 'apply' | 'reply' | 'bridged'

/** Told of one measurement a batch: what each call would cost is more than it is worth. */
export type StageListener = (stage: Stage, ms: number) => void

const table = {
  stage: {
    kind: 'histogram',
    name: 'evenkeel_replica_stage_seconds',
    help:
      'Per batch, by stage. queue: the oldest call waited to be sent; append: until the log had ' +
      'acknowledged; tail: until the first record came back; apply: the records that came at ' +
      'once; reply: the last call, from its handler to its answer; ' +
      "bridged: the oldest event of another service, from its source's decision to its effect here.",
    labels: ['service', 'stage'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  },
} as const

/** Once per registry; the listener of each service's replicas. */
export function stageMetrics(registry: Registry): (service: string) => StageListener {
  const { stage: histogram } = defineMetrics(registry, table)
  return (service) => (stage, ms) => histogram.observe({ service, stage }, ms / 1000)
}

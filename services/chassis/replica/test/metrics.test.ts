import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Registry } from '../../observe/index.ts'
import type { Halt } from '../../protocol/index.ts'
import { type ReplicaStats, replicaMetrics, stageMetrics } from '../index.ts'
import { World, add, submit } from './world.ts'

const stats: ReplicaStats = {
  records: 1_001,
  bytes: 65_432,
  chain: 'c0ffee',
  incarnation: '0123456789abcdef',
  time: 1,
  uptime: 1,
  outbox: 3,
  publishedThrough: 40,
  bridges: [],
  work: 5,
  workAgeMs: 1_250,
  workGivenUp: 6,
  commandsFailed: 7,
  rejected: 8,
  ignored: 9,
  queued: 10,
  queuedBytes: 11_000,
  inFlight: 12,
  batches: 13,
  failedAppends: new Map([['too_large', 15]]),
  failedPublications: new Map([['unacknowledged', 16]]),
  timeBehindMs: 17_500,
  fenced: true,
  leading: true,
  silent: 14,
  leaseAgeMs: 1_500,
  logic: 2,
  understood: 3,
  snapshots: undefined,
}

type Observed =
  ReturnType<Parameters<typeof replicaMetrics>[1]> extends Iterable<infer R> ? R : never

async function pageOf(...replicas: readonly Observed[]): Promise<string[]> {
  const registry = new Registry()
  replicaMetrics(registry, () => replicas)
  const page = await registry.metrics()
  return page.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

const halt: Halt = { code: 'log_gap', reason: 'offset 7 came, 5 was due' }

test("a replica's figures by service and partition, in base units", async () => {
  const replica = { service: 'routing', partition: 2, stats: () => stats, halted: () => halt }
  const expected: readonly (readonly [string, string])[] = [
    ['fenced', '1'],
    ['leading', '1'],
    ['silent_replicas', '14'],
    ['lease_age_seconds', '1.5'],
    ['time_behind_seconds', '17.5'],
    ['logic', '2'],
    ['logic_understood', '3'],
    ['commands_failed_total', '7'],
    ['work_items_given_up_total', '6'],
    ['applied_records_total', '1001'],
    ['applied_bytes_total', '65432'],
    ['commands_rejected_total', '8'],
    ['records_ignored_total', '9'],
    ['outbox_events', '3'],
    ['published_events_total', '41'],
    ['work_items', '5'],
    ['work_age_seconds', '1.25'],
    ['queued_calls', '10'],
    ['queued_bytes', '11000'],
    ['in_flight_records', '12'],
  ]
  assert.deepEqual(await pageOf(replica), [
    'evenkeel_replica_halted{service="routing",partition="2",code="log_gap"} 1',
    ...expected.map(
      ([what, value]) => `evenkeel_replica_${what}{service="routing",partition="2"} ${value}`,
    ),
    'evenkeel_replica_appends_failed_total{service="routing",partition="2",code="too_large"} 15',
    'evenkeel_replica_publications_failed_total{service="routing",partition="2",code="unacknowledged"} 16',
  ])
})

test('every replica of the process has its own series', async () => {
  const replica = { partition: 0, stats: () => stats, halted: () => undefined }
  const page = await pageOf({ ...replica, service: 'routing' }, { ...replica, service: 'skills' })
  const halted = page.filter((line) => line.includes('_halted'))
  assert.deepEqual(halted, [
    'evenkeel_replica_halted{service="routing",partition="0",code=""} 0',
    'evenkeel_replica_halted{service="skills",partition="0",code=""} 0',
  ])
})

test('a partition that did not come up is counted as halted, and has no other figure', async () => {
  const registry = new Registry()
  replicaMetrics(
    registry,
    () => [],
    () => [{ service: 'routing', partition: 3, halt }],
  )
  const page = await registry.metrics()
  assert.deepEqual(
    page.split('\n').filter((line) => line.startsWith('evenkeel_replica')),
    ['evenkeel_replica_halted{service="routing",partition="3",code="log_gap"} 1'],
  )
})

test("a replica's snapshots: how old, how big, how long, how many a start could use", async () => {
  const snapshots = {
    ...{
      offset: 9,
      ageMs: 1_500,
      bytes: 2_000,
      durationMs: 250,
      sliceMs: 1.5,
      taken: 4,
      failed: 5,
    },
    ...{ valid: 2, faults: new Map([['chunk_corrupt', 3]]) },
  }
  const figures = { ...stats, snapshots }
  const of = { service: 'routing', partition: 2, halted: () => undefined }
  const page = await pageOf({ ...of, stats: () => figures }, { ...of, stats: () => stats })
  const labels = 'service="routing",partition="2"'
  assert.deepEqual(
    page.filter((line) => line.includes('snapshot')),
    [
      `evenkeel_snapshot_age_seconds{${labels}} 1.5`,
      `evenkeel_snapshot_bytes{${labels}} 2000`,
      `evenkeel_snapshot_duration_seconds{${labels}} 0.25`,
      `evenkeel_snapshot_slice_seconds{${labels}} 0.0015`,
      `evenkeel_snapshot_slots_valid{${labels}} 2`,
      `evenkeel_snapshots_taken_total{${labels}} 4`,
      `evenkeel_snapshots_failed_total{${labels}} 5`,
      `evenkeel_snapshots_passed_over_total{${labels},code="chunk_corrupt"} 3`,
    ],
  )
})

test('how far a bridge is behind, by source, is told by who reads it', async () => {
  const bridge = { source: 'skills/2', reading: true, lag: 7, caughtUpAgeMs: 2_500, caughtUp: true }
  const refusal = {
    code: 'log_start_gone' as const,
    first: 9,
    position: -1,
    incarnation: '',
  }
  const counts = { eventAgeMs: 60_000, refusal, foreign: 1, unknown: 2, rejected: 3 }
  const leads = { ...stats, bridges: [{ ...bridge, ...counts }] }
  const follows = {
    ...stats,
    bridges: [{ ...bridge, ...counts, reading: false, refusal: undefined }],
  }
  const of = { service: 'routing', partition: 2, halted: () => undefined }
  const bridged = async (figures: ReplicaStats) => {
    const page = await pageOf({ ...of, stats: () => figures })
    return page.filter((line) => line.includes('_bridge_'))
  }
  const labels = 'service="routing",partition="2",source="skills/2"'
  const counted = [
    `evenkeel_bridge_foreign_events_total{${labels}} 1`,
    `evenkeel_bridge_unknown_events_total{${labels}} 2`,
    `evenkeel_bridge_rejected_events_total{${labels}} 3`,
  ]
  assert.deepEqual(await bridged(leads), [
    `evenkeel_bridge_lag_events{${labels}} 7`,
    `evenkeel_bridge_caught_up_age_seconds{${labels}} 2.5`,
    `evenkeel_bridge_event_age_seconds{${labels}} 60`,
    `evenkeel_bridge_refused{${labels},code="log_start_gone"} 1`,
    ...counted,
  ])
  assert.deepEqual(await bridged(follows), counted)
})

test('the time of a call is told by stage, once a batch', async () => {
  const registry = new Registry()
  const onStage = stageMetrics(registry)('counter')
  const world = new World()
  const heard = new Map<string, number>()
  const replica = await world.replica('a', {
    onStage: (stage, ms) => {
      heard.set(stage, (heard.get(stage) ?? 0) + 1)
      onStage(stage, ms)
    },
  })
  await world.untilTrue(() => replica.stats().leading)
  heard.clear()
  const { batches } = replica.stats()
  await world.until(Promise.all([submit(replica, add('x')), submit(replica, add('x'))]))
  const sent = replica.stats().batches - batches
  assert.deepEqual([heard.get('queue'), heard.get('reply'), heard.get('append')], [1, 1, sent])
  assert.equal(heard.get('tail'), sent)
  assert.ok(heard.has('apply'))
  const page = await registry.metrics()
  assert.match(page, /evenkeel_replica_stage_seconds_count\{service="counter",stage="reply"\} 1/)
})

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { EvenkeelProcess } from '../integration/process.ts'
import { assertNone } from '../tidy/findings.ts'
import { ROOT } from '../tidy/repository.ts'
import { alerts } from './alerts.ts'
import { metricsIn } from './expressions.ts'
import { Prometheus } from './prometheus.ts'

/** There only once it has happened, or where a pool has a calendar. */
const CONDITIONAL = new Set([
  'evenkeel_bridge_refused',
  'evenkeel_kafka_troubles_total',
  'evenkeel_log_out_of_reach_total',
  'evenkeel_replica_appends_failed_total',
  'evenkeel_replica_publications_failed_total',
  'evenkeel_routing_calendar_horizon_seconds',
  'evenkeel_snapshots_passed_over_total',
])
/** Where brokers are. */
const OF_KAFKA = /^evenkeel_routing_ingress_/

const here = spawnSync('prometheus', ['--version']).error === undefined
const skip = here || process.env['CI'] ? false : 'NOT RUN: Prometheus is not here'

test('a Prometheus asks a day: each alert can be told of it, and none fires', {
  skip,
}, async (t) => {
  assert.ok(here, 'install prometheus')
  const day = new EvenkeelProcess(['demo', '--speed', '60'])
  t.after(async () => {
    day.kill('SIGKILL')
    await day.ended
  })
  const [, target = ''] = await day.says(/http:\/\/(127\.0\.0\.1:\d+)\/intraday/, 'err')
  const rules = join(ROOT, 'deploy/monitoring/alerts.yaml')
  const prometheus = await Prometheus.of(t, target, rules)
  await prometheus.comesTo('count_over_time(up[5m]) > 5 and min_over_time(up[5m]) == 1')
  await prometheus.comesTo('evenkeel:calls_failed:ratio_rate5m')
  await prometheus.comesTo('sum(evenkeel_routing_contacts_accepted_total) > 0')

  const findings = await Promise.all(
    alerts.map(async ({ alert, expr }) => {
      const holds = await prometheus.asked(expr).catch((error: unknown) => [String(error)])
      const named = [...new Set(metricsIn(expr).map(([name]) => name))]
      const seen = await Promise.all(named.map((name) => prometheus.asked(`count(${name})`)))
      const absent = named.filter((_, at) => seen[at]?.length === 0)
      return [
        ...holds.map((what) => `${alert}: ${JSON.stringify(what)}`),
        ...absent
          .filter((name) => !CONDITIONAL.has(name) && !OF_KAFKA.test(name))
          .map((name) => `${alert}: a day has no ${name}`),
      ]
    }),
  )
  assertNone(findings.flat())
})

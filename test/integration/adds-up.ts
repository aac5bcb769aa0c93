import assert from 'node:assert/strict'
import type { Report } from 'evenkeel/report.ts'
import type { Result } from './process.ts'

/** What is true of every day that is over, however it went. */
export function assertAddsUp({ out, err }: Result): Report {
  const report = JSON.parse(out) as Report
  const { contacts, callbacks, assignments, per_queue: queues, wait_ms: wait } = report
  const { accepted, completed, abandoned, expired, cancelled, open } = contacts
  assert.deepEqual(report.violation_details, [], err)
  assert.equal(report.violations, 0)
  assert.equal(open, 0)
  assert.equal(accepted, completed + abandoned + expired + cancelled + callbacks.given_up)
  assert.ok(accepted > 0, 'contacts came')
  assert.equal(assignments.below_required_skill, 0)
  assert.equal(callbacks.double_dials, 0)
  assert.ok(assignments.total >= completed)
  assert.ok(callbacks.offered >= callbacks.accepted)
  assert.ok(callbacks.dialled >= callbacks.completed)
  assert.ok(
    report.service_level === null || (report.service_level >= 0 && report.service_level <= 1),
  )
  assert.ok(wait.p50 <= wait.p95)
  assert.ok(report.log.records > accepted)
  assert.ok(report.log.bytes > report.log.records)
  const sum = Object.values(queues).reduce((total, queue) => total + queue.accepted, 0)
  assert.equal(sum, accepted, 'the queues add up to the whole')
  return report
}

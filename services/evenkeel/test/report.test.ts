import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  GetPoolHealthResponse,
  QueueStats,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { readable } from '../commands/outcome.ts'
import { Ledger } from '../platform/ledger.ts'
import { quantile, reportOf } from '../report.ts'

const STATS = [
  QueueStats.fromPartial({
    queueId: 'calls',
    accepted: 100,
    answered: 85,
    answeredInTarget: 80,
    completed: 85,
    abandoned: 9,
    abandonedInTarget: 4,
    callbacksOffered: 20,
    callbacksAccepted: 12,
    dialled: 15,
    callbacksReached: 10,
    callbacksGivenUp: 2,
    customersHeld: 6,
    nuisances: 1,
    trunkSaved: { seconds: 840, nanos: 0 },
    expired: 3,
    cancelled: 1,
    promisesKept: 9,
    promisesBroken: 3,
  }),
  QueueStats.fromPartial({ queueId: 'mail', accepted: 10, completed: 10, answered: 10 }),
]

const HEALTH = GetPoolHealthResponse.fromPartial({
  assignments: 97,
  logRecords: 4000,
  logBytes: 800_000,
})

function emptyLedger(): Ledger {
  return new Ledger({
    pool: 'p',
    displayName: '',
    fromMs: 0,
    untilMs: 1,
    skills: [],
    queues: [],
    agents: [],
    arrivals: [],
  })
}

function ledgerLike(): Ledger {
  const ledger = emptyLedger()
  ledger.accepted = 110
  for (const [kind, count] of [
    ['completed', 95],
    ['abandoned', 9],
    ['expired', 3],
    ['cancelled', 1],
    ['given_up', 2],
  ] as const) {
    ledger.ended.set(kind, count)
  }
  ledger.waitsMs.push(1000, 3000, 2000, 10_000)
  ledger.promiseErrorsMs.push(-60_000, 20_000, 30_000)
  return ledger
}

describe('the report', () => {
  test('adds up the queues', () => {
    const report = reportOf({ queues: STATS, health: HEALTH }, ledgerLike(), true)
    assert.deepEqual(report.violation_details, [])
    assert.deepEqual(report.contacts, {
      accepted: 110,
      completed: 95,
      abandoned: 9,
      expired: 3,
      cancelled: 1,
      open: 0,
    })
    assert.deepEqual(report.callbacks, {
      offered: 20,
      accepted: 12,
      dialled: 15,
      completed: 10,
      given_up: 2,
      double_dials: 0,
      customer_first: 6,
      nuisances: 1,
      trunk_saved_s: 840,
    })
    assert.deepEqual(report.promises, { given: 12, kept: 9, broken: 3, kept_share: 0.75 })
    assert.deepEqual(report.assignments, { total: 97, below_required_skill: 0 })
    assert.deepEqual(report.log, { records: 4000, bytes: 800_000 })
    assert.deepEqual(report.wait_ms, { mean: 4000, p50: 2000, p95: 10_000 })
    assert.equal(report.promise_error_ms, 30_000)
    assert.equal(report.violations, 0)
  })

  test('judges the service level by those answered and those lost late', () => {
    const report = reportOf({ queues: STATS, health: HEALTH }, ledgerLike(), true)
    assert.equal(report.per_queue.calls?.service_level, 80 / 90)
    assert.equal(report.per_queue.mail?.service_level, 0)
    assert.equal(report.service_level, 80 / 100)
    const nobody = reportOf({ queues: [], health: HEALTH }, emptyLedger(), true)
    assert.equal(nobody.service_level, null)
    assert.equal(nobody.promise_error_ms, null)
  })

  const differences: readonly (readonly [
    string,
    Partial<GetPoolHealthResponse>,
    (l: Ledger) => void,
    RegExp,
  ])[] = [
    [
      'a contact too few by the ledger',
      {},
      (l) => (l.accepted = 111),
      /accepted: 110 by the server, 111/,
    ],
    ['an end of another kind', {}, (l) => l.ended.set('expired', 2), /expired: 3 by the server, 2/],
    [
      'a sum that is not right',
      { openContacts: 1 },
      (l) => (l.open = 1),
      /110 ended and 1 are open/,
    ],
    ['what is past its deadline', { pastDeadline: 2 }, () => {}, /2 entities past their deadline/],
    [
      'assignments below a level',
      { assignmentsBelowRequiredSkill: 1 },
      () => {},
      /below a required/,
    ],
    [
      'what the server finds in itself',
      { violations: 1, violationDetails: ['a contact is in two queues'] },
      () => {},
      /in two queues/,
    ],
    ['what the ledger found', {}, (l) => l.violation('c ended twice'), /c ended twice/],
  ]
  for (const [what, health, change, detail] of differences) {
    test(`counts as a violation ${what}`, () => {
      const ledger = ledgerLike()
      change(ledger)
      const report = reportOf({ queues: STATS, health: { ...HEALTH, ...health } }, ledger, true)
      assert.equal(report.violations, 1)
      assert.match(report.violation_details[0] ?? '', detail)
    })
  }

  test('counts violations that have no words left', () => {
    const ledger = ledgerLike()
    for (let number = 0; number < 80; number += 1) ledger.violation(`number ${number}`)
    const report = reportOf({ queues: STATS, health: { ...HEALTH, violations: 30 } }, ledger, true)
    assert.equal(report.violations, 110)
  })

  test('does not hold half a day’s ledger against the server', () => {
    const report = reportOf({ queues: STATS, health: HEALTH }, emptyLedger(), false)
    assert.equal(report.violations, 0)
  })
})

test('quantiles are by nearest rank', () => {
  const table: readonly (readonly [readonly number[], number, number])[] = [
    [[], 0.5, 0],
    [[7], 0.95, 7],
    [[1, 2, 3, 4], 0.5, 2],
    [[1, 2, 3, 4], 0.95, 4],
    [Array.from({ length: 100 }, (_, index) => index + 1), 0.95, 95],
  ]
  for (const [values, share, expected] of table) assert.equal(quantile(values, share), expected)
})

test('the report in words fits 80 columns and leaves nothing out that went wrong', () => {
  const good = reportOf({ queues: STATS, health: HEALTH }, ledgerLike(), false)
  const text = readable(good)
  for (const line of text.split('\n')) assert.ok(line.length <= 79, line)
  assert.match(text, /contacts +110 came\n +95 were served\n +9 hung up while they waited/)
  assert.match(text, /callbacks +12 customers took one of 20 offers\n +15 dials reached 10/)
  assert.match(text, /called ahead +6 answered before an agent was free\n +1 of them had no agent/)
  assert.match(text, /line time saved +14m00/)
  assert.match(text, /calls +100 +85 +9 +12 +88\.9%/)
  assert.match(text, /\nNo rule was broken, and the sums agree\.$/)
  const ledger = ledgerLike()
  ledger.violation('a-1 was with ada and bob at once')
  const bad = readable(reportOf({ queues: STATS, health: HEALTH }, ledger, false))
  assert.match(bad, /1 violation:\n {2}! a-1 was with ada and bob at once$/)
})

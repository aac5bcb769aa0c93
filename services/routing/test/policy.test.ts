import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type FieldChange,
  policyChanges,
  policyEffect,
  type PolicyPatch,
  type PutPolicy,
  settingsOf,
} from '../core/index.ts'
import { plainCallback, plainPolicy } from './policies.ts'
import { Story } from './story.ts'

const second = 1_000
const minute = 60_000

/** Queues of which a supervisor changes how they serve. */
class Supervised extends Story {
  requests = 0

  change(queueIds: readonly string[], patch: Partial<PolicyPatch>, requestId?: string): PutPolicy {
    this.requests += 1
    return {
      kind: 'putPolicy',
      pool: 'p',
      queues: queueIds.map((queueId) => ({ queueId, etag: '' })),
      patch: { plain: {}, ...patch },
      requestId: requestId ?? `r${this.requests}`,
    }
  }

  /** With all that its work comes to. */
  changes(queueIds: readonly string[], patch: Partial<PolicyPatch>): void {
    const outcome = this.apply(this.change(queueIds, patch))
    assert.ok(outcome.ok, JSON.stringify(outcome))
    for (const item of outcome.work ?? []) {
      for (let next: typeof item | undefined = item; next; ) next = this.slice(next)
    }
    this.check()
  }

  inOrder(queueId: string): string[] {
    const ids: string[] = []
    const { inQueue, contacts } = this.state
    let slot = inQueue.first(this.row(queueId).slot)
    for (; slot >= 0; slot = inQueue.next(slot)) ids.push(contacts.at(slot).id)
    return ids
  }
}

const twoQueues = (): Supervised => {
  const s = new Supervised()
  s.queue('tax')
  s.queue('law')
  return s
}

test('some fields of several queues change at once, and nothing else of them', () => {
  const s = twoQueues()
  s.changes(['tax', 'law'], { plain: { timeToLiveMs: minute, maxWaiting: 5 } })
  for (const id of ['tax', 'law']) {
    assert.deepEqual(s.row(id).policy, { ...plainPolicy, timeToLiveMs: minute, maxWaiting: 5 })
    assert.equal(s.row(id).policyVersion, 2)
  }
  assert.equal(s.told('queueChanged').at(-1)?.policyVersion, 2)
})

test('one queue that cannot have it keeps all as they are', () => {
  const s = twoQueues()
  const escalation = { afterOffers: 1, priorityBump: 0, queueId: 'nowhere' }
  const whole = { kind: 'whole', value: escalation } as const
  const raise = { plain: { maxWaiting: 5 }, escalation: whole }
  assert.equal(s.refuse(s.change(['tax', 'law'], raise)), 'QUEUE_UNKNOWN')
  assert.equal(
    s.refuse(s.change(['tax', 'nowhere'], { plain: { maxWaiting: 5 } })),
    'QUEUE_UNKNOWN',
  )
  const stale = s.change(['tax', 'law'], { plain: { maxWaiting: 5 } })
  const queues = [stale.queues[0]!, { queueId: 'law', etag: 'e0' }]
  assert.equal(s.refuse({ ...stale, queues }), 'ETAG_MISMATCH')
  s.queue('tax', { callback: {} })
  const retry = { callback: { kind: 'some', value: { retryAfterMs: minute } } } as const
  assert.equal(s.refuse(s.change(['tax', 'law'], retry)), 'POLICY_PART_ABSENT')
  assert.equal(s.row('tax').policyVersion, 2)
})

test('fifty queues of which everything changes are within the rows of one command', () => {
  const s = new Supervised()
  const ids = Array.from({ length: 50 }, (_, i) => `q${i}`)
  for (const id of ids) s.queue(id)
  const requirements = [{ skillId: 'tax', minimumLevel: 3 }]
  const callback = { kind: 'whole', value: plainCallback } as const
  s.do(s.change(ids, { plain: { requirements }, callback }))
  assert.equal(s.row('q49').policyVersion, 2)
})

test('the same call again changes nothing, though somebody has changed it since', () => {
  const s = twoQueues()
  s.do(s.change(['tax'], { plain: { maxWaiting: 5 } }, 'monday'))
  s.queue('tax', { policy: { maxWaiting: 7 } })
  s.do(s.change(['tax'], { plain: { maxWaiting: 5 } }, 'monday'))
  assert.equal(s.row('tax').policy.maxWaiting, 7)
  assert.equal(s.row('tax').policyVersion, 3)
})

test('a version rises with a change of the policy, by whichever call, and not with a name', () => {
  const s = twoQueues()
  const version = () => s.row('tax').policyVersion
  assert.equal(version(), 1)
  s.queue('tax', { callback: {} })
  assert.equal(version(), 2)
  const { policy } = s.row('tax')
  const put = { kind: 'putQueue', pool: 'p', queueId: 'tax', channel: 'voice' } as const
  const named = { ...put, displayName: 'Taxes', policy, callback: plainCallback }
  s.do({ ...named, etag: s.row('tax').etag })
  assert.equal(version(), 2)
  s.changes(['tax'], { plain: { maxWaiting: plainPolicy.maxWaiting } })
  assert.equal(version(), 2, 'what is so already is no change')
  s.changes(['tax'], { callback: { kind: 'some', value: { offerLevelBp: 9_000 } } })
  assert.equal(version(), 3)
})

test('parts are replaced, changed in part and taken away', () => {
  const s = twoQueues()
  const within = { withinMs: 10 * minute, slackMs: 0, windowMs: 30 * minute, windows: 8 }
  const whole = { ...within, shareBp: 5_000, only: false }
  s.changes(['tax'], { callback: { kind: 'whole', value: plainCallback } })
  s.changes(['tax'], { within: { kind: 'whole', value: whole } })
  s.changes(['tax'], { within: { kind: 'some', value: { windows: 2 } } })
  assert.deepEqual(s.row('tax').callback, { ...plainCallback, within: { ...whole, windows: 2 } })
  s.changes(['tax'], { callback: { kind: 'some', value: { recoverAfterMs: 0 } } })
  s.changes(['tax'], { within: { kind: 'none' } })
  assert.deepEqual(s.row('tax').callback, { ...plainCallback, recoverAfterMs: 0 })
  s.changes(['tax'], { absent: ['callback.recover_after'] })
  assert.deepEqual(s.row('tax').callback, plainCallback)
  s.changes(['tax'], { callback: { kind: 'none' } })
  assert.equal(s.row('tax').callback, 'none')
})

test('who waits keeps place, time to live and skill floors; who comes has the new ones', () => {
  const s = twoQueues()
  s.submit('c1', 'tax')
  s.pass(30 * second)
  s.submit('c2', 'tax', { priority: 2 })
  const before = s.inOrder('tax')
  const ends = s.contact('c1').stateDeadline
  const requirements = [{ skillId: 'tax', minimumLevel: 3 }]
  const plain = {
    requirements,
    serviceLevelTargetMs: minute,
    agingPerPointMs: 0,
    timeToLiveMs: minute,
  }
  s.changes(['tax'], {
    plain,
    order: { kind: 'whole', value: { rule: 'aging', overtakingMax: 1 } },
  })
  assert.deepEqual(s.inOrder('tax'), before)
  assert.equal(s.contact('c1').stateDeadline, ends)
  assert.deepEqual(s.contact('c1').requirements, [])
  s.submit('c3', 'tax')
  assert.deepEqual(s.contact('c3').requirements, requirements)
  assert.equal(s.contact('c3').stateDeadline, s.time + minute)
  assert.deepEqual([s.contact('c1').policyVersion, s.contact('c3').policyVersion], [1, 2])
})

test('a choice and an offer name the version under which they were made', () => {
  const s = twoQueues()
  s.submit('c1', 'tax')
  s.changes(['tax'], { plain: { maxWaiting: 5 } })
  s.agent('ann', {})
  const contact = s.state.contacts.must('p/c1')
  assert.deepEqual([contact.policyVersion, contact.chosenUnder], [1, 2])
  assert.equal(s.state.offers.at(contact.offer).policyVersion, 2)
})

test('callbacks that a supervisor turns on are offered to those who wait already', () => {
  const s = twoQueues()
  for (let n = 0; n < 30; n++) s.submit(`c${n}`, 'tax')
  s.changes(['tax'], { callback: { kind: 'whole', value: plainCallback } })
  assert.equal(s.told('callbackOffered').length, 30)
  assert.equal(s.contact('c7').callback?.policyVersion, 2)
  s.changes(['tax'], { callback: { kind: 'some', value: { offerAboveMs: 0 } } })
  assert.equal(s.told('callbackOffered').length, 30, 'nobody is asked twice for it')
})

describe('what a change means is told', () => {
  const told = (s: Supervised, patch: Partial<PolicyPatch>, looks = 100) => {
    const before = settingsOf(s.row('tax'))
    const outcome = s.apply(s.change(['tax'], patch))
    assert.ok(outcome.ok)
    return policyEffect(s.state, s.row('tax'), before, s.at, looks)
  }
  const waiting = (count: number): Supervised => {
    const s = twoQueues()
    for (let n = 0; n < count; n++) s.submit(`c${n}`, 'tax')
    return s
  }
  test('while nobody waits', () => {
    const { sentence, waiting: count } = told(waiting(0), { plain: { maxWaiting: 1 } })
    assert.equal(count, 0)
    assert.equal(
      sentence,
      'Nobody waits; it holds for whoever comes. Nobody at work has the skills that it asks for.',
    )
  })
  test('with what those who wait keep, and what they get', () => {
    const effect = told(waiting(3), { callback: { kind: 'whole', value: plainCallback } })
    assert.equal(effect.callbacksOfferedNow, 3)
    assert.match(effect.sentence, /^3 customers wait and keep place, time to live/)
    assert.match(effect.sentence, / 3 of them will be offered a callback now\./)
  })
  test('as "at least" where not all of them were looked at', () => {
    const effect = told(waiting(3), { callback: { kind: 'whole', value: plainCallback } }, 2)
    assert.deepEqual([effect.lookedAt, effect.callbacksOfferedNow], [2, 2])
    assert.match(effect.sentence, /At least 2 of them/)
  })
  test('where more wait than may', () => {
    const effect = told(waiting(3), { plain: { maxWaiting: 1 } })
    assert.equal(effect.aboveMaxWaiting, 2)
    assert.match(effect.sentence, /2 more than may wait/)
  })
  test('and that nothing changes', () => {
    assert.equal(told(waiting(3), {}).sentence, 'Nothing changes.')
  })
})

test('a difference is told field by field, in words', () => {
  const before = { policy: plainPolicy, callback: 'none' } as const
  const hours = { calendarId: 'office', lastEntryBeforeMs: 0, lastPromiseBeforeMs: 0 }
  const closing = { serveOutAfterMs: 0, closingRule: 'nextOpening', afterHoursQueueId: '' } as const
  const after = {
    policy: {
      ...plainPolicy,
      requirements: [{ skillId: 'tax', minimumLevel: 3 }],
      serviceLevelTargetMs: 90 * second,
      serviceLevelGoalBp: 8_050,
      hours: { ...hours, ...closing, whenClosed: 'wait' },
    },
    callback: 'none',
  } as const
  const expected: readonly FieldChange[] = [
    { field: 'hours.after_hours_queue_id', before: 'none', after: 'none' },
    { field: 'hours.calendar_id', before: 'none', after: 'office' },
    { field: 'hours.closing_rule', before: 'none', after: 'next opening' },
    { field: 'hours.last_entry_before_closing', before: 'none', after: '0 seconds' },
    { field: 'hours.last_promise_before_closing', before: 'none', after: '0 seconds' },
    { field: 'hours.serve_out_after_closing', before: 'none', after: '0 seconds' },
    { field: 'hours.when_closed', before: 'none', after: 'wait' },
    { field: 'requirements', before: 'none', after: 'tax from level 3' },
    { field: 'service_level_goal_bp', before: '80%', after: '80.50%' },
    { field: 'service_level_target', before: '20 seconds', after: '1 minute 30 seconds' },
  ]
  assert.deepEqual(policyChanges(before, after), expected)
  assert.deepEqual(policyChanges(after, after), [])
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ClassificationRule, classify, type PutClassification } from '../core/index.ts'
import { Story } from './story.ts'

const rule = (name: string, more: Partial<ClassificationRule> = {}): ClassificationRule => ({
  name,
  conditions: [],
  queueId: 'tax',
  requirements: [],
  priority: 0,
  ...more,
})

const french = rule('french-tax', {
  conditions: [
    { fact: 'need', oneOf: ['tax', 'tax-return'] },
    { fact: 'language', oneOf: ['fr'] },
  ],
  requirements: [{ skillId: 'french', minimumLevel: 2 }],
  priority: 3,
})
const anyTax = rule('any-tax', { conditions: [{ fact: 'need', oneOf: ['tax', 'tax-return'] }] })
const rest = rule('rest', { queueId: 'law' })

const put = (rules: readonly ClassificationRule[], etag = ''): PutClassification => ({
  kind: 'putClassification',
  pool: 'p',
  rules,
  etag,
})

function classified(): Story {
  const s = new Story()
  s.queue('tax', { requirements: [{ skillId: 'tax', minimumLevel: 3 }] })
  s.queue('law')
  s.do(put([french, anyTax]))
  return s
}

const language = [{ name: 'language', value: 'fr' }]

describe('the first rule that fits decides', () => {
  const rules = [french, anyTax, rest]
  const table = [
    ['tax', language, 'french-tax', []],
    ['tax', [], 'any-tax', [{ rule: 'french-tax', fact: 'language', value: '' }]],
    [
      'law',
      language,
      'rest',
      [
        { rule: 'french-tax', fact: 'need', value: 'law' },
        { rule: 'any-tax', fact: 'need', value: 'law' },
      ],
    ],
  ] as const
  for (const [need, facts, name, passedOver] of table) {
    test(`${need} and ${facts.length} facts: ${name}`, () => {
      const found = classify(rules, need, facts)
      assert.equal(found.rule?.name, name)
      assert.deepEqual(found.passedOver, passedOver)
    })
  }
  test('none', () => assert.equal(classify([french], 'law', []).rule, undefined))
})

test('a need finds queue, requirements and priority, and the contact names the rule', () => {
  const s = classified()
  s.submit('c1', '', { need: 'tax', facts: language, priority: 1 })
  const { queueId, requirements, priority, classified: how } = s.contact('c1')
  assert.deepEqual([queueId, priority], ['tax', 4])
  assert.deepEqual(
    requirements.map((r) => `${r.skillId}:${r.minimumLevel}`),
    ['french:2', 'tax:3'],
  )
  assert.deepEqual(how, { need: 'tax', rule: 'french-tax', version: 1 })
})

test('what no rule fits is refused, and so is a need where there are no rules', () => {
  const s = classified()
  assert.equal(s.refuse(s.submission('c1', '', { need: 'law' })), 'NEED_UNCLASSIFIED')
  const other = new Story()
  assert.equal(other.refuse(other.submission('c1', '', { need: 'tax' })), 'NEED_UNCLASSIFIED')
})

test('a repeat is known, though the rules have changed since', () => {
  const s = classified()
  s.submit('c1', '', { need: 'tax' })
  s.do(put([rest], s.state.classifications.must('p').etag))
  s.submit('c1', '', { need: 'tax' })
  assert.equal(s.contact('c1').queueId, 'tax')
  s.submit('c2', '', { need: 'tax' })
  assert.deepEqual(s.contact('c2').classified, { need: 'tax', rule: 'rest', version: 2 })
})

test('a table is put whole, once, by whoever has seen the former one', () => {
  const s = classified()
  s.do(put([french, anyTax]))
  assert.equal(s.state.classifications.must('p').version, 1)
  assert.equal(s.refuse(put([rest])), 'ETAG_MISMATCH')
  const lost = [rule('lost', { queueId: 'nowhere' })]
  assert.equal(s.refuse(put(lost, s.state.classifications.must('p').etag)), 'QUEUE_UNKNOWN')
  assert.equal(s.told('classificationChanged').length, 1)
})

describe('a priority that a supervisor changes', () => {
  const minute = 60_000
  const change = (s: Story, contactId: string, priority: number, reason = 'VIP'): void =>
    s.do({ kind: 'setContactPriority', pool: 'p', contactId, priority, reason, actor: 'sue' })
  const first = (s: Story): string =>
    s.state.contacts.at(s.state.inQueue.first(s.state.queues.must('p/tax').slot)).id

  const three = (overtakingMax = 0): Story => {
    const s = new Story()
    s.queue('tax', { policy: { order: { rule: 'serviceLevel', overtakingMax } } })
    for (const id of ['c1', 'c2', 'c3']) {
      s.submit(id, 'tax')
      s.pass(1_000)
    }
    return s
  }

  test('moves it in its queue, and back', () => {
    const s = three()
    change(s, 'c3', 10)
    assert.equal(first(s), 'p/c3')
    assert.equal(s.contact('c3').priority, 10)
    const { priorityChange } = s.contact('c3')
    assert.deepEqual(priorityChange, { former: 0, actor: 'sue', reason: 'VIP', at: s.time })
    change(s, 'c3', -10)
    assert.equal(first(s), 'p/c1')
  })

  test('said twice counts once', () => {
    const s = three()
    change(s, 'c3', 10)
    const before = s.db.dump()
    change(s, 'c3', 10, 'again')
    assert.equal(s.db.dump(), before)
    assert.equal(s.told('contactPrioritized').length, 1)
  })

  test('overtakes no more than the queue lets it', () => {
    const s = three(1)
    change(s, 'c3', 100)
    assert.equal(first(s), 'p/c1')
    assert.ok(s.state.contacts.must('p/c3').key <= s.state.contacts.must('p/c2').key)
  })

  test('never has the opposite effect, whatever the policy has become', () => {
    const s = three()
    s.queue('tax', { policy: { serviceLevelTargetMs: 60 * minute } })
    change(s, 'c1', 1)
    assert.equal(first(s), 'p/c1')
  })

  test('holds for when it comes back from an agent, and not for who has ended', () => {
    const s = three()
    s.agent('ann', {})
    assert.equal(s.offered('ann'), 'c1')
    change(s, 'c1', -50)
    s.decline('ann', 1_000)
    assert.equal(first(s), 'p/c3')
    s.cancel('c1')
    const ended = { kind: 'setContactPriority', pool: 'p', contactId: 'c1', priority: 1 } as const
    assert.equal(s.refuse({ ...ended, reason: '', actor: 'sue' }), 'CONTACT_ENDED')
  })

  test('moves it among those who wait for the same agent', () => {
    const s = new Story()
    s.queue('tax')
    s.agent('ann', {})
    s.submit('c0', 'tax')
    s.talk('ann')
    for (const id of ['c1', 'c2']) {
      s.submit(id, 'tax', { preferredAgentIds: ['ann'], holdOutMs: 10 * minute })
      s.pass(1_000)
    }
    change(s, 'c2', 10)
    s.complete('ann', 'c0')
    assert.equal(s.offered('ann'), 'c2')
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  Classification,
  type PutClassificationRequest,
} from '@evenkeel/proto/evenkeel/routing/v1/classification_service'
import {
  classification,
  contact,
  dump,
  duplicate,
  type Expected,
  invalid,
  malformed,
  missing,
  notFound,
  outOfRange,
  refuses,
  running,
  submission,
  times,
  tooMany,
  wellFormed,
} from './bad-input.ts'

const { classifyContact, putClassification, setContactPriority } = wellFormed

test('a table is tried before it is put, and then decides', async (t) => {
  const routing = await running(t)
  const before = dump(routing)
  const tried = await routing.call('classifyContact', classifyContact)
  assert.deepEqual([tried.rule, tried.queueId, tried.priority, tried.version], ['tax', 'tax', 2, 0])
  await routing.call('putClassification', { ...putClassification, validateOnly: true })
  assert.equal(dump(routing), before)
  await routing.call('putClassification', putClassification)
  const { classification: put } = await routing.call('getClassification', { pool: 'p' })
  assert.deepEqual([put?.version, put?.rules.length], [1, 2])
  const asked = { pool: 'p', need: 'law', facts: [], table: undefined }
  const found = await routing.call('classifyContact', asked)
  assert.deepEqual([found.rule, found.version], ['rest', 1])
  assert.deepEqual(found.passedOver, [{ rule: 'tax', fact: 'need', value: 'law' }])
  assert.match(found.sentence, /^The need law goes to the queue tax by the rule rest/)
  const request = { ...submission, contactId: 'new', queueId: '', need: 'tax' }
  const { contact: taken } = await routing.call('submitContact', request)
  assert.deepEqual(taken?.classified, { need: 'tax', rule: 'tax', version: 1 })
})

test('a classification is refused with whatever is wrong with it', async (t) => {
  const routing = await running(t)
  const of = (rules: object[]): PutClassificationRequest => ({
    classification: Classification.fromPartial({ pool: 'p', rules }),
    validateOnly: false,
  })
  const one = { name: 'a', queueId: 'tax' }
  const when = { fact: 'need', oneOf: ['x'] }
  const rules = 'classification.rules'
  const table: readonly (readonly [PutClassificationRequest, Expected])[] = [
    [{ ...putClassification, classification: undefined }, missing('classification')],
    [of(times(101, (i) => ({ ...one, name: `r${i}` }))), tooMany(rules, 100)],
    [of([{ ...one, name: '' }]), missing(`${rules}[0].name`)],
    [of([one, { ...one, name: 'b' }]), malformed(`${rules}[0].conditions`)],
    [of([{ ...one, conditions: [when] }, one]), duplicate(rules)],
    [of([{ ...one, conditions: [when, when] }]), duplicate(`${rules}[0].conditions`)],
    [of([{ ...one, conditions: times(9, () => when) }]), tooMany(`${rules}[0].conditions`, 8)],
    [
      of([{ ...one, conditions: [{ fact: 'need', oneOf: [] }] }]),
      missing(`${rules}[0].conditions[0].one_of`),
    ],
    [of([{ ...one, queueId: 'nowhere' }]), { code: 'QUEUE_UNKNOWN', status: notFound }],
    [of([{ ...one, priority: 101 }]), outOfRange(`${rules}[0].priority`, '-100 to 100', '101')],
    [
      { ...putClassification, classification: { ...classification, etag: 'stale' } },
      { code: 'ETAG_MISMATCH', status: 10 },
    ],
  ]
  for (const [request, expected] of table) {
    await refuses(routing, 'putClassification', request, expected)
    await refuses(routing, 'putClassification', { ...request, validateOnly: true }, expected)
  }
  const none = { code: 'CLASSIFICATION_UNKNOWN', status: notFound }
  await refuses(routing, 'getClassification', { pool: 'p' }, none)
  await refuses(routing, 'classifyContact', { ...classifyContact, table: undefined }, none)
  await refuses(routing, 'classifyContact', { ...classifyContact, need: '' }, missing('need'))
})

test('a need, its facts and a priority are refused with whatever is wrong with them', async (t) => {
  const routing = await running(t)
  const asked = { ...submission, contactId: 'new', queueId: '', need: 'tax' }
  const fact = { name: 'language', value: 'fr' }
  const table: readonly (readonly [Partial<typeof asked>, Expected])[] = [
    [{ queueId: 'tax' }, malformed('queue_id')],
    [{ need: '' }, missing('queue_id')],
    [{ need: '', queueId: 'tax', facts: [fact] }, malformed('facts')],
    [{ need: 'a b' }, malformed('need')],
    [{ facts: times(9, (i) => ({ ...fact, name: `f${i}` })) }, tooMany('facts', 8)],
    [{ facts: [fact, fact] }, duplicate('facts')],
    [{ facts: [{ name: 'need', value: 'x' }] }, malformed('facts[0].name')],
    [{ facts: [{ ...fact, value: '' }] }, missing('facts[0].value')],
    [{}, { code: 'NEED_UNCLASSIFIED', status: 9 }],
  ]
  for (const [change, expected] of table) {
    await refuses(routing, 'submitContact', { ...asked, ...change }, expected)
  }
  const priority = { ...setContactPriority, ...contact }
  const range = outOfRange('priority', '-100 to 100', '-101')
  await refuses(routing, 'setContactPriority', { ...priority, priority: -101 }, range)
  await refuses(routing, 'setContactPriority', { ...priority, actor: '' }, missing('actor'))
  const long = { code: 'FIELD_TOO_LONG', status: invalid, field: 'reason' }
  await refuses(routing, 'setContactPriority', { ...priority, reason: 'x'.repeat(201) }, long)
})

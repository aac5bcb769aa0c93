import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RespondToCallbackOffer, WithinPolicy } from '../core/index.ts'
import { Story } from './story.ts'

const minute = 60_000
const plain: WithinPolicy = {
  withinMs: 10 * minute,
  slackMs: minute,
  windowMs: 60 * minute,
  windows: 4,
  shareBp: 10_000,
  only: false,
}

/** Ann is busy; a contact takes five minutes, so the queue can make twelve callbacks an hour. */
function busy(within: Partial<WithinPolicy> = {}): Story {
  const s = new Story()
  // 10 min before a full hour, so that the windows begin as the ten minutes are over.
  s.time = 1_700_002_200_000
  s.queue('tax', { callback: { offerAboveMs: 0, within: { ...plain, ...within } } })
  s.agent('ann', {})
  s.submit('c0', 'tax')
  s.talk('ann')
  return s
}

const answer = (contactId: string, more: Partial<RespondToCallbackOffer> = {}) =>
  ({
    kind: 'respondToCallbackOffer',
    pool: 'p',
    contactId,
    accept: true,
    addressRef: `tel-${contactId}`,
    product: 'within',
    ...more,
  }) as const

/** Chooses to be called back, and hangs up. */
function chooses(s: Story, contactId: string, more: Partial<RespondToCallbackOffer> = {}): void {
  s.submit(contactId, 'tax')
  s.do(answer(contactId, more))
  s.abandon(contactId)
}

const choicesOf = (s: Story, contactId: string) => s.contact(contactId).callback?.choices

test('capacity for twelve in an hour: the thirteenth is offered a later window', () => {
  const s = busy()
  s.submit('first', 'tax')
  const [window, later] = choicesOf(s, 'first')?.windows ?? []
  assert.ok(window && later)
  for (let n = 1; n <= 12; n++) chooses(s, `c${n}`, { windowFrom: window.from })
  s.submit('c13', 'tax')
  assert.deepEqual(choicesOf(s, 'c13')?.windows[0], later)
  assert.equal(s.refuse(answer('c13', { windowFrom: window.from })), 'CALLBACK_FULL')
  s.do(answer('c13', { windowFrom: later.from }))
  assert.equal(s.contact('c13').callback?.promisedAt, later.until)
  assert.equal(s.contact('c13').state, 'callbackWaiting')
})

test('within ten minutes there is room for two, then for windows alone', () => {
  const s = busy()
  chooses(s, 'c1')
  chooses(s, 'c2')
  s.submit('c3', 'tax')
  assert.equal(choicesOf(s, 'c3')?.within, undefined)
  assert.equal(choicesOf(s, 'c3')?.keepPlace, true)
  assert.equal(s.refuse(answer('c3')), 'CALLBACK_FULL')
})

test('what is promised for later counts against what comes after it, not before', () => {
  const s = busy({ windows: 1 })
  s.submit('c0a', 'tax')
  const [window] = choicesOf(s, 'c0a')?.windows ?? []
  assert.ok(window)
  // 70 minutes until its end: fourteen in all, twelve of them within it.
  for (let n = 1; n <= 12; n++) chooses(s, `w${n}`, { windowFrom: window.from })
  chooses(s, 'c1')
  chooses(s, 'c2')
  s.submit('c3', 'tax')
  const choices = choicesOf(s, 'c3')
  assert.deepEqual([choices?.within, choices?.windows], [undefined, []])
})

test('a share of the pace is promised, and nothing where nobody is at work', () => {
  const half = busy({ shareBp: 5_000 })
  chooses(half, 'c1')
  half.submit('c2', 'tax')
  assert.equal(choicesOf(half, 'c2')?.within, undefined)

  const s = busy()
  s.presence('ann', 'draining')
  s.submit('c1', 'tax')
  assert.deepEqual(choicesOf(s, 'c1'), { keepPlace: true, within: undefined, windows: [] })
})

test('it lets those on the line go first, then steps ahead of them and is kept', () => {
  const s = busy({ withinMs: 20 * minute })
  s.submit('before', 'tax')
  chooses(s, 'soon')
  assert.equal(s.contact('soon').state, 'dialable')
  s.complete('ann', 'c0')
  assert.equal(s.talk('ann'), 'before')
  s.submit('after', 'tax')
  s.complete('ann', 'before')
  assert.equal(s.talk('ann'), 'after', 'there is time enough')
  s.submit('last', 'tax')
  s.pass(15 * minute)
  assert.equal(s.contact('soon').callback?.steppedAhead, true)
  s.complete('ann', 'after')
  assert.equal(s.offered('ann'), 'soon')
  s.accept('ann')
  s.claim('soon')
  s.report('soon', 'human')
  const [settled] = s.told('promiseSettled')
  assert.equal(settled?.kept, true)
  assert.equal(s.contact('soon').state, 'connected')
})

test('a queue that gives no more callbacks keeps those that it has promised', () => {
  const s = busy({ withinMs: 20 * minute })
  chooses(s, 'soon')
  s.queue('tax', {})
  s.pass(15 * minute)
  assert.equal(s.contact('soon').callback?.steppedAhead, true)
  s.complete('ann', 'c0')
  assert.equal(s.offered('ann'), 'soon')
})

test('it steps ahead sooner the more are promised before it, and when agents leave', () => {
  const s = busy({ withinMs: 20 * minute })
  s.agent('bob', {})
  s.submit('c0b', 'tax')
  s.talk('bob')
  for (const id of ['a', 'b', 'c']) chooses(s, id)
  const steppedAhead = () =>
    ['a', 'b', 'c'].filter((id) => s.contact(id).callback?.steppedAhead === true)
  // Two at work make one in 150 s: with three times that for the first, a at 20:00 - 1:00 - 7:30,
  // b at 6:55, c at 2:50. One makes one in 300 s: a at 4:00.
  s.pass(2 * minute)
  assert.deepEqual(steppedAhead(), [])
  s.pass(minute)
  assert.deepEqual(steppedAhead(), ['c'])
  s.presence('bob', 'draining')
  s.pass(minute)
  assert.deepEqual(steppedAhead(), ['a', 'b', 'c'])
})

test('agents who serve other queues too are promised once, not by each queue', () => {
  const s = busy()
  s.queue('law', {})
  for (const agentId of ['bob', 'cid', 'dan']) {
    s.agent(agentId, {})
    s.submit(`law-${agentId}`, 'law')
    s.talk(agentId)
  }
  // Four could serve it, but three have contacts of another queue: one in five minutes.
  chooses(s, 'c1')
  chooses(s, 'c2')
  s.submit('c3', 'tax')
  assert.equal(choicesOf(s, 'c3')?.within, undefined)
})

test('who steps ahead goes by promised time, whoever came first', () => {
  const s = busy({ withinMs: 30 * minute })
  s.submit('line', 'tax')
  chooses(s, 'one')
  s.pass(5 * minute)
  chooses(s, 'two')
  s.pass(28 * minute)
  s.complete('ann', 'c0')
  assert.equal(s.offered('ann'), 'one')
})

test('nobody is called before the window begins, and by its end', () => {
  const s = busy()
  s.submit('c1', 'tax')
  const [window] = choicesOf(s, 'c1')?.windows ?? []
  assert.ok(window)
  s.do(answer('c1', { windowFrom: window.from }))
  s.abandon('c1')
  s.complete('ann', 'c0')
  s.pass(window.from - s.time - 1_000)
  assert.equal(s.offered('ann'), '')
  s.pass(1_000)
  assert.equal(s.offered('ann'), 'c1')
})

test('a promised time that goes by is broken, by how much is counted', () => {
  const s = busy()
  chooses(s, 'late')
  s.pass(15 * minute)
  s.complete('ann', 'c0')
  s.accept('ann')
  s.claim('late')
  assert.equal(s.told('promiseSettled')[0]?.kept, false)
  const queue = s.state.queues.must('p/tax')
  assert.equal(s.figures('tax').promisesBroken, 1)
  assert.deepEqual(queue.promiseErrors, [0, 0, 0, 1, 0, 0, 0, 0, 0])
  s.report('late', 'busy')
  // Its time is over, its place is not.
  s.submit('younger', 'tax')
  s.talk('ann')
  s.submit('youngest', 'tax')
  s.pass(10 * minute)
  s.complete('ann', 'younger')
  assert.equal(s.offered('ann'), 'late')
})

test('who calls in keeps the place of the first call, and the promise is kept', () => {
  const s = busy({ withinMs: 60 * minute })
  s.submit('c1', 'tax', { customerKey: 'k' })
  const { key } = s.state.contacts.must('p/c1')
  s.do(answer('c1'))
  s.abandon('c1')
  s.submit('c2', 'tax')
  s.submit('again', 'tax', { customerKey: 'k' })
  assert.equal(s.state.contacts.must('p/c1').key, key)
  assert.equal(s.told('promiseSettled')[0]?.kept, true)
  s.complete('ann', 'c0')
  assert.equal(s.offered('ann'), 'c1')
})

test('a callback that is cancelled voids its promise: given is kept, broken, void or open', () => {
  const s = busy()
  for (const id of ['c1', 'c2']) chooses(s, id)
  s.cancel('c1')
  const queue = s.state.queues.must('p/tax')
  const { promisesGiven, promisesVoid } = queue
  const { promisesKept, promisesBroken } = s.figures('tax')
  assert.deepEqual([promisesGiven, promisesKept, promisesBroken, promisesVoid], [2, 0, 0, 1])
  assert.equal(s.state.openPromises.size(queue.slot), 1)
})

test('a repeat is the same; another choice, or one not offered, is refused', () => {
  const s = busy({ only: true })
  s.submit('c1', 'tax')
  assert.equal(s.refuse(answer('c1', { product: 'keepPlace' })), 'CALLBACK_PRODUCT')
  s.do(answer('c1'))
  s.do(answer('c1'))
  assert.equal(s.refuse(answer('c1', { windowFrom: s.time })), 'CALLBACK_NOT_OFFERED')

  const plainQueue = new Story()
  plainQueue.queue('tax', { callback: { offerAboveMs: 0 } })
  plainQueue.agent('ann', {})
  plainQueue.submit('c0', 'tax')
  plainQueue.submit('c1', 'tax')
  assert.equal(plainQueue.refuse(answer('c1')), 'CALLBACK_PRODUCT')
})

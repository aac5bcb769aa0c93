import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answer, asking, later, of, offers, sentence, ticket } from './alternatives.ts'
import { minute, Office, plainHours } from './office.ts'
import { Story } from './story.ts'

test('a later time is offered only if the queue is open by then, and outlasts its closing', () => {
  const s = new Office()
  const tooLate = of('later', { alternativeId: 'tomorrow', afterMs: 90 * minute })
  const alternatives = { ...asking, choices: [later, tooLate] }
  s.queue('mail', { channel: 'email', policy: { hours: plainHours, alternatives } })
  s.agent('ann', {}, { email: 100 })
  for (const id of ['b1', 'c1']) s.submit(id, 'mail')
  s.accept('ann')
  assert.deepEqual(offers(s), ['c1: later'])
  s.do(answer('c1', 'later'))
  s.complete('ann', 'b1')
  s.work({
    ...{ kind: 'setQueueState', pool: 'p', queueId: 'mail', state: 'closed', reason: 'drill' },
    ...{ actor: 'sue', until: s.time + 10 * minute, rule: 'nextOpening' },
    ...{ whenClosed: undefined, destination: '' },
  })
  assert.match(sentence(s, 'c1'), /sue has closed the queue mail/)
  s.skip(29 * minute)
  assert.match(sentence(s, 'c1'), /a later time, which comes in 60 seconds/)
  assert.equal(s.offered('ann'), '')
  s.skip(minute)
  assert.equal(s.offered('ann'), 'c1')
})

test('a later time of tomorrow’s opening: closing sends away who waits, not who chose it', () => {
  const s = new Office()
  const tomorrow = of('later', { afterMs: 24 * 60 * minute })
  const alternatives = { ...asking, choices: [tomorrow] }
  const hours = { ...plainHours, closingRule: 'cancel' as const }
  s.queue('mail', { channel: 'email', policy: { hours, alternatives } })
  s.agent('ann', {}, { email: 100 })
  for (const id of ['c1', 'c2', 'c3']) s.submit(id, 'mail')
  s.accept('ann')
  s.do(answer('c2', 'later'))
  s.skip(61 * minute)
  assert.deepEqual([s.contact('c2').state, s.contact('c3').state], ['waiting', 'cancelled'])
  s.complete('ann', 'c1')
  s.skip(22 * 60 * minute)
  assert.equal(s.offered('ann'), '', 'it is open, and the time has not come')
  s.skip(60 * minute)
  assert.equal(s.offered('ann'), 'c2')
})

const calledBack = { offerAboveMs: minute }

test('closed, a queue that calls back whoever comes does so, whatever else it offers', () => {
  const s = new Office()
  const alternatives = { ...asking, choices: [later] }
  const hours = { ...plainHours, whenClosed: 'callback' as const }
  s.queue('mail', { channel: 'email', callback: calledBack, policy: { hours, alternatives } })
  s.agent('ann', {}, { email: 100 })
  s.skip(61 * minute)
  s.submit('c1', 'mail')
  assert.equal(s.contact('c1').callback?.status, 'offered')
  assert.deepEqual(offers(s), [])
})

test('unstaffed, a queue that calls back whoever waits does so, whatever else it offers', () => {
  const s = new Story()
  const unstaffed = { action: 'callback', graceMs: minute, queueId: '' } as const
  const alternatives = { ...asking, choices: [ticket] }
  s.queue('tickets', { channel: 'task' })
  s.queue('chats', { channel: 'chat', callback: calledBack, policy: { unstaffed, alternatives } })
  s.submit('c1', 'chats')
  s.skip(minute)
  assert.equal(s.contact('c1').callback?.status, 'offered')
})

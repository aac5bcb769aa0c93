import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Command, ReconcileCause } from '../core/index.ts'
import { Story } from './story.ts'
import { working } from './work.ts'

const source = 'switch-1'
const hour = 60 * 60_000

interface Page {
  readonly live?: readonly string[]
  readonly page?: number
  readonly last?: boolean
  readonly cause?: ReconcileCause
  readonly asOf?: number
  readonly requestId?: string
}

const page = (s: Story, p: Page): Command => ({
  kind: 'reconcilePage',
  pool: 'p',
  source,
  requestId: p.requestId ?? 'crash',
  cause: p.cause ?? 'switchLost',
  asOf: p.asOf ?? s.time,
  page: p.page ?? 1,
  liveContactIds: p.live ?? [],
  last: p.last ?? true,
})

const carryOut: Command = {
  kind: 'carryOutReconciliation',
  pool: 'p',
  source,
  requestId: 'crash',
}

const told = (s: Story) => s.told('contactsReconciled').at(-1)?.reconciliation

/** Two agents, and of the switch: talk and talk2 in conversation, w1 and w2 in the line. */
function busy(): Story {
  const s = new Story()
  s.queue('tax', { callback: {} })
  s.agent('ann', {})
  s.agent('bob', {})
  s.submit('talk', 'tax', { source })
  s.talk(s.offered('ann') === 'talk' ? 'ann' : 'bob')
  s.submit('talk2', 'tax', { source })
  s.talk(s.offered('ann') === 'talk2' ? 'ann' : 'bob')
  s.pass(1_000)
  s.submit('w1', 'tax', { source })
  s.submit('w2', 'tax', { source })
  s.submit('elsewhere', 'tax', { source: 'switch-2' })
  s.pass(1_000)
  return s
}

describe('after a crash of a switch', () => {
  test('what is missing is counted first, and nothing is ended', () => {
    const s = busy()
    working(s, page(s, { live: ['talk', 'w1'] }))
    assert.deepEqual(told(s), {
      pool: 'p',
      source,
      requestId: 'crash',
      cause: 'switchLost',
      asOf: s.time,
      state: 'counted',
      pages: 1,
      listed: 2,
      listedUnknown: 0,
      open: 4,
      live: 2,
      later: 0,
      callbacks: 0,
      missingWaiting: 1,
      missingOffered: 0,
      missingConnected: 1,
      missingHeld: 0,
    })
    assert.equal(s.contact('w2').state, 'waiting')
    assert.equal(s.contact('talk2').state, 'connected')
  })

  test('carried out, the missing end by where they are, the live and the others go on', () => {
    const s = busy()
    working(s, page(s, { live: ['talk', 'w1'] }))
    working(s, carryOut)
    assert.equal(told(s)?.state, 'done')
    assert.deepEqual([s.contact('w2').state, s.contact('w2').endCause], ['cancelled', 'legLost'])
    assert.equal(s.contact('talk2').state, 'wrapUp')
    assert.equal(s.contact('talk').state, 'connected')
    assert.equal(s.contact('w1').state, 'waiting')
    assert.equal(s.contact('elsewhere').state, 'waiting')
  })

  test('customers who left are counted as such', () => {
    const s = busy()
    working(s, page(s, { live: ['talk', 'talk2'], cause: 'customersLeft' }))
    working(s, carryOut)
    assert.deepEqual(
      [s.contact('w1').state, s.contact('w1').endCause],
      ['abandoned', 'customerLeft'],
    )
  })

  test('what came or was connected after the list was made is left alone', () => {
    const s = busy()
    const asOf = s.time
    s.pass(2_000)
    s.submit('new', 'tax', { source })
    working(s, page(s, { live: ['talk', 'talk2', 'w1', 'w2'], asOf }))
    assert.equal(told(s)?.later, 1)
    working(s, carryOut)
    assert.equal(s.contact('new').state, 'waiting')
  })

  test('an agent whose offered customer is missing gets the next', () => {
    const s = new Story()
    s.queue('tax')
    s.agent('ann', {})
    s.submit('gone', 'tax', { source })
    s.submit('next', 'tax', { source })
    assert.equal(s.offered('ann'), 'gone')
    s.pass(1_000)
    working(s, page(s, { live: ['next'] }))
    working(s, carryOut)
    assert.equal(s.offered('ann'), 'next')
  })
})

describe('a callback', () => {
  test('whose customer is not on the line is left alone', () => {
    const s = busy()
    s.wantsCallback('w1')
    working(s, page(s, { live: ['talk', 'talk2', 'w2'] }))
    assert.equal(told(s)?.callbacks, 1)
    working(s, carryOut)
    assert.equal(s.contact('w1').state, 'dialable')
  })

  test('whose customer had called in stands as before, at its place', () => {
    const s = new Story()
    s.queue('tax', { callback: {} })
    s.submit('c1', 'tax', { source, customerKey: 'ana' })
    s.wantsCallback('c1')
    s.pass(1_000)
    s.submit('c2', 'tax', { source, customerKey: 'ana' })
    assert.equal(s.contact('c1').state, 'waiting')
    s.pass(1_000)
    working(s, page(s, {}))
    working(s, carryOut)
    assert.equal(s.contact('c1').state, 'dialable')
    assert.equal(s.told('contactRequeued').at(-1)?.cause, 'legLost')
  })

  test('whose customer is on the line may be listed by either id', () => {
    const s = new Story()
    s.queue('tax', { callback: {} })
    s.submit('c1', 'tax', { source, customerKey: 'ana' })
    s.wantsCallback('c1')
    s.submit('c2', 'tax', { source, customerKey: 'ana' })
    s.pass(1_000)
    working(s, page(s, { live: ['c2'] }))
    working(s, carryOut)
    assert.equal(s.contact('c1').state, 'waiting')
  })
})

describe('pages', () => {
  test('of another source, which knows a contact too, leave it to its own', () => {
    const s = busy()
    working(s, page(s, { live: ['talk', 'talk2', 'w1', 'w2'] }))
    working(s, { ...page(s, { live: ['w1', 'elsewhere'] }), source: 'switch-2' } as Command)
    working(s, carryOut)
    assert.equal(s.contact('w1').state, 'waiting')
    assert.equal(told(s)?.live, 4)
  })

  test('come in order; the last one taken may be repeated and counts once', () => {
    const s = busy()
    working(s, page(s, { live: ['talk'], last: false }))
    working(s, page(s, { live: ['talk'], last: false }))
    assert.equal(s.refuse(page(s, { page: 3 })), 'RECONCILIATION_PAGE')
    working(s, page(s, { page: 2, live: ['talk2', 'nobody'] }))
    assert.deepEqual([told(s)?.pages, told(s)?.listed, told(s)?.listedUnknown], [2, 2, 1])
    assert.equal(s.refuse(page(s, { page: 3 })), 'RECONCILIATION_STATE')
  })

  test('taken already and sent with another list are refused: it would not count', () => {
    const s = busy()
    working(s, page(s, { live: ['talk'], last: false }))
    assert.equal(s.refuse(page(s, { live: ['talk', 'w1'], last: false })), 'RECONCILIATION_PAGE')
    assert.equal(s.refuse(page(s, { live: ['talk'], last: true })), 'RECONCILIATION_PAGE')
    working(s, page(s, { page: 2, live: ['w1'] }))
    assert.equal(told(s)?.listed, 2)
  })

  test('are to be counted before anything is ended', () => {
    const s = busy()
    assert.equal(s.refuse(carryOut), 'RECONCILIATION_UNKNOWN')
    working(s, page(s, { live: ['talk'], last: false }))
    assert.equal(s.refuse(carryOut), 'RECONCILIATION_STATE')
  })

  test('of another request take the place of the former: what it listed counts no more', () => {
    const s = busy()
    working(s, page(s, { live: ['w1', 'w2', 'talk', 'talk2'] }))
    working(s, page(s, { live: ['talk', 'talk2', 'w1'], requestId: 'again' }))
    assert.equal(s.refuse(carryOut), 'RECONCILIATION_UNKNOWN')
    working(s, { ...carryOut, requestId: 'again' })
    assert.equal(s.contact('w2').state, 'cancelled')
    assert.equal(s.contact('w1').state, 'waiting')
  })

  test('carried out twice end nothing twice, and are forgotten after an hour', () => {
    const s = busy()
    working(s, page(s, { live: ['talk'] }))
    working(s, carryOut)
    s.submit('later', 'tax', { source })
    working(s, carryOut)
    assert.equal(s.contact('later').state, 'waiting')
    assert.equal(s.told('contactsReconciled').length, 2)
    s.skip(hour)
    assert.equal(s.state.reconciliations.size, 0)
  })

  test('of thousands of contacts are worked off in slices of bounded size', () => {
    const s = new Story()
    s.queue('tax', { callback: {} })
    for (let n = 0; n < 1_200; n++) {
      s.apply(s.submission(`c${n}`, 'tax', { source, excludedAgentIds: [`a${n}`, `b${n}`] }))
    }
    s.pass(1_000)
    assert.ok(working(s, page(s, { live: ['c7'] })) >= 3)
    const outcome = s.try(carryOut)
    assert.ok(outcome.ok)
    let next = outcome.work?.[0]
    for (let n = 0; n < 5 && next; n++) next = s.slice(next)
    assert.ok(next, 'five slices are not enough for 1,200')
    assert.equal(s.contact('c0').state, 'cancelled')
    assert.equal(s.contact('c7').state, 'waiting')
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ContactState } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { Book } from '../book/book.ts'
import { longestGap, worstGap } from '../book/gaps.ts'
import { differences, furthest } from '../check/api.ts'
import { judge } from '../check/judge.ts'
import { samples } from '../world/member.ts'
import { accepted, ended, envelope, POOL, raw } from './told.ts'

const story = [envelope('1/0', accepted('c')), envelope('2/0', ended('c'))]
const stream = story.map((bytes, position) => raw(position, bytes))

function bookOf(fill: (book: Book) => void = () => {}): Book {
  let now = 0
  const book = new Book(() => now++)
  book.acknowledge(POOL, { kind: 'submitted', contactId: 'c', answeredId: 'c' }, '0/1')
  fill(book)
  return book
}

describe('the verdict', () => {
  test('on a run in which all is well', () => {
    const { judged } = judge(bookOf(), stream)
    const { acknowledged, lost, doubled, contacts, findings } = judged
    assert.deepEqual([acknowledged, lost, doubled, contacts, findings], [1, 0, 0, 1, []])
  })

  test('counts what is lost', () => {
    const { judged } = judge(bookOf(), [])
    assert.deepEqual([judged.lost, judged.findings.length], [1, 1])
  })

  test('counts what is doubled, and names both events', () => {
    const { judged } = judge(bookOf(), [...stream, raw(2, envelope('3/0', accepted('c')))])
    assert.equal(judged.doubled, 1)
    assert.match(judged.findings.join(), /doubled: p: c accepted, by \S+1\/0 and \S+3\/0/)
  })

  test('two diallers that were both told to dial', () => {
    const claim = (by: string) => (book: Book) => {
      const dial = { id: 'd', by }
      book.acknowledge(POOL, { kind: 'dialClaimed', contactId: 'c', dial }, '0/2')
    }
    const both = bookOf((book) => {
      claim('one')(book)
      claim('other')(book)
    })
    assert.match(judge(both, stream).judged.findings.join(), /was given to one and other/)
    const again = bookOf((book) => {
      claim('one')(book)
      claim('one')(book)
    })
    assert.doesNotMatch(judge(again, stream).judged.findings.join(), /was given to/)
  })

  test('a refusal for good, unless it was a race', () => {
    const refused = (code: string, retryable: boolean) =>
      judge(
        bookOf((book) => book.refuse({ code, message: 'why', retryable, tookMs: 1 })),
        stream,
      ).judged.findings
    assert.deepEqual(refused('OFFER_CLOSED', false), [])
    assert.deepEqual(refused('LOG_UNAVAILABLE', true), [])
    assert.match(refused('INTERNAL', false).join(), /1 calls were refused for good with INTERNAL/)
  })

  test('what the platform saw for itself', () => {
    const wrong = bookOf((book) => book.violation('an offer below the skill'))
    assert.deepEqual(judge(wrong, stream).judged.findings, ['an offer below the skill'])
  })
})

describe('answers after the run', () => {
  const { CONTACT_STATE_COMPLETED, CONTACT_STATE_WAITING } = ContactState
  const ends = new Map([['p/c', CONTACT_STATE_COMPLETED]])

  test('that agree', () => {
    assert.deepEqual(differences(new Map(ends), ends, 'one'), [])
  })
  test('of a replica that has another state', () => {
    const told = new Map([['p/c', CONTACT_STATE_WAITING]])
    assert.match(differences(told, ends, 'one').join(), /ended COMPLETED, one says WAITING/)
  })
  test('of a replica that does not know a contact', () => {
    assert.match(differences(new Map(), ends, 'one').join(), /one does not know p\/c/)
  })
  test('are asked for at the furthest position that was stated', () => {
    const book = bookOf((one) => {
      const deed = { kind: 'connected', contactId: 'c' } as const
      one.acknowledge(POOL, deed, '0/12')
      one.acknowledge(POOL, deed, '0/9')
      one.acknowledge(POOL, deed)
    })
    assert.deepEqual([...furthest(book)], [[POOL, '0/12']])
  })
})

describe('gaps', () => {
  test('between moments, and to the ends of the span', () => {
    const span = { from: 10, until: 100 }
    assert.equal(longestGap([20, 90, 30], span), 60)
    assert.equal(longestGap([95], span), 85)
    assert.equal(longestGap([], span), 90)
    assert.equal(longestGap([5, 105], span), 90, 'what lies outside is not seen')
  })
  test('of the pool that waited longest, even one that heard of nothing', () => {
    const moments = [10, 20, 30].map((at) => ({ pool: 'one', at }))
    const span = { from: 0, until: 40 }
    assert.deepEqual(worstGap(moments, ['one'], span), { pool: 'one', ms: 10 })
    assert.deepEqual(worstGap(moments, ['one', 'two'], span), { pool: 'two', ms: 40 })
  })
})

test('a page of metrics is read by name', () => {
  const page = 'a_total{x="1"} 3\na_total{x="2"} 0\nab 5\nb 7\n'
  assert.deepEqual(samples(page, 'a_total'), [
    { labels: 'x="1"', value: 3 },
    { labels: 'x="2"', value: 0 },
  ])
  assert.deepEqual(samples(page, 'b'), [{ labels: '', value: 7 }])
})

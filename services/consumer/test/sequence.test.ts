import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isAfter, type Mark, markBefore, parseEventId } from '../index.ts'
import { step } from '../sequence.ts'
import { eventBytes, idOf, incarnation, topicOf } from './topic.ts'

describe('an id', () => {
  test('is compared as numbers', () => {
    assert.ok(isAfter({ offset: 10, index: 0 }, { offset: 9, index: 5 }))
    assert.ok(isAfter({ offset: 9, index: 10 }, { offset: 9, index: 9 }))
    assert.ok(!isAfter({ offset: 9, index: 9 }, { offset: 9, index: 9 }))
  })
  const wrong = ['', 'x', 'aa/0/1/0', `${incarnation}/0/1`, `${incarnation}/0/01/0`]
  for (const id of [...wrong, `${incarnation}/0/-1/0`, `${incarnation}/0/9999999999999999/0`]) {
    test(`"${id}" is none`, () => assert.equal(parseEventId(id), undefined))
  }
})

/** The mark after event n at this position. */
const after = (n: number, position: number): Mark => ({
  incarnation,
  offset: Math.floor(n / 2) + 1,
  index: n % 2,
  position,
})

describe('the next record of a partition', () => {
  const other = '00000000000000bb'
  const table: readonly (readonly [
    what: string,
    mark: Mark,
    position: number,
    value: Uint8Array | null,
    then: object,
  ])[] = [
    ['the first event', markBefore(7), 7, eventBytes(4), { kind: 'hand', mark: after(4, 7) }],
    ['the one that follows', after(4, 7), 8, eventBytes(5), { kind: 'hand', mark: after(5, 8) }],
    ['a later one', after(4, 7), 8, eventBytes(30), { kind: 'hand', mark: after(30, 8) }],
    ['published twice', after(4, 7), 8, eventBytes(4), { kind: 'repeat', mark: after(4, 8) }],
    ['published long ago', after(9, 7), 8, eventBytes(4), { kind: 'repeat', mark: after(9, 8) }],
    ['read again', after(4, 7), 7, eventBytes(4), { kind: 'repeat', mark: after(4, 7) }],
    [
      'records are missing',
      after(4, 7),
      12,
      eventBytes(5),
      { kind: 'stop', why: { kind: 'gap', expected: 8, found: 12 } },
    ],
    [
      'another log',
      after(4, 7),
      8,
      eventBytes(5, other),
      { kind: 'stop', why: { kind: 'incarnation', expected: incarnation, found: other } },
    ],
    [
      'another log where this one was read',
      after(4, 7),
      0,
      eventBytes(0, other),
      { kind: 'stop', why: { kind: 'rewritten', position: 0 } },
    ],
    [
      'a new event where an old one was',
      after(4, 7),
      3,
      eventBytes(5),
      { kind: 'stop', why: { kind: 'rewritten', position: 3 } },
    ],
    ['nothing', after(4, 7), 8, null, { kind: 'foreign', reason: 'empty', mark: after(4, 8) }],
    [
      'bytes that are no message',
      after(4, 7),
      8,
      Buffer.from([255, 255, 255]),
      { kind: 'foreign', reason: 'not_an_event', mark: after(4, 8) },
    ],
    [
      'text',
      after(4, 7),
      8,
      Buffer.from('{"id":1}'),
      { kind: 'foreign', reason: 'not_an_event', mark: after(4, 8) },
    ],
    [
      'another partition',
      after(4, 7),
      8,
      eventBytes(5, incarnation, 3),
      { kind: 'foreign', reason: 'other_partition', mark: after(4, 8) },
    ],
  ]
  for (const [what, mark, position, value, then] of table) {
    test(`${what}: ${JSON.stringify(then).slice(9, 40)}`, () => {
      const [record] = topicOf([value], position)
      assert.ok(record)
      const { envelope: _, ...rest } = { envelope: 0, ...step(mark, record) }
      assert.deepEqual(rest, then)
    })
  }
})

/**
 * A topic as leaders write it: each begins at or before the first event that is not known to be
 * there, and stops anywhere; two may write at once.
 */
const published = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.array(fc.nat(), { maxLength: 60 }))
  .map(([events, draws]) => {
    const topic: number[] = []
    const leaders = [0]
    let safe = 0
    const publish = (leader: number): void => {
      const next = leaders[leader] ?? 0
      if (next >= events) return
      topic.push(next)
      leaders[leader] = next + 1
      safe = Math.max(safe, next + 1)
    }
    for (const draw of draws) {
      if (draw % 5 === 0) leaders.push(draw % (safe + 1))
      else publish(draw % leaders.length)
    }
    while (safe < events) publish(leaders.indexOf(Math.max(...leaders)))
    return { events, topic }
  })

test('however events are published again, each is handed over once and in order', () => {
  fc.assert(
    fc.property(published, fc.array(fc.nat(), { maxLength: 10 }), ({ events, topic }, crashes) => {
      const records = topicOf(topic.map((n) => eventBytes(n)))
      const handed: string[] = []
      let mark = markBefore(0)
      // A crash forgets everything but the mark; what is read then begins anywhere up to it.
      let from = 0
      for (const crash of [...crashes, undefined]) {
        const until = crash === undefined ? records.length : from + (crash % (records.length + 1))
        for (const record of records.slice(from, until)) {
          const next = step(mark, record)
          assert.ok(next.kind === 'hand' || next.kind === 'repeat')
          mark = next.mark
          if (next.kind === 'hand') {
            const { id } = next.envelope
            handed.push(`${id.incarnation}/${id.partition}/${id.offset}/${id.index}`)
          }
        }
        from = (crash ?? 0) % (mark.position + 2)
      }
      assert.deepEqual(
        handed,
        Array.from({ length: events }, (_, n) => idOf(n)),
      )
    }),
    { seed: 4, numRuns: 500 },
  )
})

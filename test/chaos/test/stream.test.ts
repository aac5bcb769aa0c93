import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { distinct } from '../check/published.ts'
import { accepted, ended, envelope, raw } from './told.ts'

const read = (...records: readonly Uint8Array[]) =>
  distinct(records.map((bytes, position) => raw(position, bytes)))

describe('a stream of events', () => {
  test('in order and whole', () => {
    const { events, repeats, findings } = read(
      envelope('4/0'),
      envelope('4/1', ended('c')),
      envelope('9/0'),
    )
    assert.deepEqual(
      events.map(({ offset, index }) => [offset, index]),
      [
        [4, 0],
        [4, 1],
        [9, 0],
      ],
    )
    assert.deepEqual([repeats, findings], [0, []])
  })

  test('what is said again is dropped and counted, from whatever point on', () => {
    const told = [envelope('4/0'), envelope('5/0'), envelope('6/0')]
    const { events, repeats, findings } = read(...told, ...told.slice(1), envelope('7/0'))
    assert.deepEqual([events.length, repeats, findings], [4, 2, []])
  })

  test('one id with two contents', () => {
    const { findings } = read(envelope('4/0', accepted('c')), envelope('4/0', accepted('other')))
    assert.match(findings.join(), /4\/0 was published with two contents/)
  })

  test('an event that comes first after a later one', () => {
    const { findings } = read(envelope('5/0'), envelope('4/0'))
    assert.match(findings.join(), /0\/4\/0 came first after 5\/0/)
  })

  for (const [what, late] of [
    ['the first', '6/1'],
    ['one between', '5/2'],
  ] as const) {
    test(`of a record's events, ${what} is missing`, () => {
      const { findings } = read(envelope('5/0'), envelope(late))
      assert.match(findings.join(), /came where \d\/\d was due/)
    })
  }

  test('an event that stands in another partition than it names', () => {
    const { findings } = distinct([raw(0, envelope('4/0', accepted('c'), 3), 2)])
    assert.match(findings.join(), /stands in partition 2/)
  })

  test('an event of another log', () => {
    const bytes = Buffer.from(envelope('5/0'))
    bytes.write('fedcba9876543210', bytes.indexOf('0123456789abcdef'))
    const { findings } = read(envelope('4/0'), bytes)
    assert.match(findings.join(), /is of another log than 0123456789abcdef/)
  })

  test('bytes that are no event are counted apart', () => {
    const { events, foreign, findings } = read(
      envelope('4/0'),
      Buffer.from('not an event'),
      new Uint8Array(),
    )
    assert.deepEqual([events.length, foreign, findings], [1, 2, []])
  })
})

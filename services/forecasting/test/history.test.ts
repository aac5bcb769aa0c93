import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { importErrors } from '@evenkeel/chassis/protocol'
import { tallyOf } from '@evenkeel/chassis/importing'
import {
  core,
  type HistoryLine,
  type ForecastingCommand,
  knownCountsOf,
  nothingImported,
} from '../core/index.ts'
import { intervalOf, readHistory } from '../shell/history/csv.ts'
import { MINUTE, NINE, TestPartition } from './partition.ts'

const HOUR = 60 * MINUTE
const HALF = 30 * MINUTE
/** Yesterday at nine. */
const THEN = NINE - 24 * HOUR

const line = (number: number, from: number, arrivals: number, more = {}): HistoryLine => ({
  ...{ line: number, queueId: 'tax', from },
  counts: { ...nothingImported, arrivals, unique: arrivals },
  ...more,
})

const brings = (lines: readonly HistoryLine[], intervalMs = HALF): ForecastingCommand => ({
  ...{ kind: 'importHistory', pool: 'north', intervalMs, lines },
})

function tally(p: TestPartition, command: ForecastingCommand) {
  const { imported, unchanged, refused } = tallyOf(p.answer(command))
  return { imported, unchanged, refused: refused.map((one) => [one.line, one.rejection.code]) }
}

const known = (p: TestPartition, from: number, until: number, lengthMs: number) =>
  knownCountsOf(p.state, p.state.queues.must('north/tax'), { from, until, lengthMs }, p.time).map(
    (one) => one && [one.counts.arrivals, one.spread],
  )

describe('what a file brings', () => {
  const three = [line(2, THEN, 7), line(3, THEN + HALF, 0), line(4, THEN + 2 * HALF, 4)]

  test('is known as it was counted, zeros too, and nothing of what it leaves out', () => {
    const p = new TestPartition().givenQueue()
    assert.deepEqual(tally(p, brings(three)), { imported: 3, unchanged: 0, refused: [] })
    assert.deepEqual(known(p, THEN, THEN + 4 * HALF, HALF), [
      [7, false],
      [0, false],
      [4, false],
      undefined,
    ])
    assert.deepEqual(known(p, THEN, THEN + HOUR, HOUR), [[7, false]])
  })

  test('is spread over shorter intervals, and adds up', () => {
    const p = new TestPartition().givenQueue().given(brings(three))
    assert.deepEqual(known(p, THEN, THEN + HALF, HALF / 2), [
      [3, true],
      [4, true],
    ])
  })

  test('sent again is the same; sent otherwise it replaces what was sent', () => {
    const p = new TestPartition().givenQueue().given(brings(three))
    const again = [line(2, THEN, 7), line(3, THEN + HALF, 1)]
    assert.deepEqual(tally(p, brings(again)), { imported: 1, unchanged: 1, refused: [] })
    assert.deepEqual(tally(p, brings([line(2, THEN, 9)], HOUR)).imported, 1)
    assert.deepEqual(known(p, THEN, THEN + HOUR, HOUR), [[9, false]])
  })

  test('of zones half an hour off reaches into the next day of UTC', () => {
    const late = Math.floor(NINE / (24 * HOUR)) * 24 * HOUR - HALF
    const p = new TestPartition().givenQueue().given(brings([line(2, late, 6)], HOUR))
    assert.deepEqual(known(p, late, late + HOUR, HOUR), [[6, false]])
    assert.deepEqual(known(p, late + HALF, late + HOUR, HALF), [[3, true]])
  })

  test('replaces nothing that was counted, unless data are declared missing there', () => {
    const p = new TestPartition().givenQueue()
    p.passes(2 * HOUR)
    const live = brings([line(2, NINE, 9), line(3, NINE - HALF, 1)])
    assert.deepEqual(tally(p, live), {
      imported: 1,
      unchanged: 0,
      refused: [[2, 'HISTORY_COUNTED']],
    })
    assert.deepEqual(known(p, NINE, NINE + HALF, HALF), [[0, false]])
    p.given({
      kind: 'declareIncident',
      incident: {
        ...{ pool: 'north', incidentId: 'gap', kind: 'dataGap', displayName: '', queueIds: [] },
        ...{ from: NINE, until: NINE + HALF, ended: false, etag: '' },
      },
    })
    assert.deepEqual(known(p, NINE, NINE + HALF, HALF), [undefined])
    assert.equal(tally(p, live).imported, 1)
    assert.deepEqual(known(p, NINE, NINE + HALF, HALF), [[9, false]])
  })

  test('is refused by the line where it can not be', () => {
    const p = new TestPartition().givenQueue()
    const lines = [
      line(2, THEN, 1, { queueId: 'gone' }),
      line(3, NINE - 800 * 24 * HOUR, 1),
      line(4, NINE - HALF + MINUTE, 1),
      line(5, NINE + HOUR, 1),
    ]
    assert.deepEqual(tally(p, brings(lines)), {
      ...{ imported: 0, unchanged: 0 },
      refused: [
        [2, 'QUEUE_UNKNOWN'],
        [3, 'HISTORY_TOO_OLD'],
        [4, 'HISTORY_AHEAD'],
        [5, 'HISTORY_AHEAD'],
      ],
    })
  })

  test('is forgotten as what is counted', () => {
    const p = new TestPartition().givenQueue().given(brings(three))
    p.passes(740 * 24 * HOUR)
    assert.equal(p.state.imported.size, 0)
    assert.ok(core.nextDeadline(p.state).time > p.time)
  })
})

describe('a file', () => {
  const zone = 'Europe/Berlin'
  const read = (text: string, intervalMs = HALF) =>
    [...readHistory(Buffer.from(text), zone, intervalMs)].map((one) =>
      one.kind === 'bad' ? one.error.code : [one.from, one.counts.arrivals, one.counts.unique],
    )
  const head = 'queue_id,from,arrivals\n'

  test('has local times, or those with an offset', () => {
    const nine = Date.UTC(2026, 1, 2, 8)
    const forms = [
      '2026-02-02T09:00',
      '2026-02-02 09:00:00',
      '2026-02-02T09:00+01:00',
      '2026-02-02T08:00Z',
    ]
    for (const form of forms) assert.deepEqual(read(`${head}tax,${form},5`), [[nine, 5, 5]])
  })

  test('may say more of an interval', () => {
    const columns = 'from,queue_id,unique,arrivals,answered,abandoned,handle_seconds\n'
    const [one] = [
      ...readHistory(Buffer.from(`${columns}2026-02-02T09:00,tax,4,5,3,1,600`), zone, HALF),
    ]
    assert.ok(one?.kind === 'good')
    assert.deepEqual(one.counts, {
      ...{ arrivals: 5, unique: 4, answered: 3, abandoned: 1, handleMs: 600_000 },
    })
  })

  const wrong: readonly (readonly [string, string])[] = [
    ['tax,2026-02-02T09:00,-1', 'CSV_CELL_MALFORMED'],
    ['tax,2026-02-02T09:00,1.5', 'CSV_CELL_MALFORMED'],
    ['tax,2026-02-02T09:00,', 'CSV_CELL_MALFORMED'],
    ['tax,2026-02-02T09:00,1e3', 'CSV_CELL_MALFORMED'],
    ['tax,2026-02-02T09:00,1000001', 'CSV_CELL_MALFORMED'],
    ['tax,2026-02-02T09:00,NaN', 'CSV_CELL_MALFORMED'],
    ['tax,2026-02-30T09:00,1', 'CSV_CELL_MALFORMED'],
    ['tax,2026-02-02T09:10,1', 'CSV_CELL_MALFORMED'],
    ['tax,2026-02-02T09:00:07,1', 'CSV_CELL_MALFORMED'],
    ['tax,02.02.2026 09:00,1', 'CSV_CELL_MALFORMED'],
    ['tax,2026-02-02T09:00+05:00,1', 'LOCAL_TIME_OFFSET'],
    ['tax,2026-03-29T02:30,1', 'LOCAL_TIME_SKIPPED'],
    ['tax,2025-10-26T02:30,1', 'LOCAL_TIME_TWICE'],
    ['Tax!,2026-02-02T09:00,1', 'FIELD_MALFORMED'],
    [',2026-02-02T09:00,1', 'FIELD_MISSING'],
    ['tax,2026-02-02T09:00', 'CSV_COLUMN_COUNT'],
  ]
  for (const [text, code] of wrong) {
    test(`is told of "${text}": ${code}`, () => assert.deepEqual(read(head + text), [code]))
  }

  test('tells an hour that comes twice by its offsets, and has a line once', () => {
    const twice = 'tax,2025-10-26T02:30+02:00,1\ntax,2025-10-26T02:30+01:00,2\n'
    const first = Date.UTC(2025, 9, 26, 0, 30)
    assert.deepEqual(read(`${head}${twice}tax,2025-10-26T02:30+01:00,3`), [
      [first, 1, 1],
      [first + HOUR, 2, 2],
      'HISTORY_REPEATED',
    ])
  })

  test('of more unique customers than contacts is wrong', () => {
    assert.deepEqual(read('queue_id,from,arrivals,unique\ntax,2026-02-02T09:00,1,2'), [
      'FIELD_OUT_OF_RANGE',
    ])
  })

  test('tells how long its intervals are, gaps and other queues or not', () => {
    const times = ['09:00', '09:30', '10:00', '14:00', '14:30']
    const rows = times.flatMap((one) => [`tax,2026-02-02T${one},1`, `loans,2026-02-02T${one},0`])
    assert.equal(intervalOf(Buffer.from(head + rows.join('\n')), zone), HALF)
  })

  for (const rows of ['tax,2026-02-02T09:00,1', 'tax,2026-02-02T09:00,1\ntax,2026-02-03T09:00,1']) {
    test(`or has to be told: ${rows.replaceAll('\n', ' ')}`, () => {
      const interval = () => intervalOf(Buffer.from(head + rows), zone)
      assert.throws(interval, { code: 'HISTORY_INTERVAL' })
    })
  }

  test('of other columns is refused whole', () => {
    assert.throws(() => read('queue,DateTime,Calls\ntax,2026-02-02T09:00,1'), {
      code: 'CSV_HEADER' satisfies keyof typeof importErrors,
    })
  })
})

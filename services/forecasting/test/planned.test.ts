import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  core,
  type ForecastingCommand,
  knownCountsOf,
  type PlannedEvent,
  plannedOver,
} from '../core/index.ts'
import { codec, encodeCommand } from '../shell/translate/codec.ts'
import { MINUTE, NINE, tax, TestPartition } from './partition.ts'

const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const event = (more: Partial<PlannedEvent> = {}): PlannedEvent => ({
  ...{ pool: 'north', eventId: 'bills', displayName: 'Bill run', queueIds: [] },
  ...{ from: NINE + DAY, until: NINE + 2 * DAY, extraContacts: 600, factorMilli: 0 },
  ...{ uncertaintyBp: 5_000, etag: '' },
  ...more,
})

const puts = (more: Partial<PlannedEvent> = {}) =>
  ({ kind: 'putPlannedEvent', event: event(more) }) as const

const deletes = (etag = ''): ForecastingCommand => ({
  ...{ kind: 'deletePlannedEvent', pool: 'north', eventId: 'bills', etag },
})

const over = (p: TestPartition, queueId: string, from: number, until: number) =>
  plannedOver(p.state, p.state.queues.must(`north/${queueId}`), { from, until }).map(
    ({ eventId }) => eventId,
  )

describe('a planned event', () => {
  test('is kept as it was put, and told; the same again changes nothing', () => {
    const p = new TestPartition().givenQueue()
    const [told] = p.accepted(puts())
    assert.ok(told?.kind === 'plannedEventPut')
    assert.deepEqual({ ...told.event, etag: '' }, event())
    assert.deepEqual(p.accepted(puts()), [])
    assert.deepEqual(p.accepted(puts({ etag: 'v9' })), [])
  })

  test('is edited by whoever has seen it', () => {
    const p = new TestPartition().givenQueue().given(puts())
    assert.equal(p.refused(puts({ extraContacts: 700 })).code, 'ETAG_MISMATCH')
    const etag = `v${p.state.planned.must('north/bills').changed.toString(36)}`
    const [told] = p.accepted(puts({ extraContacts: 0, factorMilli: 1_300, etag }))
    assert.ok(told?.kind === 'plannedEventPut' && told.event.factorMilli === 1_300)
    assert.equal(p.refused(deletes(etag)).code, 'ETAG_MISMATCH')
    assert.equal(p.accepted(deletes())[0]?.kind, 'plannedEventDeleted')
    assert.equal(p.refused(deletes()).code, 'EVENT_UNKNOWN')
  })

  const wrong: readonly (readonly [string, Partial<PlannedEvent>])[] = [
    ['POOL_UNKNOWN', { pool: 'south' }],
    ['QUEUE_UNKNOWN', { queueIds: ['loans', 'tax'] }],
    ['EVENT_SPAN', { until: NINE + DAY }],
    ['EVENT_SPAN', { until: NINE }],
    ['EVENT_TOO_LONG', { until: NINE + 33 * DAY }],
    ['EVENT_TOO_FAR', { from: NINE + 400 * DAY, until: NINE + 401 * DAY }],
    ['EVENT_TOO_OLD', { from: NINE - 740 * DAY, until: NINE - 738 * DAY }],
    ['ETAG_MISMATCH', { etag: 'v9' }],
  ]
  for (const [code, more] of wrong) {
    test(`is refused as ${code}: ${JSON.stringify(more)}`, () => {
      const p = new TestPartition().givenQueue()
      assert.equal(p.refused(puts(more)).code, code)
    })
  }

  test('is of its queues, in its time', () => {
    const p = new TestPartition().givenQueue().givenQueue({ ...tax, queueId: 'loans' })
    p.given(puts({ queueIds: ['tax'] }), puts({ eventId: 'spot', from: NINE, until: NINE + HOUR }))
    assert.deepEqual(over(p, 'tax', NINE, NINE + 9 * DAY), ['spot', 'bills'])
    assert.deepEqual(over(p, 'loans', NINE, NINE + 9 * DAY), ['spot'])
    assert.deepEqual(over(p, 'tax', NINE + HOUR, NINE + DAY), [])
    assert.deepEqual(over(p, 'tax', NINE + 2 * DAY - 1, NINE + 3 * DAY), ['bills'])
  })

  test('is kept out of what is known of the past, and forgotten with it', () => {
    const p = new TestPartition().givenQueue()
    p.given(puts({ from: NINE, until: NINE + HOUR }))
    p.passes(2 * HOUR)
    const queue = p.state.queues.must('north/tax')
    const span = { from: NINE, until: NINE + 2 * HOUR, lengthMs: 30 * MINUTE }
    const known = knownCountsOf(p.state, queue, span, p.time).map((one) => one?.counts.arrivals)
    assert.deepEqual(known.slice(0, 3), [undefined, undefined, 0])
    p.passes(738 * DAY)
    assert.equal(p.state.planned.size, 0)
  })

  test('goes through the log as it is', () => {
    for (const command of [puts(), puts({ extraContacts: 0, factorMilli: 700 }), deletes('v3')]) {
      assert.ok(command.kind === 'putPlannedEvent' || command.kind === 'deletePlannedEvent')
      assert.deepEqual(codec.decodeCommand(encodeCommand(command)), command)
    }
  })
})

describe('a calendar', () => {
  const knows = (name: string): ForecastingCommand => ({
    ...{ kind: 'calendarKnown', pool: 'north', calendarId: 'office' },
    rule: {
      timeZone: 'Europe/Berlin',
      weekly: [{ day: 1, from: 480, to: 1_080 }],
      special: [{ date: '2026-12-25', name, hours: [] }],
    },
  })

  test('is known as routing tells it, and again as it is changed', () => {
    const p = new TestPartition().givenQueue()
    p.given(knows('Yule'), knows('Christmas Day'))
    const [row] = p.state.calendars.inKeyOrder()
    assert.equal(row?.rule.special[0]?.name, 'Christmas Day')
    assert.equal(
      core.invariants(p.state, { time: 0, uptime: 0, offset: 0, logic: 1 }, true).length,
      0,
    )
  })
})

// 12: A campaign is checked against opening hours and staff before it is mailed.
import assert from 'node:assert/strict'
import { after, before, test, type TestContext } from 'node:test'
import { ForecastReasonKind } from '@evenkeel/proto/evenkeel/forecasting/v1/forecast'
import {
  PlannedEvent,
  type PutPlannedEventResponse,
} from '@evenkeel/proto/evenkeel/forecasting/v1/planned_event_service'
import { Calendar, Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { Caller, Refused, refusal } from './api.ts'
import { Centre, requirements } from './centre.ts'
import { until } from './patience.ts'
import { MINUTE, stamp } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Monday, on which every world begins at nine. */
const TODAY = Date.UTC(2026, 2, 2)
const [TUESDAY, THURSDAY, FRIDAY, SATURDAY, NEXT_MONDAY] = [1, 3, 4, 5, 7].map(
  (days) => TODAY + days * DAY,
) as [number, number, number, number, number]

const dateOf = (day: number): string => new Date(day).toISOString().slice(0, 10)

/** Half-hours of eight weeks of working days, 08:00 to 18:00. */
function history(): string {
  const lines = ['queue_id,from,arrivals']
  for (let back = 56; back > 0; back--) {
    const day = TODAY - back * DAY
    const works = new Date(day).getUTCDay() % 6 !== 0
    for (let half = 0; half < 48; half++) {
      const open = works && half >= 16 && half < 36
      const wave = 1 + 0.08 * Math.sin(back * 7 + half * 3)
      const from = new Date(day + half * 30 * MINUTE).toISOString().slice(0, 16)
      lines.push(`tax,${from}Z,${open ? Math.round(30 * wave) : 0}`)
    }
  }
  return lines.join('\n')
}

/** Planners of a site that is open on working days, with a holiday on Thursday. */
class Planners {
  readonly centre: Centre
  readonly #caller = new Caller()

  constructor(centre: Centre) {
    this.centre = centre
  }

  static async open(t: TestContext): Promise<Planners> {
    const centre = await Centre.open(t, world)
    const planners = new Planners(centre)
    await planners.#opensWeekdays()
    await planners.#imports()
    await until(
      'the holiday to be known to the forecast',
      async () => {
        await world.pass(MINUTE)
        return planners.forecast(THURSDAY).catch(() => undefined)
      },
      (found) => found?.forecast?.model === 'closed',
    )
    return planners
  }

  async #opensWeekdays(): Promise<void> {
    const { pool, api, routing } = this.centre
    const hours = { from: '08:00', to: '18:00' }
    const calendar = Calendar.fromPartial({
      ...{ pool, calendarId: 'office', timeZone: 'UTC' },
      weekly: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, hours })),
      specialDays: [{ date: dateOf(THURSDAY), name: 'Founders Day' }],
    })
    const { queues } = api
    await routing.call(queues.putCalendar.bind(queues), { calendar, validateOnly: false })
    const queue = Queue.fromPartial({
      ...{ pool, queueId: 'tax', channel: Channel.CHANNEL_VOICE },
      ...{ requirements: requirements({}), hours: { calendarId: 'office' } },
    })
    await routing.call(queues.putQueue.bind(queues), { queue, validateOnly: false })
  }

  async #imports(): Promise<void> {
    const { history: service } = this.centre.api
    const csv = Buffer.from(history())
    const request = { pool: this.centre.pool, csv, timeZone: '', validateOnly: false }
    await until(
      'the queue to be known',
      () =>
        this.#caller
          .call(service.importHistory.bind(service), { ...request, interval: undefined })
          .catch(() => undefined),
      (found) => found?.errorCount === 0,
    )
  }

  forecast(day: number) {
    const { forecasts } = this.centre.api
    const asked = { pool: this.centre.pool, queueId: 'tax', date: dateOf(day), quantilesBp: [] }
    return this.#caller.call(forecasts.getForecast.bind(forecasts), asked)
  }

  /** A mailing that brings 600 contacts. */
  put(
    from: number,
    to: number,
    more: { readonly validateOnly?: boolean; readonly acceptClosed?: boolean } = {},
  ): Promise<PutPlannedEventResponse> {
    const { plannedEvents } = this.centre.api
    const event = PlannedEvent.fromPartial({
      ...{ pool: this.centre.pool, eventId: 'mailing', displayName: 'Spring mailing' },
      ...{ queueIds: ['tax'], from: stamp(from), until: stamp(to) },
      effect: { $case: 'extraContacts', value: 600 },
    })
    return this.#caller.call(plannedEvents.putPlannedEvent.bind(plannedEvents), {
      ...{ event, validateOnly: false, acceptClosed: false },
      ...more,
    })
  }

  async deletes(): Promise<void> {
    const { plannedEvents } = this.centre.api
    const request = { pool: this.centre.pool, eventId: 'mailing', etag: '' }
    await this.#caller.call(plannedEvents.deletePlannedEvent.bind(plannedEvents), request)
  }

  async planned(): Promise<readonly string[]> {
    const { plannedEvents } = this.centre.api
    const request = { pool: this.centre.pool, pageSize: 0, pageToken: '' }
    const list = plannedEvents.listPlannedEvents.bind(plannedEvents)
    return (await this.#caller.call(list, request)).events.map(({ eventId }) => eventId)
  }
}

test('12 a campaign that lands on a closed Saturday is refused with what it brings', async (t) => {
  const planners = await Planners.open(t)
  const trial = { validateOnly: true }
  const saturday = planners.put(SATURDAY + 8 * HOUR, SATURDAY + 18 * HOUR, trial)
  await assert.rejects(saturday, (error) => {
    assert.ok(error instanceof Refused)
    assert.equal(error.code, 'EVENT_CLOSED')
    assert.deepEqual([error.fields['contacts'], error.fields['closed']], ['600', '600'])
    assert.match(error.fields['opens'] ?? '', /^2026-03-09T08:00:00\.000Z, 2026-03-10T08/)
    return true
  })
  const holiday = await refusal(planners.put(THURSDAY, THURSDAY + DAY))
  assert.equal(holiday.code, 'EVENT_CLOSED')
  assert.equal((await refusal(planners.put(FRIDAY, FRIDAY))).code, 'EVENT_SPAN')

  // From Friday on most of it finds somebody there: that is the planner's to judge.
  const { checks } = await planners.put(FRIDAY, NEXT_MONDAY + 2 * DAY, trial)
  const [check] = checks
  assert.deepEqual(
    check?.days.map(({ date, closedMilli }) => [date, closedMilli > 0]),
    [
      [dateOf(FRIDAY), false],
      [dateOf(SATURDAY), true],
      [dateOf(SATURDAY + DAY), true],
      [dateOf(NEXT_MONDAY), false],
      [dateOf(NEXT_MONDAY + DAY), false],
    ],
  )
  assert.deepEqual(await planners.planned(), [], 'a trial leaves nothing')

  const accepted = await planners.put(SATURDAY, SATURDAY + DAY, { acceptClosed: true })
  assert.equal(accepted.checks[0]?.closedMilli, 600_000)
  assert.deepEqual(await planners.planned(), ['mailing'])
})

test('12 a campaign that fits says what comes when, and whom it needs', async (t) => {
  const planners = await Planners.open(t)
  const { centre } = planners
  const ann = await centre.agent('ann')
  const { roster } = centre.api
  await new Caller().call(roster.putShift.bind(roster), {
    shift: {
      ...{ pool: centre.pool, agentId: ann.agentId, shiftId: 'tue', activities: [], etag: '' },
      ...{ from: stamp(TUESDAY + 9 * HOUR), until: stamp(TUESDAY + 12 * HOUR) },
    },
  })
  // Until Tuesday at eleven: shifts are told a day ahead for sure.
  await world.pass(2 * HOUR)
  const span = [TUESDAY + 10 * HOUR, TUESDAY + 14 * HOUR] as const
  const answer = await until(
    'the shift to be known',
    () => planners.put(...span, { validateOnly: true }),
    ({ checks }) => checks[0]?.days[0]?.rosteredKnown === true,
  )
  const [check] = answer.checks
  const day = check?.days[0]
  assert.ok(check && day)
  assert.ok(Math.abs(check.extraMilli - 600_000) < 100 && check.closedMilli === 0)
  assert.equal(check.openings[0]?.opensAt?.seconds, stamp(TUESDAY + 8 * HOUR).seconds)
  assert.equal(day.intervals.length, 8)
  const [ten] = day.intervals
  assert.ok(ten && ten.scheduled > 5, `${ten?.scheduled} agents for some 105 contacts`)
  assert.equal(ten.rosteredMilli, 1_000)
  assert.equal(ten.shortMilli, 1_000 * (ten.scheduled - 1))
  assert.equal(day.intervals.at(-1)?.rosteredMilli, undefined, 'not nobody: not known')
  assert.deepEqual(await planners.planned(), [])

  const usual = await planners.forecast(TUESDAY)
  await planners.put(...span)
  await planners.put(...span)
  const forecast = await until(
    'the campaign to be in the forecast',
    async () => {
      await world.pass(MINUTE)
      return planners.forecast(TUESDAY)
    },
    (found) => (found.forecast?.because.length ?? 0) > 0,
  )
  const [because] = forecast.forecast?.because ?? []
  assert.equal(because?.kind, ForecastReasonKind.FORECAST_REASON_KIND_PLANNED_EVENT)
  assert.deepEqual([because?.eventId, because?.name], ['mailing', 'Spring mailing'])
  const at = (found: typeof usual, half: number): number =>
    (found.forecast?.expectedMilli[half] ?? 0) / 1_000
  assert.ok(Math.abs(at(forecast, 24) - at(usual, 24) - 75) < 8, 'an eighth of 600')
  assert.equal(at(forecast, 18), at(usual, 18))
  const width = ({ intervals }: typeof usual): number => {
    const [low = 0, , high = 0] = intervals[24]?.quantilesMilli ?? []
    return high - low
  }
  assert.ok(width(forecast) > 1.5 * width(usual), 'who plans is not sure')

  await planners.deletes()
  const again = await until(
    'the campaign to be gone',
    async () => {
      await world.pass(MINUTE)
      return planners.forecast(TUESDAY)
    },
    (found) => found.forecast?.because.length === 0,
  )
  assert.ok(Math.abs(at(again, 24) - at(usual, 24)) < 1)
})

test('13 a holiday has nobody, and its name; the day after is named for it', async (t) => {
  const planners = await Planners.open(t)
  const { forecast } = await planners.forecast(THURSDAY)
  assert.ok(forecast?.expectedMilli.every((milli) => milli === 0))
  assert.deepEqual(
    forecast?.because.map(({ kind, name }) => [kind, name]),
    [[ForecastReasonKind.FORECAST_REASON_KIND_HOLIDAY, 'Founders Day']],
  )
  const friday = await planners.forecast(FRIDAY)
  assert.deepEqual(
    friday.forecast?.because.map(({ kind, name }) => [kind, name]),
    [[ForecastReasonKind.FORECAST_REASON_KIND_AFTER_HOLIDAY, 'Founders Day']],
  )
})

import { setTimeout as pause } from 'node:timers/promises'
import { refused } from '@evenkeel/chassis/errors'
import { type Binding, bind, type Outbound } from '@evenkeel/chassis/serve'
import { dateIn, isDate } from '@evenkeel/chassis/zones'
import {
  type Intraday,
  StaffingServiceDefinition,
  type WatchIntradayResponse,
} from '@evenkeel/proto/evenkeel/forecasting/v1/staffing_service'
import {
  forecastOf,
  type ForecastingState,
  needOf,
  type QueueRow,
  queuesOf,
  signedIn,
  rosteredAsTold,
  staffingOf,
  staffingView,
} from '../../core/index.ts'
import { type ForecastingHosted, type ForecastingReplica, read } from '../calls.ts'
import { intradayOf } from '../translate/intraday.ts'
import { knownQueue, refusal } from '../refusals.ts'
import { poolIdOf, queueIdOf } from '../translate/ids.ts'
import { staffingWire } from '../translate/staffing.ts'

/** Between two looks of a watcher. */
const WATCH_MS = 1_000

interface Asked {
  readonly pool: string
  readonly queueId: string
  /** '': today. */
  readonly date: string
}

export function staffingRpcs(hosted: ForecastingHosted): Binding {
  return bind(StaffingServiceDefinition, {
    listQueues: async () => {
      const queues = hosted.every().flatMap(({ state }) =>
        state.pools.inKeyOrder().flatMap((pool) => {
          return [...queuesOf(state, pool)].map(({ queueId }) => ({ pool: pool.id, queueId }))
        }),
      )
      return { queues }
    },

    async getStaffing(request, call) {
      const asked = askedOf(request)
      const replica = hosted.of(asked.pool)
      return read(replica, call, (s) => {
        const queue = knownQueue(s, asked.pool, asked.queueId)
        const { time } = replica.now()
        const date = dateOf(s, queue, asked, time)
        const row = staffingOf(s, asked.pool, asked.queueId, date)
        if (row === undefined) throw unknown(asked, date)
        const { scheduled } = row
        const rosteredMilli = rosteredAsTold(row, time)
        const rosteredKnown = rosteredMilli.length > 0
        return {
          staffing: staffingWire({ ...staffingView(s, row), rosteredMilli, rosteredKnown }),
          netMilli: rosteredMilli.map((milli, at) => milli - 1_000 * (scheduled[at] ?? 0)),
          signedInMilli: signedIn(s, queue, time, needOf(s)),
        }
      })
    },

    async getIntraday(request, call) {
      const asked = askedOf(request)
      const replica = hosted.of(asked.pool)
      return read(replica, call, (s) => {
        const queue = knownQueue(s, asked.pool, asked.queueId)
        const { time } = replica.now()
        const date = dateOf(s, queue, asked, time)
        const day = dayOf(s, queue, { ...asked, date }, time)
        if (day === undefined) throw unknown(asked, date)
        return { day }
      })
    },

    async watchIntraday(request, stream) {
      const asked = askedOf({ ...request, date: '' })
      const replica = hosted.of(asked.pool)
      knownQueue(replica.state, asked.pool, asked.queueId)
      await watchDay(replica, asked, stream)
    },
  })
}

function askedOf(request: Asked): Asked {
  const { date } = request
  if (date !== '' && !isDate(date)) {
    throw refused(
      'FIELD_MALFORMED',
      'date',
      'a date, yyyy-mm-dd',
      JSON.stringify(date.slice(0, 64)),
    )
  }
  const pool = poolIdOf('pool', request.pool)
  return { pool, queueId: queueIdOf('queue_id', request.queueId), date }
}

const dateOf = (s: ForecastingState, queue: QueueRow, { date }: Asked, time: number): string =>
  date === '' ? dateIn(time, s.pools.at(queue.pool).timeZone) : date

const unknown = ({ pool, queueId }: Asked, date: string) =>
  refusal('STAFFING_UNKNOWN', { field: 'date', value: queueId, pool, date })

function dayOf(
  s: ForecastingState,
  queue: QueueRow,
  { pool, queueId, date }: Asked,
  time: number,
): Intraday | undefined {
  const row = forecastOf(s, pool, queueId, date)
  return row && intradayOf(s, queue, row, staffingOf(s, pool, queueId, date), time)
}

/** Tables of which a change may change what is told. */
const told: ReadonlySet<string> = new Set([
  ...['untold', 'forecasts', 'staffings', 'agents', 'drifts', 'days', 'queues', 'pools'],
])

/** The whole day whenever it looks otherwise; who reads slowly misses what was in between. */
async function watchDay(
  replica: ForecastingReplica,
  asked: Asked,
  stream: Outbound<WatchIntradayResponse>,
): Promise<void> {
  let changed = true
  const leave = replica.watch((touched) => {
    changed ||= touched.some(({ table }) => told.has(table))
  })
  let before = ''
  try {
    while (!stream.signal.aborted) {
      const s = replica.state
      const { time } = replica.now()
      const queue = changed ? knownQueue(s, asked.pool, asked.queueId) : undefined
      const date = queue && dateOf(s, queue, asked, time)
      const day = queue && date && dayOf(s, queue, { ...asked, date }, time)
      changed = false
      if (day) {
        const look = JSON.stringify({ ...day, asOf: undefined })
        if (look !== before) stream.write({ day })
        before = look
      }
      await pause(WATCH_MS, undefined, { signal: stream.signal }).catch(() => undefined)
      await stream.drained()
    }
  } finally {
    leave()
  }
}

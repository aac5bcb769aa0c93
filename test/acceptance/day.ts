import type { ClientReadableStream } from '@grpc/grpc-js'
import type {
  GetDriftResponse,
  WatchDriftResponse,
} from '@evenkeel/proto/evenkeel/forecasting/v1/drift_service'
import type { Duration } from '@evenkeel/proto/google/protobuf/duration'
import { Caller } from './api.ts'
import type { Centre } from './centre.ts'
import { until } from './patience.ts'
import { MINUTE, timeMs } from './time.ts'

/** A queue on its Monday, with eight weeks behind it, and who watches whether it drifts. */

const HALF_HOUR = 30 * MINUTE
/** Monday, on which every world begins at nine. */
const TODAY = Date.UTC(2026, 2, 2)
/** From half past nine to five. */
const OPEN = { first: 19, last: 33 }
/** Contacts of a half-hour, as a rule. */
export const USUAL = 200
const AT_ONCE = 50

/** Half-hours of the weekdays of eight weeks, some days busier than others. */
function history(queueId: string): string {
  const lines = ['queue_id,from,arrivals']
  for (let back = 56; back > 0; back--) {
    const day = TODAY - back * 48 * HALF_HOUR
    for (let half = 0; half < 48; half++) {
      const open = half >= OPEN.first && half <= OPEN.last
      const wave = 1 + 0.03 * Math.sin(back * 5) + 0.05 * Math.sin(back * 7 + half * 3)
      const from = new Date(day + half * HALF_HOUR).toISOString().slice(0, 16)
      lines.push(`${queueId},${from}Z,${open ? Math.round(USUAL * wave) : 0}`)
    }
  }
  return lines.join('\n')
}

export class Day {
  readonly #centre: Centre
  readonly #queueId: string
  readonly #caller = new Caller()
  readonly #told: WatchDriftResponse[] = []
  #watched: ClientReadableStream<WatchDriftResponse> | undefined
  #came = 0
  #now = TODAY + 18 * HALF_HOUR

  constructor(centre: Centre, queueId: string) {
    this.#centre = centre
    this.#queueId = queueId
  }

  /** Half past nine, with a forecast. */
  static async begin(centre: Centre, queueId: string, handleTime?: Duration): Promise<Day> {
    const day = new Day(centre, queueId)
    await centre.queue(queueId, { callback: 'none', ...(handleTime && { handleTime }) })
    await day.#learn()
    day.#watch()
    await day.#passTo(TODAY + OPEN.first * HALF_HOUR)
    return day
  }

  end(): void {
    this.#watched?.cancel()
  }

  async #learn(): Promise<void> {
    const { history: service, forecasts } = this.#centre.api
    const { pool } = this.#centre
    const csv = Buffer.from(history(this.#queueId))
    const request = { pool, csv, timeZone: '', validateOnly: false, interval: undefined }
    await until(
      'the queue to be known',
      () =>
        this.#caller
          .call(service.importHistory.bind(service), request)
          .catch((error: unknown) => String(error)),
      (found) => typeof found !== 'string' && found.errorCount === 0,
    )
    await this.#passTo(this.#now + MINUTE)
    const asked = { pool, queueId: this.#queueId, date: '', quantilesBp: [] }
    await until(
      'the history to be learned',
      () =>
        this.#caller
          .call(forecasts.getForecast.bind(forecasts), asked)
          .catch((error: unknown) => String(error)),
      (found) => typeof found !== 'string' && (found.forecast?.errors[0]?.days ?? 0) >= 20,
    )
  }

  #watch(): void {
    const { drifts } = this.#centre.api
    const watched = drifts.watchDrift({ pool: this.#centre.pool })
    this.#watched = watched
    watched.on('data', (one: WatchDriftResponse) => this.#told.push(one))
    watched.on('error', () => {})
  }

  /** All that has been told so far, oldest first. */
  get told(): readonly WatchDriftResponse[] {
    return this.#told
  }

  async #drift(): Promise<GetDriftResponse> {
    const { drifts } = this.#centre.api
    const asked = { pool: this.#centre.pool, queueId: this.#queueId }
    return this.#caller.call(drifts.getDrift.bind(drifts), asked)
  }

  /** A half-hour in which so many come and hang up. Resolves once it has been looked at. */
  async halfHour(contacts: number): Promise<GetDriftResponse> {
    const end = this.#now - (this.#now % HALF_HOUR) + HALF_HOUR
    for (let done = 0; done < contacts; done += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, contacts - done) }, () => this.#comes())
      await Promise.all(some)
    }
    await this.#passTo(end)
    return this.#seen(end)
  }

  /** An interval is looked at half a minute after its end. */
  async #seen(to: number): Promise<GetDriftResponse> {
    await this.#centre.world.pass(MINUTE)
    this.#now += MINUTE
    return until(
      `what came until ${new Date(to).toISOString()} to be assessed`,
      () => this.#drift(),
      ({ assessedUntil }) => timeMs(assessedUntil) >= to,
    )
  }

  async #comes(): Promise<void> {
    this.#came += 1
    const contactId = `${this.#queueId}-${this.#came}`
    await this.#centre.arrives(contactId, this.#queueId)
    await this.#centre.hangsUp(contactId)
  }

  async #passTo(time: number): Promise<void> {
    await this.#centre.world.pass(time - this.#now)
    this.#now = time
  }
}

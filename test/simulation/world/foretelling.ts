import type { MemoryStreams } from '@evenkeel/chassis/log/memory'
import { duration } from '@evenkeel/chassis/errors'
import { encodeEnvelope } from '@evenkeel/chassis/replica'
import { Event } from '@evenkeel/proto/evenkeel/forecasting/v1/events'
import type { TellOutlook } from '@evenkeel/routing/core'
import { Chance } from '../chance.ts'
import { type Plan, pool, stamp } from './plan.ts'

/** Tells the generator of this concern from the seed's own. */
const salt = 0x0f04e7

const minute = 60_000
const hour = 60 * minute
const stream = 'forecasting/0'
/** Of its log. */
const incarnation = 'f0ecae7f0ecae700'

/** What is told of a queue's day, as routing is to have it. */
export type Foretold = Omit<TellOutlook, 'kind'>

/**
 * The forecasting service, as routing hears it: hours instead of days, who is on shift in them and
 * who is expected, told anew now and then, sometimes twice. Its log and its faults are its own.
 */
export class Foretelling {
  readonly #chance: Chance
  readonly #queues: readonly string[]
  readonly #often: number
  readonly #streams: MemoryStreams
  readonly #sent: (told: Foretold) => void
  #count = 0

  constructor(
    seed: number,
    plan: Plan,
    { streams, sent }: { streams: MemoryStreams; sent: (told: Foretold) => void },
  ) {
    this.#chance = new Chance(seed ^ salt)
    this.#queues = plan.queues.map(({ queueId }) => queueId)
    this.#often = this.#chance.pick([0, 0.05, 0.15])
    this.#streams = streams
    this.#sent = sent
  }

  act(now: number): void {
    const chance = this.#chance
    const queueId = chance.any(this.#queues)
    if (queueId === undefined || !chance.happens(this.#often)) return
    const { event, told } = foretold(chance, queueId, now)
    this.#sent(told)
    const id = `${incarnation}/0/${this.#count++}/0`
    const bytes = encodeEnvelope(id, pool, now, event)
    this.#streams.insert(stream, bytes)
    if (chance.happens(0.1)) this.#streams.insert(stream, bytes)
  }
}

/** Another event of the queue's present hour, or of the next, and what is to be known by it. */
export function foretold(
  chance: Chance,
  queueId: string,
  now: number,
): { readonly event: Uint8Array; readonly told: Foretold } {
  const from = now - (now % hour) + chance.pick([0, 0, hour])
  const made = chance.happens(0.7) ? staffing : forecast
  const { event, of, milli } = made(chance, queueId, from)
  const told = { pool, queueId, of, from, intervalMs: minute, milli }
  return { event: Event.encode(event).finish(), told }
}

interface Made extends Pick<Foretold, 'of' | 'milli'> {
  readonly event: Event
}

function staffing(chance: Chance, queueId: string, from: number): Made {
  const rosteredMilli = byMinutes(chance, [0, 0, 500, 1_000, 2_000, 30_000])
  const rosteredKnown = chance.happens(0.9)
  const places = chance.int(1, 2)
  const half = chance.happens(0.3)
  const value = {
    ...hourOf(queueId, from),
    required: rosteredMilli.map(() => 2),
    scheduled: rosteredMilli.map(() => (half ? 4 : 2)),
    ...{ rosteredMilli, rosteredKnown, atOnceMilli: places * 1_000 },
  }
  const kind = { $case: 'staffingPublished', value: { staffing: value } } as const
  const there = rosteredMilli.map((milli) => (milli * places) / (half ? 2 : 1))
  return { event: Event.fromPartial({ kind }), of: 'places', milli: rosteredKnown ? there : [] }
}

function forecast(chance: Chance, queueId: string, from: number): Made {
  const expectedMilli = byMinutes(chance, [0, 100, 1_000, 5_000])
  const model = chance.pick(['average', 'average', 'unknown'])
  const value = { ...hourOf(queueId, from), expectedMilli, model }
  const kind = { $case: 'forecastPublished', value: { forecast: value } } as const
  const milli = model === 'unknown' ? [] : expectedMilli
  return { event: Event.fromPartial({ kind }), of: 'expected', milli }
}

const hourOf = (queueId: string, from: number) => ({
  ...{ pool, queueId, date: '2026-01-05' },
  ...{ from: stamp(from), interval: duration(minute) },
})

/** Some minutes of one number, then of another. */
function byMinutes(chance: Chance, levels: readonly [number, ...number[]]): number[] {
  const milli: number[] = []
  while (milli.length < 60) {
    const level = chance.pick(levels)
    for (let n = chance.int(3, 30); n > 0; n--) milli.push(level)
  }
  return milli.slice(0, 60)
}

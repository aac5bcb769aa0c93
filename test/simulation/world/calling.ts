import { RescheduleCallbackRequest } from '@evenkeel/proto/evenkeel/routing/v1/callback_service'
import {
  CallbackPolicy,
  CallingHours,
  PutPolicyRequest,
  Queue,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { idOf } from '@evenkeel/routing/core'
import { Chance } from '../chance.ts'
import type { WireCommand } from './calls.ts'
import { pool, stamp } from './plan.ts'
import { requestId, type Scene } from './scene.ts'
import type { Voice, VoiceOf } from './voices.ts'

/** Tells the generator of this concern from the seed's own. */
const salt = 0x0c10c4

/**
 * Customers live here, by the clock ten in the morning as the world begins, or half a day away. In
 * many a seed the clocks are changed here while it lasts.
 */
const zones = ['Sim/Here', 'Sim/There'] as const

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const minutesPerDay = 1_440

/** Who lets customers be called at some hours only, and changes them while callbacks wait. */
export const calling: VoiceOf = (ofSeed: Chance): Voice => {
  const often = ofSeed.pick([0, 0.05, 0.15, 0.4])
  let toMorning: number | undefined
  const resolved = new Set<string>()
  return (s) => {
    if (!s.chance.happens(often)) return undefined
    toMorning ??= 10 * hourMs - (s.now % dayMs)
    const zone = zones.find((one) => !resolved.has(one))
    if (zone !== undefined) {
      resolved.add(zone)
      if (zone === 'Sim/There')
        return resolve(zone, [{ from: 0, aheadMs: toMorning + 12 * hourMs }])
      return resolve(zone, [{ from: 0, aheadMs: toMorning }, ...changeOfClocks(s, toMorning)])
    }
    return s.chance.happens(0.7) ? putHours(s, s.now + toMorning) : live(s)
  }
}

interface Offset {
  readonly from: number
  readonly aheadMs: number
}

/** Forward or back, in seconds or minutes. */
function changeOfClocks({ now, plan }: Scene, aheadMs: number): readonly Offset[] {
  const chance = new Chance(plan.seed ^ salt)
  if (chance.happens(0.4)) return []
  return [
    { from: now + chance.int(10, 150) * 1_000, aheadMs: aheadMs + chance.pick([hourMs, -hourMs]) },
  ]
}

function resolve(timeZone: string, offsets: readonly Offset[]): WireCommand {
  const within = ({ from, aheadMs }: Offset) => ({
    from: stamp(from),
    seconds: Math.trunc((aheadMs > dayMs ? aheadMs - dayMs : aheadMs) / 1_000),
  })
  const value = { timeZone, offsets: offsets.map(within), knownUntil: stamp(1e14) }
  return { $case: 'zoneResolved', value }
}

/** `local`: the time here. */
function putHours(s: Scene, local: number): WireCommand | undefined {
  const { chance } = s
  const rows = [...s.state.queues.slots()].map((slot) => s.state.queues.at(slot))
  const queue = chance.any(rows.filter((row) => row.callback !== 'none'))
  if (queue === undefined) return undefined
  const callingHours = chance.happens(0.8) ? hoursAround(chance, local) : undefined
  const callback = CallbackPolicy.fromPartial(callingHours ? { callingHours } : {})
  const value = PutPolicyRequest.fromPartial({
    pool,
    queueIds: [idOf(queue.id)],
    queue: Queue.fromPartial({ callback }),
    updateMask: ['callback.calling_hours'],
    requestId: requestId(s),
  })
  return { $case: 'putPolicy', value }
}

/** That end soon, begin soon, begin in hours, or leave nothing out. */
function hoursAround(chance: Chance, local: number): CallingHours {
  const now = Math.trunc((local % dayMs) / 60_000)
  const [from, to] = chance.pick([
    [now - 60, now + chance.int(1, 3)],
    [now + chance.int(1, 3), now + 120],
    [now + 180, now + 240],
    [0, minutesPerDay],
  ])
  // Minutes before midnight, what begins soon would begin with the next day: nothing is left out.
  const begin = from >= minutesPerDay ? 0 : Math.max(0, from)
  const clock = (minute: number) => {
    const two = (n: number) => String(n).padStart(2, '0')
    return `${two(Math.trunc(minute / 60))}:${two(minute % 60)}`
  }
  return CallingHours.fromPartial({
    from: clock(begin),
    to: clock(Math.min(minutesPerDay, to)),
    timeZone: chance.pick(zones),
  })
}

/** Somebody says where a customer lives who is to be called. */
function live(s: Scene): WireCommand | undefined {
  const callbacks = [...s.state.callbacks.slots()].map((slot) => s.state.callbacks.at(slot))
  const callback = s.chance.any(callbacks.filter(({ pending }) => pending))
  if (callback === undefined) return undefined
  const value = RescheduleCallbackRequest.fromPartial({
    pool,
    contactId: idOf(callback.id),
    requestId: requestId(s),
    timeZone: s.chance.pick(zones),
  })
  return { $case: 'rescheduleCallback', value }
}

import { realClock } from '@evenkeel/chassis/log'
import { MemoryLog, MemoryStreams } from '@evenkeel/chassis/log/memory'
import { hostedAlone, startReplica } from '@evenkeel/chassis/replica'
import type { Binding } from '@evenkeel/chassis/serve'
import { Event as Envelope } from '@evenkeel/proto/evenkeel/log/v1/log'
import { Event as RoutingEvent } from '@evenkeel/proto/evenkeel/routing/v1/events'
import { PutShiftRequest } from '@evenkeel/proto/evenkeel/skills/v1/roster_service'
import { Activity, Shift } from '@evenkeel/proto/evenkeel/skills/v1/shift'
import { PutAgentRequest } from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import { skills } from '@evenkeel/skills'

export const POOL = 'large'

type BoundUnary = Extract<Binding['methods'][number], { readonly kind: 'unary' }>

/** What is on its way into the log at once. */
const ABREAST = 512
const dayS = 86_400
const hourS = 3_600

/** Tomorrow, seconds since 1970. */
export const begins = (Math.floor(Date.now() / 1_000 / dayS) + 1) * dayS
export const DAY_S = dayS

const agentIdOf = (number: number): string => `agent-${String(number).padStart(6, '0')}@example.com`

/** Eight hours with two breaks and a meal, beginning at any quarter of an hour until 16:00. */
function shiftOf(number: number): Shift {
  const from = begins + (number % 64) * (hourS / 4)
  const part = (activity: Activity, hour: number, hours: number) => ({
    activity,
    from: { seconds: from + hour * hourS },
    until: { seconds: from + (hour + hours) * hourS },
  })
  return Shift.fromPartial({
    ...{ pool: POOL, agentId: agentIdOf(number), shiftId: 'tomorrow' },
    ...{ from: { seconds: from }, until: { seconds: from + 8 * hourS } },
    activities: [
      part(Activity.ACTIVITY_BREAK, 2, 0.25),
      part(Activity.ACTIVITY_MEAL, 4, 0.5),
      part(Activity.ACTIVITY_BREAK, 6, 0.25),
    ],
  })
}

/** The skills service on a log in memory, all of its agents with a shift. */
export async function centreOf(agents: number) {
  const options = { partitions: 1, clock: realClock() }
  const streams = new MemoryStreams(options)
  const replica = await startReplica({
    service: skills,
    log: new MemoryLog(options).client('skills-0'),
    streams: streams.client('skills-0'),
    clock: options.clock,
    ...{ partition: 0, replicaId: 'skills-0' },
    logger: { info: () => {}, warn: () => {}, error: () => {} },
  })
  const methods = skills.rpcs(hostedAlone(replica)).flatMap((binding) => binding.methods)
  const rpc = (name: string): BoundUnary => {
    const found = methods.find((method) => method.name === name)
    if (found?.kind !== 'unary') throw new Error(`there is no ${name}`)
    return found
  }
  const signal = new AbortController().signal
  const call = { deadlineMs: 60_000, signal, atLeast: undefined, position: () => {} }
  const visit = { check: () => {}, shown: <T>(answer: T) => answer }
  const invoke = (method: BoundUnary, request: Uint8Array) => method.invoke(request, call, visit)

  const pool = {
    pool: POOL,
    displayName: '',
    etag: '',
    dialPacing: undefined,
    profilesMaxAge: undefined,
  }
  const kind = { $case: 'poolChanged', value: { pool } } as const
  const body = Buffer.from(RoutingEvent.encode({ kind }).finish())
  const known = new Promise<void>((resolve) => {
    const stop = replica.watch(() => {
      if (replica.state.pools.get(POOL) === undefined) return
      stop()
      resolve()
    })
  })
  const event = { id: '0123456789abcdef/0/0/0', pool: POOL, timeMs: 0, body }
  await streams.client('routing-0').publish('routing/0', 0, [Envelope.encode(event).finish()])
  await known

  const [putAgent, putShift] = [rpc('PutAgent'), rpc('PutShift')]
  const joins = async (number: number) => {
    const profile = { pool: POOL, agentId: agentIdOf(number), team: `team-${number % 100}` }
    await invoke(
      putAgent,
      PutAgentRequest.encode(PutAgentRequest.fromPartial({ profile })).finish(),
    )
    await invoke(putShift, PutShiftRequest.encode({ shift: shiftOf(number) }).finish())
  }
  for (let first = 0; first < agents; first += ABREAST) {
    const abreast = Math.min(ABREAST, agents - first)
    await Promise.all(Array.from({ length: abreast }, (_, k) => joins(first + k)))
  }
  const listRoster = rpc('ListRoster')
  return {
    listRoster: (request: Uint8Array) => invoke(listRoster, request),
    stop: () => replica.stop(),
  }
}

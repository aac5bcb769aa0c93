import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { type Drift, DriftDirection } from '@evenkeel/proto/evenkeel/forecasting/v1/forecast'
import type { DriftServiceClient } from '@evenkeel/proto/evenkeel/forecasting/v1/drift_service'
import { type Move, MoveState } from '@evenkeel/proto/evenkeel/reallocation/v1/move'
import type { ReallocationServiceClient } from '@evenkeel/proto/evenkeel/reallocation/v1/reallocation_service'
import type { AgentPlan, Day } from '../day/day.ts'
import { reopened, type Watch } from './watch.ts'
import { timeMs } from './wire.ts'

/** What a supervisor is told beside the queues: how the day drifts, and who is moved and why. */

export interface FloorCounts {
  /** Times that a queue's day was told to go otherwise. */
  drifts: number
  /** Moves that took hold. */
  moves: number
  /** Of these, those that are over. */
  returns: number
  /** Of those that are over: they had lasted into a break of the agent. */
  in_breaks: number
}

interface FloorOptions {
  readonly day: Day
  readonly drift: DriftServiceClient
  readonly moves: ReallocationServiceClient
  told(text: string): void
}

export class Floor {
  readonly counts: FloorCounts = { drifts: 0, moves: 0, returns: 0, in_breaks: 0 }
  readonly #options: FloorOptions
  readonly #agents: ReadonlyMap<string, AgentPlan>
  readonly #drifting = new Map<string, DriftDirection>()
  readonly #states = new Map<string, MoveState>()
  readonly #watches: Watch[]

  constructor(options: FloorOptions) {
    const { day, drift, moves } = options
    this.#options = options
    this.#agents = new Map(day.agents.map((agent) => [agent.agentId, agent]))
    const { pool } = day
    this.#watches = [
      reopened(
        () => drift.watchDrift({ pool }),
        (message) => this.#drift(message.queueId, message.drift),
      ),
      reopened(
        () => moves.watchMoves({ pool }),
        (message) => {
          if (message.event?.$case === 'move') this.#move(message.event.value)
        },
      ),
    ]
  }

  close(): void {
    for (const watch of this.#watches) watch.close()
  }

  #drift(queueId: string, drift: Drift | undefined): void {
    const before = this.#drifting.get(queueId)
    if (drift === undefined) {
      this.#drifting.delete(queueId)
      if (before !== undefined) this.#options.told(`${queueId} comes as forecast again`)
      return
    }
    this.#drifting.set(queueId, drift.direction)
    if (before === drift.direction) return
    this.counts.drifts += 1
    this.#options.told(driftStory(queueId, drift))
  }

  #move(move: Move): void {
    const before = this.#states.get(move.moveId)
    this.#states.set(move.moveId, move.state)
    if (before === move.state) return
    const began = move.startedAt !== undefined
    const name = this.#agents.get(move.agentId)?.displayName ?? move.agentId
    if (move.state === MoveState.MOVE_STATE_ACTIVE) {
      this.counts.moves += 1
      this.#options.told(`${name} goes to ${whereTo(move)}: ${why(move)}`)
    } else if (move.state === MoveState.MOVE_STATE_ENDED && began) {
      this.counts.returns += 1
      if (this.#touchesBreak(move)) this.counts.in_breaks += 1
      this.#options.told(`${name} is back from ${whereTo(move)}`)
    }
  }

  #touchesBreak({ agentId, endedAt, startedAt }: Move): boolean {
    const [from, until] = [timeMs(startedAt) ?? 0, timeMs(endedAt) ?? 0]
    const breaks = this.#agents.get(agentId)?.breaks ?? []
    return breaks.some(({ fromMs, untilMs }) => from < untilMs && until > fromMs)
  }
}

function driftStory(queueId: string, drift: Drift): string {
  const share = Math.abs(drift.factorMilli - 1_000) / 10
  const more = drift.direction === DriftDirection.DRIFT_DIRECTION_ABOVE ? 'more' : 'less'
  const since = timeMs(drift.since)
  const from = since === undefined ? '' : ` since ${new Date(since).toISOString().slice(11, 16)}`
  const sure = `${Math.min(99, Math.floor(drift.probabilityBp / 100))}% sure`
  const { serviceLevelAsForecastBp: planned, serviceLevelExpectedBp: expected } = drift
  const known = planned !== undefined && expected !== undefined
  const percent = (bp: number): string => `${Math.round(bp / 100)}%`
  const effect = known ? `: ${percent(expected)} in time instead of ${percent(planned)}` : ''
  return `${queueId}: ${share.toFixed(0)}% ${more} than forecast${from}, ${sure}${effect}`
}

const whereTo = ({ toChannel, training }: Move): string =>
  training ? 'training' : channelName(toChannel)

const why = (move: Move): string => move.reason?.sentence ?? 'no reason was given'

const NAMES: Readonly<Partial<Record<Channel, string>>> = {
  [Channel.CHANNEL_VOICE]: 'the phone',
  [Channel.CHANNEL_CHAT]: 'chat',
  [Channel.CHANNEL_EMAIL]: 'email',
}

const channelName = (channel: Channel): string => NAMES[channel] ?? 'another channel'

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import {
  Consent,
  type Move,
  type MoveState,
  Policy,
} from '@evenkeel/proto/evenkeel/reallocation/v1/move'
import {
  type LedgerDay,
  type ProposeMovesResponse,
  RespondToMoveRequest,
  WishedMove,
} from '@evenkeel/proto/evenkeel/reallocation/v1/reallocation_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { Caller, refusal, type Refused } from './api.ts'
import { Centre } from './centre.ts'
import type { Desk } from './desk.ts'
import { until } from './patience.ts'
import type { World } from './world.ts'

export const blended = [
  { channel: Channel.CHANNEL_VOICE, weight: 100 },
  { channel: Channel.CHANNEL_EMAIL, weight: 100 },
]

/** Calls, and emails when asked. */
export const helpsOut = [
  { channel: Channel.CHANNEL_VOICE, weight: 100 },
  { channel: Channel.CHANNEL_EMAIL, weight: 100, onRequest: true },
]

export const both = [Channel.CHANNEL_VOICE, Channel.CHANNEL_EMAIL]
export const onlyCalls = [Channel.CHANNEL_VOICE]
export const onlyMail = [Channel.CHANNEL_EMAIL]

/** A centre of calls and emails, and what a supervisor does there. */
export class Floor {
  readonly centre: Centre
  readonly caller = new Caller()
  #plans = 0

  private constructor(centre: Centre) {
    this.centre = centre
  }

  static async open(t: TestContext, world: World, policy: Partial<Policy>): Promise<Floor> {
    const floor = new Floor(await Centre.open(t, world))
    const { centre } = floor
    await centre.queue('calls', { callback: 'none' })
    await centre.queue('mail', { callback: 'none', channel: Channel.CHANNEL_EMAIL })
    await floor.puts(policy)
    return floor
  }

  /** Another policy, whole; once the pool is known. */
  async puts(more: Partial<Policy>): Promise<void> {
    const { moves } = this.centre.api
    const policy = Policy.fromPartial({
      ...{ pool: this.centre.pool, consent: Consent.CONSENT_AUTOMATIC, donorShareBp: 10_000 },
      ...more,
    })
    await until(
      'the policy to be taken',
      () => this.caller.call(moves.putPolicy.bind(moves), { policy }).catch(() => undefined),
      (answer) => answer !== undefined,
    )
  }

  /** Proposes that somebody does emails; once all that it needs has arrived. */
  async proposes(desk: Desk): Promise<Move> {
    const answer = await until(
      `${desk.agentId} to be ready for a move`,
      () => this.#asks(desk).catch(() => undefined),
      (found) => found !== undefined,
    )
    return answer?.moves[0] ?? assert.fail('nothing was proposed')
  }

  /** Proposes the same, and is refused by name; once what forbids it has arrived. */
  async mayNotMove(desk: Desk, code: string): Promise<Refused> {
    return until(
      `${desk.agentId} to be kept by ${code}`,
      () => refusal(this.#asks(desk)),
      (refused) => refused.code === code,
    )
  }

  #asks({ agentId }: Desk): Promise<ProposeMovesResponse> {
    const { moves } = this.centre.api
    const wished = WishedMove.fromPartial({
      ...{ agentId, toChannel: Channel.CHANNEL_EMAIL, toQueueId: 'mail' },
      reason: { sentence: '40 emails are due by noon and 25 would be late.' },
    })
    this.#plans += 1
    const planId = `plan-${this.#plans}`
    const request = { pool: this.centre.pool, planId, basis: 0, moves: [wished] }
    return this.caller.call(moves.proposeMoves.bind(moves), request)
  }

  async approves({ moveId }: Move): Promise<void> {
    const { moves } = this.centre.api
    const request = { pool: this.centre.pool, moveId, actor: 'sue' }
    await this.caller.call(moves.approveMove.bind(moves), request)
  }

  /** What the agent says of it. */
  async answers(move: Move, said: Partial<RespondToMoveRequest>): Promise<void> {
    const { moves } = this.centre.api
    const { agentId, moveId, pool } = move
    const answer = RespondToMoveRequest.fromPartial({ pool, moveId, agentId, ...said })
    await this.caller.call(moves.respondToMove.bind(moves), answer)
  }

  /** Of somebody who is known by now. */
  async consents({ agentId }: Desk, consent: Consent, optedOut = false): Promise<void> {
    const { moves } = this.centre.api
    const request = { pool: this.centre.pool, agentId, consent, optedOut }
    await until(
      `${agentId} to be known`,
      () => this.caller.call(moves.setConsent.bind(moves), request).catch(() => undefined),
      (answer) => answer !== undefined,
    )
  }

  async pauses(paused: boolean): Promise<void> {
    const { moves } = this.centre.api
    const request = { pool: this.centre.pool, paused, reason: paused ? 'a drill' : '' }
    await this.caller.call(moves.pauseReallocation.bind(moves), request)
  }

  async ledger(): Promise<readonly LedgerDay[]> {
    const { moves } = this.centre.api
    const request = { pool: this.centre.pool }
    const { days } = await this.caller.call(moves.getMoveLedger.bind(moves), request)
    return days
  }

  async returnsAll(): Promise<void> {
    const { moves } = this.centre.api
    const request = { pool: this.centre.pool, actor: 'sue' }
    await this.caller.call(moves.returnAll.bind(moves), request)
  }

  async moves(): Promise<readonly Move[]> {
    const { moves } = this.centre.api
    const request = { pool: this.centre.pool, agentId: '', pageSize: 0, pageToken: '' }
    return (await this.caller.call(moves.listMoves.bind(moves), request)).moves
  }

  async move({ moveId }: Move): Promise<Move> {
    const all = await this.moves()
    return all.find((one) => one.moveId === moveId) ?? assert.fail(`no move ${moveId}`)
  }

  async comesTo(move: Move, state: MoveState): Promise<Move> {
    return until(
      `move ${move.moveId} to be in state ${state}`,
      () => this.move(move),
      (found) => found.state === state,
    )
  }

  /** Channels that count, as routing has it. */
  async plan(desk: Desk): Promise<readonly Channel[]> {
    const { channels } = await this.centre.agentAsSeen(desk)
    return channels.filter(({ inactive }) => !inactive).map(({ channel }) => channel)
  }
}

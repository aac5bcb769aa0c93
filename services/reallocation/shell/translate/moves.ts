import { duration, idPatterns, parse, refused, timestamp } from '@evenkeel/chassis/errors'
import type * as wire from '@evenkeel/proto/evenkeel/reallocation/v1/move'
import type * as api from '@evenkeel/proto/evenkeel/reallocation/v1/reallocation_service'
import { Channel as WireChannel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import {
  type Destination,
  type Effect,
  isLive,
  limits,
  type MoveView,
  policyRanges,
  type ProposeMoves,
  type Reason,
  savedMilli,
  type WishedMove,
} from '../../core/index.ts'
import {
  agentIdOf,
  channelNumbers,
  channelOf,
  consentNumbers,
  poolIdOf,
  stateNumbers,
} from './words.ts'

const MILLI_MAX = 1_000_000_000_000

const bp = (field: string, value: number): number => parse.integer(field, value, 0, 10_000)

function reasonOf(field: string, value: wire.Reason | undefined): Reason {
  const r = parse.message(field, value)
  return {
    sentence: parse.text(`${field}.sentence`, r.sentence, limits.sentenceBytes, 1),
    forecastMilli: parse.integer(`${field}.forecast_milli`, r.forecastMilli, 0, MILLI_MAX),
    expectedMilli: parse.integer(`${field}.expected_milli`, r.expectedMilli, 0, MILLI_MAX),
    probabilityBp: bp(`${field}.probability_bp`, r.probabilityBp),
  }
}

export function effectOf(field: string, value: wire.Effect | undefined): Effect {
  const e = parse.message(field, value)
  const milli = (name: string, number: number): number =>
    parse.integer(`${field}.${name}`, number, -MILLI_MAX, MILLI_MAX)
  return {
    lostWithoutMilli: milli('lost_without_milli', e.lostWithoutMilli),
    lostWithMilli: milli('lost_with_milli', e.lostWithMilli),
    savedLowMilli: milli('saved_low_milli', e.savedLowMilli),
    savedHighMilli: milli('saved_high_milli', e.savedHighMilli),
    levelWithoutBp: bp(`${field}.service_level_without_bp`, e.serviceLevelWithoutBp),
    levelWithBp: bp(`${field}.service_level_with_bp`, e.serviceLevelWithBp),
  }
}

function destinationOf(field: string, w: api.WishedMove): Destination {
  if (!w.training) return channelOf(`${field}.to_channel`, w.toChannel)
  const named = w.toQueueId !== '' || w.toChannel !== WireChannel.CHANNEL_UNSPECIFIED
  if (!named) return 'training'
  const at = w.toQueueId === '' ? 'to_channel' : 'to_queue_id'
  throw refused('FIELD_MALFORMED', `${field}.${at}`, 'empty, with training')
}

/** Of training there is none. */
const toWire = (to: Destination) => ({
  toChannel: to === 'training' ? WireChannel.CHANNEL_UNSPECIFIED : channelNumbers[to],
  training: to === 'training',
})

function wishedOf(field: string, w: api.WishedMove): WishedMove {
  const { min } = policyRanges.dwellMinMs
  const { max } = policyRanges.dwellMaxMs
  return {
    agentId: agentIdOf(`${field}.agent_id`, w.agentId),
    to: destinationOf(field, w),
    toQueue: parse.optionalId(`${field}.to_queue_id`, w.toQueueId, idPatterns.slug),
    lastsMs: parse.durationMs(`${field}.lasts`, w.lasts, min, max, 0),
    reason: reasonOf(`${field}.reason`, w.reason),
    predicted: w.predicted === undefined ? 'none' : effectOf(`${field}.predicted`, w.predicted),
  }
}

export function proposalOf(r: api.ProposeMovesRequest): ProposeMoves {
  if (r.moves.length === 0) throw refused('FIELD_MISSING', 'moves')
  const moves = parse.list('moves', r.moves, limits.planMoves, wishedOf)
  return {
    pool: poolIdOf('pool', r.pool),
    planId: parse.id('plan_id', r.planId),
    basis: parse.integer('basis', r.basis, 0, Number.MAX_SAFE_INTEGER),
    moves: parse.unique('moves', moves, ({ agentId }) => agentId),
  }
}

export const wishedWire = (w: WishedMove): api.WishedMove => ({
  agentId: w.agentId,
  ...toWire(w.to),
  toQueueId: w.toQueue,
  lasts: w.lastsMs === 0 ? undefined : duration(w.lastsMs),
  reason: { ...w.reason },
  predicted: effectWire(w.predicted),
})

export const proposalWire = (c: ProposeMoves): api.ProposeMovesRequest => ({
  pool: c.pool,
  planId: c.planId,
  basis: c.basis,
  moves: c.moves.map(wishedWire),
})

export function effectWire(e: Effect | 'none'): wire.Effect | undefined {
  if (e === 'none') return undefined
  const { lostWithoutMilli, lostWithMilli, savedLowMilli, savedHighMilli } = e
  return {
    ...{ lostWithoutMilli, lostWithMilli, savedLowMilli, savedHighMilli },
    serviceLevelWithoutBp: e.levelWithoutBp,
    serviceLevelWithBp: e.levelWithBp,
  }
}

/** For people: what came of a move beside what was expected. */
function outcomeOf({ from, predicted, realised, to }: MoveView): string {
  if (realised === 'none') return ''
  const lost = isLive(to === 'training' ? from : to) ? 'lost' : 'late'
  const [low, high] = [inWords(realised.savedLowMilli), inWords(realised.savedHighMilli)]
  const expected = predicted === 'none' ? '' : ` Expected: ${inWords(savedMilli(predicted))}.`
  const made = `${inWords(savedMilli(realised))} ${lost}`
  return `Because of it about ${made} (80%: from ${low} to ${high}).${expected}`
}

/** Of contacts that were saved; of those that were not, the other way round. */
const inWords = (milli: number): string =>
  `${(Math.round(Math.abs(milli) / 100) / 10).toFixed(1)} ${milli < 0 ? 'more' : 'fewer'}`

const perhaps = (time: number) => (time === 0 ? undefined : timestamp(time))

export const moveWire = (m: MoveView): wire.Move => ({
  pool: m.pool,
  moveId: m.moveId,
  agentId: m.agentId,
  fromChannel: channelNumbers[m.from],
  ...toWire(m.to),
  toQueueId: m.toQueue,
  state: stateNumbers[m.state],
  stateSince: timestamp(m.stateSince),
  endsAt: timestamp(m.endsAt),
  answerBefore: perhaps(m.answerBefore ?? 0),
  consent: consentNumbers[m.consent],
  reason: { ...m.reason },
  predicted: effectWire(m.predicted),
  realised: effectWire(m.realised),
  actor: m.actor,
  endCause: m.endCause,
  startedAt: perhaps(m.startedAt),
  endedAt: perhaps(m.endedAt),
  planId: m.planId,
  outcome: outcomeOf(m),
})

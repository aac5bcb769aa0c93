import { defineMetrics, type Registry } from '@evenkeel/chassis/observe'
import { type Hosted, ofEvery } from '@evenkeel/chassis/replica'
import {
  isLiveMove,
  type LedgerRow,
  type MoveState,
  type ReallocationState,
} from '../core/index.ts'

export function metrics(registry: Registry, hosted: Hosted<ReallocationState>): void {
  defineMetrics(registry, {
    moves: {
      kind: 'gauge',
      name: 'evenkeel_reallocation_moves',
      help: 'Moves that are not over, by state; an agent has at most one.',
      labels: ['state'],
      read: ofEvery(hosted, (s) =>
        [...liveByState(s)].map(([state, value]) => ({ labels: { state }, value })),
      ),
    },
    kept: {
      kind: 'gauge',
      name: 'evenkeel_reallocation_moves_kept',
      help: 'Moves of the last day, of 100,000 that a partition can keep.',
      read: ofEvery(hosted, (s) => [{ labels: {}, value: s.moves.size }]),
    },
    judged: {
      kind: 'gauge',
      name: 'evenkeel_reallocation_moves_judged',
      help: 'Moves of the last week of which it is known what came of them.',
      read: ofEvery(hosted, (s) => [{ labels: {}, value: inLedger(s, (day) => day.judged) }]),
    },
    saved: {
      kind: 'gauge',
      name: 'evenkeel_reallocation_saved',
      help: 'Contacts spared by the judged moves of the last week, as predicted and realised.',
      labels: ['as'],
      read: ofEvery(hosted, (s) => [
        { labels: { as: 'predicted' }, value: inLedger(s, (day) => day.predictedMilli) / 1000 },
        { labels: { as: 'realised' }, value: inLedger(s, (day) => day.realisedMilli) / 1000 },
      ]),
    },
    paused: {
      kind: 'gauge',
      name: 'evenkeel_reallocation_pools_paused',
      help: 'Pools in which reallocation is paused.',
      read: ofEvery(hosted, (s) => [
        { labels: {}, value: s.pools.inKeyOrder().filter(({ paused }) => paused).length },
      ]),
    },
  })
}

const inLedger = (s: ReallocationState, of: (day: LedgerRow) => number): number =>
  s.ledger.inKeyOrder().reduce((sum, day) => sum + of(day), 0)

function liveByState(s: ReallocationState): ReadonlyMap<MoveState, number> {
  const found = new Map<MoveState, number>()
  for (const { state } of s.moves.inKeyOrder()) {
    if (isLiveMove(state)) found.set(state, (found.get(state) ?? 0) + 1)
  }
  return found
}

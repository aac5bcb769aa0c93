import { decodedWhole, encoded, idPatterns, malformed, parse } from '@evenkeel/chassis/errors'
import type { Codec } from '@evenkeel/chassis/protocol'
import { Command } from '@evenkeel/proto/evenkeel/reallocation/log/v1/command'
import { Event } from '@evenkeel/proto/evenkeel/reallocation/v1/events'
import {
  limits,
  type ReallocationCommand,
  type ReallocationEvent,
  type RespondToMove,
} from '../../core/index.ts'
import { effectOf, moveWire, proposalOf } from './moves.ts'
import { policyOf, policyWire } from './policy.ts'
import { agentIdOf, consentNames, poolIdOf } from './words.ts'

export const codec: Codec<ReallocationCommand, ReallocationEvent> = { decodeCommand, encodeEvent }

/** As a caller says it. */
export type WireCommand = NonNullable<Command['kind']>

/** What is not right is refused here, with its field named, before it enters the log. */
export function encodeCommand(kind: WireCommand): Uint8Array {
  commandOf(kind)
  return encoded(Command, { kind })
}

function decodeCommand(bytes: Uint8Array): ReallocationCommand {
  const { kind } = decodedWhole('reallocation command', Command, bytes)
  if (kind !== undefined) return commandOf(kind)
  throw malformed('reallocation command', 'it has no kind that is known here')
}

const ofMove = (r: { readonly pool: string; readonly moveId: string }) => ({
  pool: poolIdOf('pool', r.pool),
  moveId: parse.id('move_id', r.moveId),
})

const actorOf = (actor: string): string => parse.id('actor', actor, idPatterns.agent)

const textOf = (field: string, text: string, least = 0): string =>
  parse.text(field, text, limits.reasonBytes, least)

function commandOf(wire: WireCommand): ReallocationCommand {
  switch (wire.$case) {
    case 'putPolicy':
      return { kind: 'putPolicy', policy: policyOf('policy', wire.value.policy) }
    case 'setConsent': {
      const { pool, agentId, consent, optedOut } = wire.value
      return {
        kind: 'setConsent',
        pool: poolIdOf('pool', pool),
        agentId: agentIdOf('agent_id', agentId),
        consent: parse.enumOf('consent', consent, consentNames),
        optedOut,
      }
    }
    case 'proposeMoves':
      return { kind: 'proposeMoves', ...proposalOf(wire.value) }
    case 'approveMove':
    case 'cancelMove':
      return { kind: wire.$case, ...ofMove(wire.value), actor: actorOf(wire.value.actor) }
    case 'rejectMove': {
      const { actor, reason } = wire.value
      const said = { actor: actorOf(actor), reason: textOf('reason', reason) }
      return { kind: 'rejectMove', ...ofMove(wire.value), ...said }
    }
    case 'respondToMove':
      return { kind: 'respondToMove', ...answerOf(wire.value) }
    case 'pauseReallocation': {
      const { pool, paused, reason } = wire.value
      const why = textOf('reason', reason, paused ? 1 : 0)
      return { kind: 'pause', pool: poolIdOf('pool', pool), paused, reason: why }
    }
    case 'returnAll': {
      const { actor, pool } = wire.value
      return { kind: 'returnAll', pool: poolIdOf('pool', pool), actor: actorOf(actor) }
    }
    case 'returnMoves': {
      const { moveIds, pool } = wire.value
      const ids = parse.list('move_ids', moveIds, limits.planMoves, (at, id) => parse.id(at, id))
      return { kind: 'returnMoves', pool: poolIdOf('pool', pool), moveIds: ids }
    }
    case 'judgeMove':
      return {
        kind: 'judgeMove',
        ...ofMove(wire.value),
        realised: effectOf('realised', wire.value.realised),
      }
    default:
      return wire satisfies never
  }
}

function answerOf(r: {
  readonly pool: string
  readonly moveId: string
  readonly agentId: string
  readonly accept: boolean
  readonly reason: string
}): RespondToMove {
  return {
    ...ofMove(r),
    agentId: agentIdOf('agent_id', r.agentId),
    accept: r.accept,
    reason: textOf('reason', r.reason, r.accept ? 0 : 1),
  }
}

function encodeEvent(event: ReallocationEvent): Uint8Array {
  return encoded(Event, { kind: eventKind(event) })
}

function eventKind(event: ReallocationEvent): Event['kind'] {
  if (event.kind === 'policyChanged') {
    return { $case: 'policyChanged', value: { policy: policyWire(event.policy) } }
  }
  return { $case: event.kind, value: { move: moveWire(event.move) } }
}

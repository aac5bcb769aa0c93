import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RejectedInput } from '@evenkeel/chassis/errors'
import {
  Consent,
  Effect,
  Mode,
  Policy,
  Reason,
} from '@evenkeel/proto/evenkeel/reallocation/v1/move'
import {
  ProposeMovesRequest,
  WishedMove,
} from '@evenkeel/proto/evenkeel/reallocation/v1/reallocation_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { proposalOf, proposalWire } from '../shell/translate/moves.ts'
import { policyOf } from '../shell/translate/policy.ts'

/** "CODE field" of what is refused. */
function refusal(parse: () => unknown): string {
  try {
    parse()
  } catch (error) {
    if (error instanceof RejectedInput) return `${error.code} ${error.fields.field}`
    throw error
  }
  return 'taken'
}

const minutes = (count: number) => ({ seconds: 60 * count, nanos: 0 })
const reason = Reason.fromPartial({ sentence: 'Mail is late.' })
const wished = WishedMove.fromPartial({
  ...{ agentId: 'ann', toChannel: Channel.CHANNEL_EMAIL, toQueueId: 'mail', reason },
})
const proposal = (...moves: readonly WishedMove[]): ProposeMovesRequest =>
  ProposeMovesRequest.fromPartial({ pool: 'north', planId: 'plan-1', moves: [...moves] })
const other = (more: Partial<WishedMove>): WishedMove => ({ ...wished, ...more })
const training = { training: true, toChannel: Channel.CHANNEL_UNSPECIFIED, toQueueId: '' }

const proposals: readonly [string, ProposeMovesRequest, string][] = [
  ['of one move', proposal(wished), 'taken'],
  ['of training', proposal(other(training)), 'taken'],
  ['of nothing', proposal(), 'FIELD_MISSING moves'],
  ['without a pool', { ...proposal(wished), pool: '' }, 'FIELD_MISSING pool'],
  ['without an id', { ...proposal(wished), planId: '' }, 'FIELD_MISSING plan_id'],
  ['upon less than nothing', { ...proposal(wished), basis: -1 }, 'FIELD_OUT_OF_RANGE basis'],
  ['of an agent twice', proposal(wished, wished), 'FIELD_DUPLICATE moves'],
  [
    'of 51 moves',
    proposal(...Array.from({ length: 51 }, (_, n) => other({ agentId: `a${n}` }))),
    'FIELD_TOO_MANY moves',
  ],
  ['of nobody', proposal(other({ agentId: '' })), 'FIELD_MISSING moves[0].agent_id'],
  [
    'to nowhere',
    proposal(other({ toChannel: Channel.CHANNEL_UNSPECIFIED })),
    'FIELD_MISSING moves[0].to_channel',
  ],
  [
    'to training and a channel',
    proposal(other({ ...training, toChannel: Channel.CHANNEL_EMAIL })),
    'FIELD_MALFORMED moves[0].to_channel',
  ],
  [
    'to training and a queue',
    proposal(other({ ...training, toQueueId: 'mail' })),
    'FIELD_MALFORMED moves[0].to_queue_id',
  ],
  ['for a minute', proposal(other({ lasts: minutes(1) })), 'FIELD_OUT_OF_RANGE moves[0].lasts'],
  ['for no reason', proposal(other({ reason: undefined })), 'FIELD_MISSING moves[0].reason'],
  [
    'for an empty reason',
    proposal(other({ reason: { ...reason, sentence: '' } })),
    'FIELD_MISSING moves[0].reason.sentence',
  ],
  [
    'surer than sure',
    proposal(other({ reason: { ...reason, probabilityBp: 10_001 } })),
    'FIELD_OUT_OF_RANGE moves[0].reason.probability_bp',
  ],
  [
    'to a level of 200%',
    proposal(other({ predicted: Effect.fromPartial({ serviceLevelWithBp: 20_000 }) })),
    'FIELD_OUT_OF_RANGE moves[0].predicted.service_level_with_bp',
  ],
]

describe('a proposal', () => {
  for (const [what, request, expected] of proposals) {
    test(`${what}: ${expected}`, () => {
      assert.equal(
        refusal(() => proposalOf(request)),
        expected,
      )
    })
  }

  test('is written as it was read', () => {
    for (const move of [wished, other(training), other({ lasts: minutes(30) })]) {
      const read = proposalOf(proposal(move))
      assert.deepEqual(proposalOf(proposalWire(read)), read)
    }
  })
})

const policy = Policy.fromPartial({ pool: 'north', mode: Mode.MODE_AUTOMATIC })
const voice = { channel: Channel.CHANNEL_VOICE, agents: 2 }
const policies: readonly [string, Partial<Policy>, string][] = [
  ['that says nothing else', {}, 'taken'],
  ['without a mode', { mode: Mode.MODE_UNSPECIFIED }, 'FIELD_MISSING policy.mode'],
  ['of an unknown mode', { mode: 9 as Mode }, 'ENUM_UNKNOWN policy.mode'],
  ['of an unknown consent', { consent: 9 as Consent }, 'ENUM_UNKNOWN policy.consent'],
  ['with a channel twice', { minimums: [voice, voice] }, 'FIELD_DUPLICATE policy.minimums'],
  [
    'with fewer than nobody',
    { minimums: [{ ...voice, agents: -1 }] },
    'FIELD_OUT_OF_RANGE policy.minimums[0].agents',
  ],
  ['with 1001 moves an hour', { movesPerHour: 1001 }, 'FIELD_OUT_OF_RANGE policy.moves_per_hour'],
  [
    'that lends more than all',
    { donorShareBp: 10_001 },
    'FIELD_OUT_OF_RANGE policy.donor_share_bp',
  ],
  ['with 21 moves a day', { movesPerDay: 21 }, 'FIELD_OUT_OF_RANGE policy.moves_per_day'],
  ['with a day away', { movedPerDay: minutes(1440) }, 'FIELD_OUT_OF_RANGE policy.moved_per_day'],
  ['with a dwell of a minute', { dwellMin: minutes(1) }, 'FIELD_OUT_OF_RANGE policy.dwell_min'],
  ['with a dwell of nine hours', { dwellMax: minutes(540) }, 'FIELD_OUT_OF_RANGE policy.dwell_max'],
  [
    'that cools down for nine hours',
    { coolDown: minutes(540) },
    'FIELD_OUT_OF_RANGE policy.cool_down',
  ],
  ['that moves into breaks', { edgeGuard: minutes(14) }, 'FIELD_OUT_OF_RANGE policy.edge_guard'],
  [
    'that waits two hours',
    { approvalExpiry: minutes(120) },
    'FIELD_OUT_OF_RANGE policy.approval_expiry',
  ],
  ['with an hour of notice', { notice: minutes(60) }, 'FIELD_OUT_OF_RANGE policy.notice'],
  ['that returns nobody', { returnBelowBp: -1 }, 'FIELD_OUT_OF_RANGE policy.return_below_bp'],
  ['with a long etag', { etag: 'v'.repeat(17) }, 'FIELD_TOO_LONG policy.etag'],
]

describe('a policy', () => {
  for (const [what, more, expected] of policies) {
    test(`${what}: ${expected}`, () => {
      assert.equal(
        refusal(() => policyOf('policy', { ...policy, ...more })),
        expected,
      )
    })
  }
})

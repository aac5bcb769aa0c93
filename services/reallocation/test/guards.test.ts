import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Policy, WishedMove } from '../core/index.ts'
import { counted, Floor, MINUTE, NINE, policyWith, profileOf, wish } from './floor.ts'

const north = { pool: 'north', agentId: 'ann' } as const

interface Case {
  readonly code: string
  readonly when: string
  readonly policy?: Partial<Policy>
  readonly given?: (floor: Floor) => void
  readonly wished?: Partial<WishedMove>
}

const rostered = (floor: Floor, until: number, from = NINE - 60 * MINUTE): void => {
  floor.given({ kind: 'rosterKnown', ...north, rostered: true, duty: [{ from, until }] })
}

const cases: readonly Case[] = [
  {
    ...{ code: 'REALLOCATION_PAUSED', when: 'it is paused' },
    given: (floor) => floor.given({ kind: 'pause', pool: 'north', paused: true, reason: 'fire' }),
  },
  {
    ...{ code: 'DATA_INCOMPLETE', when: 'counts of the last minutes are missing' },
    given: (floor) =>
      floor.given({
        ...{ kind: 'intervalKnown', pool: 'north', queueId: 'mail' },
        actual: counted(NINE - 5 * MINUTE, 1, { complete: false }),
      }),
  },
  { code: 'AGENT_UNKNOWN', when: 'nobody has this name', wished: { agentId: 'zoe' } },
  {
    ...{ code: 'AGENT_OPTED_OUT', when: 'the agent does not take part' },
    given: (floor) =>
      floor.given({ kind: 'setConsent', ...north, consent: 'policy', optedOut: true }),
  },
  {
    ...{ code: 'AGENT_NOT_READY', when: 'the agent has paused' },
    given: (floor) => floor.given({ kind: 'presenceKnown', ...north, presence: 'paused' }),
  },
  {
    ...{ code: 'AGENT_NOT_ON_SHIFT', when: 'the shift is over' },
    given: (floor) => rostered(floor, NINE - 1),
  },
  {
    ...{ code: 'AGENT_MOVED_ALREADY', when: 'a move is under way' },
    given: (floor) => floor.accepted(floor.proposal(wish('ann'))),
  },
  {
    ...{ code: 'SUPERVISOR_DECIDED', when: 'a supervisor has set the channels' },
    given: (floor) => floor.says('ann', 'calls wait'),
  },
  { code: 'CHANNEL_NOT_IN_PROFILE', when: 'it is a chat', wished: { to: 'chat', toQueue: '' } },
  {
    ...{ code: 'CHANNEL_NOT_IN_PROFILE', when: 'there is no other channel to leave' },
    given: (floor) => floor.given(profileOf('ann', { channels: ['email'] })),
  },
  {
    ...{ code: 'QUEUE_UNKNOWN', when: 'the queue is of no such channel' },
    wished: { toQueue: 'none' },
  },
  {
    ...{ code: 'NOT_QUALIFIED', when: 'the level is too low' },
    given: (floor) => {
      const skills = [{ skillId: 'tax', level: 1, from: 0, until: Number.MAX_SAFE_INTEGER }]
      floor.given(profileOf('ann', { skills }))
    },
  },
  {
    ...{ code: 'NOT_QUALIFIED', when: 'the level has run out' },
    given: (floor) => {
      const skills = [{ skillId: 'tax', level: 3, from: 0, until: NINE }]
      floor.given(profileOf('ann', { skills }))
    },
  },
  {
    ...{ code: 'AGENT_COOLS_DOWN', when: 'a move has just ended' },
    given: (floor) => {
      floor.moved('ann')
      floor.says('ann', '')
      floor.passes(29 * MINUTE)
    },
  },
  {
    ...{ code: 'AGENT_DAY_CAP', when: 'there were as many moves as a day may have' },
    policy: { movesPerDay: 1, coolDownMs: 0 },
    given: (floor) => {
      floor.moved('ann')
      floor.says('ann', '')
    },
  },
  {
    ...{ code: 'AGENT_DAY_CAP', when: 'what is left of the day is not worth a move' },
    policy: { movedPerDayMs: 60 * MINUTE, coolDownMs: 0 },
    given: (floor) => {
      floor.moved('ann')
      floor.passes(31 * MINUTE)
      floor.says('ann', '')
    },
  },
  {
    ...{ code: 'HOURLY_CAP', when: 'the hour has had its moves' },
    policy: { movesPerHour: 1 },
    given: (floor) => floor.accepted(floor.proposal(wish('bob'))),
  },
  {
    ...{ code: 'DONOR_CAP', when: 'the phone has lent as many as it may' },
    policy: { donorShareBp: 2_000 },
    given: (floor) => floor.accepted(floor.proposal(wish('bob'))),
  },
  {
    ...{ code: 'PROTECTED_MINIMUM', when: 'the others are to stay' },
    policy: { minimums: [{ channel: 'voice', agents: 5 }] },
  },
  {
    ...{ code: 'EDGE_NEAR', when: 'a break begins within the dwell and its guard' },
    given: (floor) => rostered(floor, NINE + 44 * MINUTE),
  },
]

describe('a guard forbids a move', () => {
  for (const { code, given, policy, when, wished } of cases) {
    test(`${code}: ${when}`, () => {
      const floor = Floor.open('automatic', policy)
      given?.(floor)
      assert.equal(floor.refused(floor.proposal(wish('ann', wished))).code, code)
    })
  }
})

describe('at the very edge of a guard a move may be', () => {
  const allowed: readonly Case[] = [
    {
      ...{ code: '', when: 'the break is as far off as dwell and guard ask for' },
      given: (floor) => rostered(floor, NINE + 45 * MINUTE),
    },
    {
      ...{ code: '', when: 'the minimum stays without the agent' },
      policy: { minimums: [{ channel: 'voice', agents: 4 }] },
    },
    {
      ...{ code: '', when: 'the agent has cooled down' },
      given: (floor) => {
        floor.moved('ann')
        floor.says('ann', '')
        floor.passes(30 * MINUTE)
      },
    },
    {
      ...{ code: '', when: 'the gap was of yesterday' },
      given: (floor) =>
        floor.given({
          ...{ kind: 'intervalKnown', pool: 'north', queueId: 'mail' },
          actual: counted(NINE - 1_440 * MINUTE, 1, { complete: false }),
        }),
    },
  ]
  for (const { given, policy, when } of allowed) {
    test(when, () => {
      const floor = Floor.open('automatic', policy)
      given?.(floor)
      floor.accepted(floor.proposal(wish('ann')))
      assert.equal(floor.move('ann').state, 'ordered')
    })
  }

  test('it ends before the guard of the break', () => {
    const floor = Floor.open('automatic')
    rostered(floor, NINE + 60 * MINUTE)
    floor.accepted(floor.proposal(wish('ann')))
    assert.equal(floor.move('ann').endsAt, NINE + 45 * MINUTE)
  })
})

describe('a policy', () => {
  const policies: readonly (readonly [code: string, more: Partial<Policy>])[] = [
    ['MINIMUM_TOO_HIGH', { minimums: [{ channel: 'voice', agents: 6 }] }],
    ['CHANNEL_UNSERVED', { minimums: [{ channel: 'fax', agents: 1 }] }],
    ['POLICY_IMPOSSIBLE', { dwellMinMs: 60 * MINUTE, dwellMaxMs: 30 * MINUTE }],
    ['POLICY_IMPOSSIBLE', { dwellMinMs: 120 * MINUTE, movedPerDayMs: 60 * MINUTE }],
    ['ETAG_MISMATCH', { etag: 'v0', movesPerHour: 7 }],
  ]
  for (const [code, more] of policies) {
    test(`that can't be is refused: ${code}`, () => {
      const floor = Floor.open('approve')
      const policy = policyWith('approve', more)
      assert.equal(floor.refused({ kind: 'putPolicy', policy }).code, code)
    })
  }
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Floor, MINUTE, NINE, policyWith, profileOf, wish } from './floor.ts'

const supervisor = { pool: 'north', actor: 'sue' } as const
const ann = { pool: 'north', agentId: 'ann' } as const
const idOf = (floor: Floor): string => floor.move('ann').moveId
const reason = (floor: Floor): string => `move ${idOf(floor)}`

describe('a move', () => {
  test('goes from proposal to its end, and is in the ledger', () => {
    const floor = Floor.open('approve')
    floor.accepted(floor.proposal(wish('ann')))
    floor.given({ kind: 'approveMove', ...supervisor, moveId: idOf(floor) })
    assert.equal(floor.move('ann').state, 'ordered')
    floor.says('ann', reason(floor), true)
    assert.equal(floor.move('ann').state, 'draining')
    floor.passes(4 * MINUTE)
    floor.says('ann', reason(floor), false)
    assert.equal(floor.move('ann').state, 'active')
    floor.passes(120 * MINUTE)
    assert.equal(floor.move('ann').state, 'returning')
    floor.says('ann', '')
    const { endCause, endedAt, startedAt, state } = floor.move('ann')
    assert.deepEqual([state, endCause], ['ended', 'over'])
    assert.deepEqual(
      floor.kinds().filter((kind) => kind !== 'policyChanged'),
      [
        ...['moveProposed', 'moveApproved', 'moveOrdered', 'moveStarted', 'moveStarted'],
        ...['moveReturning', 'moveEnded'],
      ],
    )
    const [row] = floor.state.ledger.inKeyOrder()
    assert.equal(row?.movedMs, endedAt - startedAt)
    assert.equal(row?.moves, 1)
  })

  test('observed is told and has no effect', () => {
    const floor = Floor.open('observe')
    floor.accepted(floor.proposal(wish('ann')))
    assert.equal(floor.move('ann').state, 'observed')
    assert.deepEqual(floor.kinds(), ['policyChanged', 'moveProposed'])
  })

  test('expires if nobody approves it, and is then approved no more', () => {
    const floor = Floor.open('approve')
    floor.accepted(floor.proposal(wish('ann')))
    floor.passes(10 * MINUTE)
    const approve = { kind: 'approveMove', ...supervisor, moveId: idOf(floor) } as const
    assert.equal(floor.move('ann').state, 'expired')
    assert.equal(floor.refused(approve).code, 'MOVE_EXPIRED')
  })

  test('of a policy that has changed since is not approved', () => {
    const floor = Floor.open('approve')
    floor.accepted(floor.proposal(wish('ann')))
    floor.given({ kind: 'putPolicy', policy: policyWith('approve', { movesPerHour: 9 }) })
    const approve = { kind: 'approveMove', ...supervisor, moveId: idOf(floor) } as const
    assert.equal(floor.refused(approve).code, 'PLAN_CHANGED')
  })

  test('of two plans upon the same state of affairs the second is refused', () => {
    const floor = Floor.open('approve')
    const { basis } = floor.state.pools.must('north')
    const plan = (agentId: string) =>
      ({
        kind: 'proposeMoves',
        pool: 'north',
        ...{ planId: `of-${agentId}`, basis, moves: [wish(agentId)] },
      }) as const
    floor.given(plan('ann'), plan('ann'))
    assert.equal(floor.state.moves.size, 1)
    assert.equal(floor.refused(plan('bob')).code, 'PLAN_OUTDATED')
  })

  test('asked of the agent waits for the answer; a no carries its reason', () => {
    const floor = Floor.open('automatic', { consent: 'ask' })
    floor.accepted(floor.proposal(wish('ann')))
    assert.equal(floor.move('ann').state, 'approved')
    const answer = { kind: 'respondToMove', ...ann, moveId: idOf(floor) } as const
    const other = { ...answer, agentId: 'bob', accept: true, reason: '' }
    assert.equal(floor.refused(other).code, 'MOVE_NOT_YOURS')
    floor.given({ ...answer, accept: false, reason: 'migraine' })
    assert.deepEqual(
      [floor.move('ann').state, floor.move('ann').endCause],
      ['declined', 'migraine'],
    )
  })

  test('to which somebody said no is not proposed again for a while', () => {
    const floor = Floor.open('automatic', { consent: 'ask' })
    floor.accepted(floor.proposal(wish('ann')))
    const { moveId } = floor.move('ann')
    const no = { agentId: 'ann', accept: false, reason: 'not today' } as const
    floor.accepted({ kind: 'respondToMove', pool: 'north', moveId, ...no })
    assert.equal(floor.refused(floor.proposal(wish('ann'))).code, 'AGENT_COOLS_DOWN')
    floor.passes(30 * MINUTE)
    floor.accepted(floor.proposal(wish('ann')))
  })

  test('with notice is ordered when the notice is over', () => {
    const floor = Floor.open('automatic', { consent: 'notify' })
    floor.accepted(floor.proposal(wish('ann')))
    assert.equal(floor.move('ann').state, 'approved')
    floor.passes(MINUTE)
    assert.equal(floor.move('ann').state, 'ordered')
  })

  test("an agent's own consent stands above the policy's", () => {
    const floor = Floor.open('automatic')
    floor.given({ kind: 'setConsent', ...ann, consent: 'ask', optedOut: false })
    floor.accepted(floor.proposal(wish('ann'), wish('bob')))
    assert.equal(floor.move('ann').state, 'approved')
    assert.equal(floor.move('bob').state, 'ordered')
  })

  test('whose cause is gone ends, but not before the least time that was asked', () => {
    const floor = Floor.open('automatic')
    const { moveId } = floor.moved('ann')
    const over = { kind: 'returnMoves', pool: 'north', moveIds: [moveId] } as const
    floor.passes(30 * MINUTE - 1)
    floor.given(over)
    assert.equal(floor.move('ann').state, 'active')
    floor.passes(1)
    floor.given(over)
    assert.deepEqual(
      [floor.move('ann').state, floor.move('ann').endCause],
      ['returning', 'cause_gone'],
    )
  })

  test('whose cause is gone before anybody has approved it is called off', () => {
    const floor = Floor.open('approve')
    floor.accepted(floor.proposal(wish('ann')))
    const { moveId } = floor.move('ann')
    floor.given({ kind: 'returnMoves', pool: 'north', moveIds: [moveId] })
    const { endCause, state } = floor.move('ann')
    assert.deepEqual([state, endCause], ['cancelled', 'cause_gone'])
  })

  test('all return in one call, and what has not begun is called off', () => {
    const floor = Floor.open('automatic')
    floor.moved('ann')
    floor.given({ kind: 'setConsent', ...ann, agentId: 'bob', consent: 'ask', optedOut: false })
    floor.accepted(floor.proposal(wish('bob')))
    floor.given({ kind: 'returnAll', ...supervisor })
    assert.equal(floor.move('ann').state, 'returning')
    assert.equal(floor.move('bob').state, 'cancelled')
  })

  test('paused: what has not begun is called off, who is moved stays so', () => {
    const floor = Floor.open('automatic')
    floor.moved('ann')
    floor.given({ kind: 'setConsent', ...ann, agentId: 'bob', consent: 'ask', optedOut: false })
    floor.accepted(floor.proposal(wish('bob')))
    floor.given({ kind: 'pause', pool: 'north', paused: true, reason: 'drill' })
    assert.equal(floor.move('ann').state, 'active')
    assert.equal(floor.move('bob').state, 'cancelled')
  })
})

/** What happens to whom at which step, and where that leads. */
const compensations: readonly {
  readonly at: 'approved' | 'ordered' | 'draining' | 'active'
  readonly when: string
  readonly happens: (floor: Floor) => void
  readonly state: string
  readonly cause: string
}[] = [
  {
    ...{ at: 'ordered', when: 'routing does not answer', state: 'returning', cause: 'not_taken' },
    happens: (floor) => floor.passes(MINUTE),
  },
  {
    ...{ at: 'ordered', when: 'routing refuses', state: 'ended', cause: 'refused' },
    happens: (floor) =>
      floor.given({ kind: 'moveRefused', ...ann, moveId: idOf(floor), reason: 'signed_out' }),
  },
  {
    ...{ at: 'approved', when: 'the agent pauses', state: 'cancelled', cause: 'agent_away' },
    happens: (floor) => floor.given({ kind: 'presenceKnown', ...ann, presence: 'paused' }),
  },
  {
    ...{ at: 'active', when: 'the agent pauses', state: 'active', cause: '' },
    happens: (floor) => floor.given({ kind: 'presenceKnown', ...ann, presence: 'paused' }),
  },
  {
    ...{ at: 'draining', when: 'the agent leaves', state: 'returning', cause: 'agent_away' },
    happens: (floor) => floor.given({ kind: 'presenceKnown', ...ann, presence: 'signedOut' }),
  },
  {
    ...{ at: 'active', when: 'the skill is taken back', state: 'returning', cause: 'reskilled' },
    happens: (floor) => floor.given(profileOf('ann', { skills: [] })),
  },
  {
    ...{ at: 'active', when: 'the profile is gone', state: 'returning', cause: 'reskilled' },
    happens: (floor) => floor.given({ kind: 'profileGone', ...ann }),
  },
  {
    ...{
      at: 'active',
      when: 'a supervisor sets the channels',
      state: 'ended',
      cause: 'supervisor',
    },
    happens: (floor) => floor.says('ann', 'calls wait'),
  },
  {
    ...{ at: 'ordered', when: 'a supervisor was first', state: 'returning', cause: 'supervisor' },
    happens: (floor) => floor.says('ann', 'calls wait'),
  },
  {
    ...{ at: 'ordered', when: 'it is refused for a supervisor', state: 'ended' },
    cause: 'supervisor',
    happens: (floor) => {
      floor.says('ann', 'calls wait')
      floor.given({ kind: 'moveRefused', ...ann, moveId: idOf(floor), reason: 'supervisor' })
    },
  },
  {
    ...{ at: 'ordered', when: "it outlives a supervisor's choice on its way", state: 'returning' },
    cause: 'supervisor',
    happens: (floor) => {
      floor.says('ann', 'calls wait')
      floor.says('ann', '')
    },
  },
  {
    ...{ at: 'active', when: 'a break is put in now', state: 'returning', cause: 'roster' },
    happens: (floor) =>
      floor.given({
        ...{ kind: 'rosterKnown', ...ann, rostered: true },
        duty: [{ from: NINE - 60 * MINUTE, until: NINE + 15 * MINUTE }],
      }),
  },
  {
    ...{ at: 'active', when: 'a break is put in soon', state: 'returning', cause: 'over' },
    happens: (floor) => {
      const duty = [{ from: NINE - 60 * MINUTE, until: NINE + 40 * MINUTE }]
      floor.given({ kind: 'rosterKnown', ...ann, rostered: true, duty })
      floor.passes(25 * MINUTE)
    },
  },
  {
    ...{
      at: 'active',
      when: 'routing has ended it by itself',
      state: 'ended',
      cause: 'supervisor',
    },
    happens: (floor) => floor.says('ann', ''),
  },
]

describe('nobody is left behind', () => {
  for (const { at, cause, happens, state, when } of compensations) {
    test(`${at}, ${when}: ${state}`, () => {
      const floor = Floor.open('automatic', { consent: at === 'approved' ? 'ask' : 'automatic' })
      floor.accepted(floor.proposal(wish('ann')))
      if (at === 'draining' || at === 'active') floor.says('ann', reason(floor), at === 'draining')
      assert.equal(floor.move('ann').state, at)
      happens(floor)
      assert.deepEqual([floor.move('ann').state, floor.move('ann').endCause], [state, cause])
    })
  }

  test('a return that routing never hears of is over when its own end of the move has come', () => {
    const floor = Floor.open('automatic')
    floor.moved('ann')
    floor.passes(120 * MINUTE)
    assert.equal(floor.move('ann').state, 'returning')
    floor.passes(10 * MINUTE)
    assert.equal(floor.move('ann').state, 'ended')
  })

  test('an order that takes hold while it is called off is seen, and seen to end', () => {
    const floor = Floor.open('automatic')
    floor.accepted(floor.proposal(wish('ann')))
    floor.passes(MINUTE)
    floor.says('ann', '')
    assert.equal(floor.move('ann').state, 'returning')
    floor.says('ann', reason(floor))
    floor.says('ann', '')
    assert.equal(floor.move('ann').state, 'ended')
  })

  test('what routing says before it has heard of an order does not end what is called off', () => {
    for (const older of ['', 'move of-before', 'calls wait']) {
      const floor = Floor.open('automatic')
      floor.accepted(floor.proposal(wish('ann')))
      floor.given({ kind: 'returnAll', ...supervisor })
      floor.says('ann', older)
      assert.equal(floor.move('ann').state, 'returning', older)
      const { moveId } = floor.move('ann')
      floor.given({ kind: 'moveRefused', ...ann, moveId, reason: 'supervisor' })
      assert.equal(floor.move('ann').state, 'ended', older)
    }
  })

  test('called off when a break has shortened it, it waits as long as routing may hold it', () => {
    const floor = Floor.open('automatic')
    floor.accepted(floor.proposal(wish('ann')))
    const told = floor.move('ann').endsAt
    const duty = [{ from: NINE - 60 * MINUTE, until: NINE + 55 * MINUTE }]
    floor.given({ kind: 'rosterKnown', ...ann, rostered: true, duty })
    assert.equal(floor.move('ann').endsAt, NINE + 40 * MINUTE)
    floor.given({ kind: 'returnAll', ...supervisor })
    floor.passes(told - NINE)
    assert.equal(floor.move('ann').state, 'returning')
    floor.passes(10 * MINUTE)
    assert.equal(floor.move('ann').state, 'ended')
  })
})

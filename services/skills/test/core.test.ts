import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { limits, type Profile, profilesAfter, skillsAfter } from '../core/index.ts'
import { tallyOf } from '@evenkeel/chassis/importing'
import { ana, grant, TestPartition, tax } from './partition.ts'

const bo: Profile = { ...ana, agentId: 'bo', displayName: 'Bo', login: 'bo' }

describe('a skill', () => {
  test('is unknown territory until its pool has crossed the bridge', () => {
    const p = new TestPartition()
    assert.deepEqual(p.refused({ kind: 'putSkill', skill: tax }), {
      code: 'POOL_UNKNOWN',
      fields: { field: 'pool', value: 'north' },
    })
    p.given({ kind: 'poolKnown', pool: 'north' })
    const { events, ref } = p.accepted({ kind: 'putSkill', skill: tax })
    assert.deepEqual(events, [{ kind: 'skillChanged', skill: { ...tax, etag: ref } }])
  })

  test('put again as it is changes nothing, whatever etag comes with it', () => {
    const p = new TestPartition().given({ kind: 'poolKnown', pool: 'north' })
    const first = p.accepted({ kind: 'putSkill', skill: tax })
    for (const etag of ['', first.ref, 'v1']) {
      const again = p.accepted({ kind: 'putSkill', skill: { ...tax, etag } })
      assert.deepEqual(again.events, [])
      assert.equal(again.ref, first.ref)
    }
  })

  test('is edited only by who has seen what is there', () => {
    const p = new TestPartition().given({ kind: 'poolKnown', pool: 'north' })
    const seen = p.accepted({ kind: 'putSkill', skill: tax }).ref
    const edit = { ...tax, displayName: 'Taxes' }
    assert.deepEqual(p.refused({ kind: 'putSkill', skill: edit }), {
      code: 'ETAG_MISMATCH',
      fields: { field: 'skill.etag', value: '', limit: seen },
    })
    const now = p.accepted({ kind: 'putSkill', skill: { ...edit, etag: seen } }).ref
    assert.notEqual(now, seen)
    const late = { ...tax, displayName: 'Duties', etag: seen }
    assert.deepEqual(p.refused({ kind: 'putSkill', skill: late }).fields, {
      field: 'skill.etag',
      value: seen,
      limit: now,
    })
  })

  test('that does not exist is not edited', () => {
    const p = new TestPartition().given({ kind: 'poolKnown', pool: 'north' })
    const rejection = p.refused({ kind: 'putSkill', skill: { ...tax, etag: 'v9' } })
    assert.equal(rejection.code, 'ETAG_MISMATCH')
    assert.deepEqual(rejection.fields, { field: 'skill.etag', value: 'v9', limit: '' })
  })

  test('keeps the levels that profiles hold', () => {
    const p = new TestPartition().givenCatalogue()
    const { etag } = skillsAfter(p.state, 'north', 'french', 1)[0] ?? tax
    const seen = p.accepted({ kind: 'putAgent', profile: ana }).ref
    const lower = { ...tax, maxLevel: 2, etag }
    assert.deepEqual(p.refused({ kind: 'putSkill', skill: lower }), {
      code: 'LEVEL_IN_USE',
      fields: { field: 'skill.max_level', skill: 'tax', value: 2, limit: 3, agents: 1 },
    })
    p.given({ kind: 'removeAgent', pool: 'north', agentId: ana.agentId, etag: seen })
    p.accepted({ kind: 'putSkill', skill: lower })
  })

  test('of one pool is none of another', () => {
    const p = new TestPartition().givenCatalogue().given({ kind: 'poolKnown', pool: 'south' })
    const rejection = p.refused({ kind: 'putAgent', profile: { ...ana, pool: 'south' } })
    assert.equal(rejection.code, 'SKILL_UNKNOWN')
  })

  test('has room for so many in a catalogue', () => {
    const p = new TestPartition().given({ kind: 'poolKnown', pool: 'north' })
    // Straight into the table: the way there is not what this is about.
    const pool = p.state.pools.must('north').slot
    for (let i = 0; i < limits.skillsPerPool; i++) {
      const row = { skillId: `s${i}`, key: `north/s${i}`, pool, displayName: '', maxLevel: 1 }
      const bare = { category: 'none', levelMeanings: '', changed: 1 } as const
      p.state.skills.insert({ ...row, ...bare })
    }
    p.db.commit()
    assert.deepEqual(p.refused({ kind: 'putSkill', skill: tax }), {
      code: 'TOO_MANY_SKILLS',
      fields: {
        field: 'skill.skill_id',
        value: 'tax',
        limit: limits.skillsPerPool,
        scope: 'pool',
      },
    })
  })
})

describe('a profile', () => {
  test('is told whole to whoever listens', () => {
    const p = new TestPartition().givenCatalogue()
    const { events, ref } = p.accepted({ kind: 'putAgent', profile: ana })
    assert.deepEqual(events, [{ kind: 'profileChanged', profile: { ...ana, etag: ref } }])
  })

  test('does not depend on the order of its skills and channels', () => {
    const p = new TestPartition().givenCatalogue()
    p.given({ kind: 'putAgent', profile: ana })
    const turned = {
      ...ana,
      skills: ana.skills.toReversed(),
      channels: ana.channels.toReversed(),
    }
    assert.deepEqual(p.accepted({ kind: 'putAgent', profile: turned }).events, [])
  })

  const changes: readonly [string, Partial<Profile>][] = [
    ['name', { displayName: 'Anna' }],
    ['team', { team: '' }],
    ['skills', { skills: [] }],
    ['level', { skills: ana.skills.map((grant) => ({ ...grant, level: 1 })) }],
    ['validity', { skills: ana.skills.map((grant) => ({ ...grant, validUntil: 3_000 })) }],
    ['endless validity', { skills: ana.skills.map((g) => ({ ...g, validUntil: undefined })) }],
    ['channels', { channels: [] }],
    ['weight', { channels: ana.channels.map((one) => ({ ...one, weight: 50 })) }],
    ['requests', { channels: ana.channels.map((one) => ({ ...one, onRequest: true })) }],
    [
      'interruptibility',
      { channels: ana.channels.map((one) => ({ ...one, uninterruptible: true })) },
    ],
    ['source', { skills: ana.skills.map((one) => ({ ...one, source: 'provisional' })) }],
    ['handle time', { skills: ana.skills.map((one) => ({ ...one, handleTimePermille: 1_400 })) }],
    ['home queue', { homeQueueId: '' }],
    ['login', { login: 'ANA' }],
  ]
  for (const [what, change] of changes) {
    test(`with another ${what} is another, and needs the etag`, () => {
      const p = new TestPartition().givenCatalogue()
      const etag = p.accepted({ kind: 'putAgent', profile: ana }).ref
      const edited = { ...ana, ...change }
      assert.equal(p.refused({ kind: 'putAgent', profile: edited }).code, 'ETAG_MISMATCH')
      const { events, ref } = p.accepted({ kind: 'putAgent', profile: { ...edited, etag } })
      assert.deepEqual(events, [{ kind: 'profileChanged', profile: { ...edited, etag: ref } }])
    })
  }

  test('holds levels that exist only', () => {
    const p = new TestPartition().givenCatalogue()
    const profile = { ...ana, skills: [grant('french', 4)] }
    assert.deepEqual(p.refused({ kind: 'putAgent', profile }), {
      code: 'LEVEL_OUT_OF_RANGE',
      fields: { field: 'profile.skills', skill: 'french', value: 4, limit: 3 },
    })
  })

  test('belongs to exactly one pool', () => {
    const p = new TestPartition().givenCatalogue('north').givenCatalogue('south')
    p.given({ kind: 'putAgent', profile: ana })
    const elsewhere = { ...ana, pool: 'south' }
    assert.equal(p.refused({ kind: 'putAgent', profile: elsewhere }).code, 'AGENT_IN_OTHER_POOL')
    const removal = { kind: 'removeAgent', pool: 'south', agentId: ana.agentId, etag: '' } as const
    assert.equal(p.refused(removal).code, 'AGENT_UNKNOWN')
    p.given({ ...removal, pool: 'north' }).given({ kind: 'putAgent', profile: elsewhere })
  })

  test('is removed once, by its etag or whatever it is', () => {
    const p = new TestPartition().givenCatalogue()
    const etag = p.accepted({ kind: 'putAgent', profile: ana }).ref
    const removal = { kind: 'removeAgent', pool: 'north', agentId: ana.agentId } as const
    assert.deepEqual(p.refused({ ...removal, etag: 'v1' }), {
      code: 'ETAG_MISMATCH',
      fields: { field: 'etag', value: 'v1', limit: etag },
    })
    assert.deepEqual(p.accepted({ ...removal, etag }).events, [
      { kind: 'profileRemoved', pool: 'north', agentId: ana.agentId },
    ])
    assert.equal(p.refused({ ...removal, etag: '' }).code, 'AGENT_UNKNOWN')
    const again = p.accepted({ kind: 'putAgent', profile: ana }).ref
    assert.notEqual(again, etag)
  })

  test('has room for so many in a pool', () => {
    const p = new TestPartition().givenCatalogue()
    fill(p, limits.agentsPerPool)
    assert.deepEqual(p.refused({ kind: 'putAgent', profile: ana }).fields, {
      field: 'profile.agent_id',
      value: ana.agentId,
      limit: limits.agentsPerPool,
      scope: 'pool',
    })
  })
})

describe('an import', () => {
  const slice = { kind: 'importSlice', pool: 'north', validateOnly: false } as const

  test('takes every good line and names every bad one', () => {
    const p = new TestPartition().givenCatalogue().given({ kind: 'putAgent', profile: bo })
    const unskilled = { ...ana, agentId: 'cy', skills: [grant('chess', 1)] }
    const tooGood = { ...ana, agentId: 'di', skills: [grant('french', 9)] }
    const { events, ref } = p.accepted({
      ...slice,
      lines: [
        { line: 2, profile: ana },
        { line: 3, profile: bo },
        { line: 5, profile: unskilled },
        { line: 6, profile: tooGood },
      ],
    })
    const stored = profilesAfter(p.state, 'north', '', 10)
    assert.deepEqual(
      stored.map(({ agentId }) => agentId),
      ['ana@example.com', 'bo'],
    )
    assert.deepEqual(events, [{ kind: 'profileChanged', profile: stored[0] }])
    const tally = tallyOf(ref)
    assert.equal(tally.imported, 1)
    assert.equal(tally.unchanged, 1)
    assert.deepEqual(
      tally.refused.map(({ line, rejection }) => [line, rejection.code]),
      [
        [5, 'SKILL_UNKNOWN'],
        [6, 'LEVEL_OUT_OF_RANGE'],
      ],
    )
  })

  test('replaces what there is, and again changes nothing', () => {
    const p = new TestPartition().givenCatalogue().given({ kind: 'putAgent', profile: ana })
    const lines = [{ line: 2, profile: { ...ana, displayName: 'Anna' } }]
    assert.equal(p.accepted({ ...slice, lines }).events.length, 1)
    const again = p.accepted({ ...slice, lines })
    assert.deepEqual(again.events, [])
    assert.deepEqual(tallyOf(again.ref), { imported: 0, unchanged: 1, refused: [] })
  })

  test('that only validates says what it would do and leaves no trace', () => {
    const p = new TestPartition().givenCatalogue().given({ kind: 'putAgent', profile: bo })
    const before = p.db.dump()
    const lines = [
      { line: 2, profile: ana },
      { line: 3, profile: bo },
      { line: 4, profile: { ...ana, agentId: 'cy', skills: [grant('chess', 1)] } },
    ]
    const trial = p.accepted({ ...slice, validateOnly: true, lines })
    assert.equal(p.db.dump(), before)
    assert.deepEqual(trial.events, [])
    assert.equal(trial.ref, p.accepted({ ...slice, lines }).ref)
  })

  test('into a full pool tells which lines found no room, on trial as in earnest', () => {
    const p = new TestPartition().givenCatalogue()
    fill(p, limits.agentsPerPool - 1)
    const lines = [
      { line: 2, profile: ana },
      { line: 3, profile: bo },
    ]
    for (const validateOnly of [true, false]) {
      const tally = tallyOf(p.accepted({ ...slice, validateOnly, lines }).ref)
      assert.equal(tally.imported, 1)
      assert.deepEqual(
        tally.refused.map(({ line, rejection }) => [line, rejection.code]),
        [[3, 'TOO_MANY_AGENTS']],
      )
    }
  })

  test('into an unknown pool is refused whole', () => {
    const rejection = new TestPartition().refused({ ...slice, lines: [{ line: 2, profile: ana }] })
    assert.equal(rejection.code, 'POOL_UNKNOWN')
  })

  test('of a full slice of full profiles fits one command', () => {
    const p = new TestPartition().given({ kind: 'poolKnown', pool: 'north' })
    const ids = Array.from({ length: limits.skillsPerAgent }, (_, i) => `skill-${i}`)
    for (const skillId of ids) p.given({ kind: 'putSkill', skill: { ...tax, skillId } })
    const skills = ids.map((skillId) => grant(skillId, 5))
    const lines = Array.from({ length: limits.importSliceLines }, (_, i) => ({
      line: i + 2,
      profile: { ...ana, agentId: `agent-${i}`, login: '', skills },
    }))
    const { events } = p.accepted({ ...slice, lines })
    assert.equal(events.length, limits.importSliceLines)
  })
})

describe('a list', () => {
  test('goes on after the last id, whatever came or went in between', () => {
    const p = new TestPartition().givenCatalogue()
    for (const id of ['d', 'b', 'a', 'c']) {
      p.given({ kind: 'putAgent', profile: { ...ana, agentId: id, login: '' } })
    }
    const ids = (after: string) =>
      profilesAfter(p.state, 'north', after, 2).map(({ agentId }) => agentId)
    assert.deepEqual(ids(''), ['a', 'b'])
    p.given({ kind: 'removeAgent', pool: 'north', agentId: 'b', etag: '' })
    p.given({ kind: 'putAgent', profile: { ...ana, agentId: 'aa', login: '' } })
    assert.deepEqual(ids('b'), ['c', 'd'])
    assert.deepEqual(ids('d'), [])
  })

  test('shows one pool only', () => {
    const p = new TestPartition().givenCatalogue('north').givenCatalogue('south')
    p.given({ kind: 'putAgent', profile: { ...ana, pool: 'south' } })
    assert.deepEqual(profilesAfter(p.state, 'north', '', 10), [])
    assert.deepEqual(
      skillsAfter(p.state, 'south', '', 10).map(({ pool, skillId }) => [pool, skillId]),
      [
        ['south', 'french'],
        ['south', 'tax'],
      ],
    )
  })
})

describe('a pool', () => {
  test('is known once, however often it changes', () => {
    const p = new TestPartition().givenCatalogue()
    assert.deepEqual(p.accepted({ kind: 'poolKnown', pool: 'north' }).events, [])
    assert.equal(p.state.pools.size, 1)
    assert.equal(skillsAfter(p.state, 'north', '', 10).length, 2)
  })

  test('beyond the last place is refused', () => {
    const p = new TestPartition()
    for (let i = 0; i < limits.pools; i++) p.state.pools.insert({ id: `pool-${i}` })
    p.db.commit()
    assert.equal(p.refused({ kind: 'poolKnown', pool: 'north' }).code, 'TOO_MANY_POOLS')
    p.given({ kind: 'poolKnown', pool: 'pool-7' })
  })
})

test('invariants see what a fault would leave behind', () => {
  const p = new TestPartition().givenCatalogue().given({ kind: 'putAgent', profile: ana })
  const row = p.state.skills.must('north/tax')
  p.state.skills.update(row, { maxLevel: 2 })
  p.db.commit()
  assert.throws(() => p.when({ kind: 'poolKnown', pool: 'north' }), /tax/)
})

/** Straight into the table: the way there is not what these are about. */
function fill(p: TestPartition, count: number): void {
  const pool = p.state.pools.must('north').slot
  const bare = { pool, displayName: '', team: '', homeQueueId: '', login: '', changed: 1 }
  for (let i = 0; i < count; i++) {
    const none = new Uint8Array(0)
    const lists = { skills: none, layers: none, channels: none }
    p.state.agents.insert({ id: `agent-${i}`, ...bare, ...lists })
    if (i % 1_000 === 0) p.db.commit()
  }
  p.db.commit()
}

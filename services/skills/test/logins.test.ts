import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Profile } from '../core/index.ts'
import { tallyOf } from '@evenkeel/chassis/importing'
import { ana, grant, TestPartition, tax } from './partition.ts'

const bo: Profile = { ...ana, agentId: 'bo', displayName: 'Bo', login: 'bo' }

describe('a login', () => {
  test('is one agent in a pool, capital letters or not', () => {
    const p = new TestPartition().givenCatalogue().given({ kind: 'putAgent', profile: ana })
    const same = { ...bo, login: 'ANA' }
    assert.deepEqual(p.refused({ kind: 'putAgent', profile: same }), {
      code: 'LOGIN_TAKEN',
      fields: { field: 'profile.login', value: 'ANA', limit: ana.agentId },
    })
    p.given({ kind: 'putAgent', profile: bo })
    const rejection = p.refused({ kind: 'putAgent', profile: same, mask: ['login'] })
    assert.equal(rejection.code, 'LOGIN_TAKEN')
  })

  test('is free again when its agent has another, or goes', () => {
    const p = new TestPartition().givenCatalogue().given({ kind: 'putAgent', profile: ana })
    p.given({ kind: 'putAgent', profile: { ...ana, login: 'ana2' }, mask: ['login'] })
    p.given({ kind: 'putAgent', profile: { ...bo, login: 'ana' } })
    p.given({ kind: 'removeAgent', pool: 'north', agentId: 'bo', etag: '' })
    p.given({ kind: 'putAgent', profile: { ...ana, login: 'Ana' }, mask: ['login'] })
  })

  test('of another pool is another, and none is nobody', () => {
    const p = new TestPartition().givenCatalogue('north').givenCatalogue('south')
    p.given({ kind: 'putAgent', profile: ana })
    p.given({ kind: 'putAgent', profile: { ...bo, pool: 'south', login: 'ana' } })
    for (const agentId of ['cy', 'di']) {
      p.given({ kind: 'putAgent', profile: { ...ana, agentId, login: '' } })
    }
  })

  test('that is handed on within a file is, on trial as in earnest', () => {
    const p = new TestPartition().givenCatalogue().given({ kind: 'putAgent', profile: ana })
    const lines = [
      { line: 2, profile: { ...ana, login: 'ana2' } },
      { line: 3, profile: { ...bo, login: 'ana' } },
      { line: 4, profile: { ...bo, agentId: 'cy', login: 'ANA2' } },
    ]
    for (const validateOnly of [true, false]) {
      const slice = { kind: 'importSlice', pool: 'north', validateOnly, lines } as const
      const tally = tallyOf(p.accepted(slice).ref)
      assert.equal(tally.imported, 2)
      assert.deepEqual(
        tally.refused.map(({ line, rejection }) => [line, rejection.code]),
        [[4, 'LOGIN_TAKEN']],
      )
    }
  })
})

describe('a level that follows another of its skill', () => {
  const change = 1_000
  const trial = { ...grant('tax', 2), source: 'provisional', validUntil: change } as const
  const full = { ...grant('tax', 3), source: 'assessed', validFrom: change } as const

  test('is kept beside it, each with its time', () => {
    const p = new TestPartition().givenCatalogue()
    const profile = { ...ana, skills: [full, trial] }
    const { events, ref } = p.accepted({ kind: 'putAgent', profile })
    const sorted = { ...profile, skills: [trial, full], etag: ref }
    assert.deepEqual(events, [{ kind: 'profileChanged', profile: sorted }])
  })

  test('counts once where a skill would lose its levels', () => {
    const p = new TestPartition().givenCatalogue()
    p.given({ kind: 'putAgent', profile: { ...ana, skills: [trial, full] } })
    const lower = { kind: 'putSkill', skill: { ...tax, maxLevel: 1 } } as const
    const { code, fields } = p.refused({ ...lower, mask: ['maxLevel'] })
    assert.deepEqual([code, fields.agents, fields.limit], ['LEVEL_IN_USE', 1, 3])
  })
})

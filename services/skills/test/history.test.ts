import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { agentHistory, limits, skillHistory } from '../core/index.ts'
import { ana, grant, TestPartition, tax } from './partition.ts'

const of = { pool: 'north', agentId: ana.agentId }
const lee = { actor: 'lee', reason: 'assessed in March' }
const all = Number.POSITIVE_INFINITY

const told = (p: TestPartition, count = 100) =>
  agentHistory(p.state, of, all, count).map(({ actor, before, after }) => [
    actor,
    before?.team,
    after?.team,
  ])

describe('of a profile is known', () => {
  test('who made it, changed it and removed it, and what there was before and after', () => {
    const p = new TestPartition().givenCatalogue()
    p.given({ kind: 'putAgent', profile: ana, by: lee })
    const moved = { ...ana, team: 'team-2' }
    p.given({ kind: 'putAgent', profile: moved, mask: ['team'] })
    p.given({ kind: 'removeAgent', ...of, etag: '', by: { actor: 'kim', reason: 'left' } })
    assert.deepEqual(told(p), [
      ['kim', 'team-2', undefined],
      ['', 'team-1', 'team-2'],
      ['lee', undefined, 'team-1'],
    ])
    const [, , first] = agentHistory(p.state, of, all, 3)
    assert.deepEqual(first?.after, { ...ana, etag: first?.after?.etag })
    assert.deepEqual([first?.reason, first?.time], [lee.reason, 5_000])
  })

  test('what was before it was removed, when it is made again', () => {
    const p = new TestPartition().givenCatalogue().given({ kind: 'putAgent', profile: ana })
    p.given({ kind: 'removeAgent', ...of, etag: '' }, { kind: 'putAgent', profile: ana })
    assert.deepEqual(told(p), [
      ['', undefined, 'team-1'],
      ['', 'team-1', undefined],
      ['', undefined, 'team-1'],
    ])
  })

  test('each line of an import by whoever imports, and nothing of what was the same', () => {
    const p = new TestPartition().givenCatalogue()
    const slice = { kind: 'importSlice', pool: 'north', validateOnly: false, by: lee } as const
    const lines = [{ line: 2, profile: ana }]
    p.given({ ...slice, lines }, { ...slice, lines })
    p.given({ ...slice, lines, validateOnly: true })
    assert.deepEqual(told(p), [['lee', undefined, 'team-1']])
  })

  test('the last fifty changes, a page at a time', () => {
    const p = new TestPartition().givenCatalogue().given({ kind: 'putAgent', profile: ana })
    for (let i = 0; i < limits.changesPerSubject + 5; i++) {
      p.given({ kind: 'putAgent', profile: { ...ana, team: `t${i}` }, mask: ['team'] })
    }
    const shown = told(p)
    assert.equal(shown.length, limits.changesPerSubject)
    assert.deepEqual(shown[0], ['', 't53', 't54'])
    const [newest] = agentHistory(p.state, of, all, 1)
    const [next] = agentHistory(p.state, of, newest?.offset ?? 0, 1)
    assert.deepEqual(next?.after, newest?.before)
  })
})

test('a partition that is full of changes gives up the oldest of all, whosever they are', () => {
  const p = new TestPartition().givenCatalogue()
  // Straight into the table: the way there is not what this is about.
  const kept = p.state.changes.at(p.state.changesInOrder.first(0))
  const row = p.state.changes.plain(kept)
  for (let i = p.state.changes.size; i < limits.changesPerPartition; i++) {
    p.state.changes.insert({ ...row, id: `${i}`, subject: `agent/north/a${i}`, changed: 0 })
    if (i % 1_000 === 0) p.db.commit()
  }
  p.db.commit()
  const french = { pool: 'north', skillId: 'french' }
  assert.equal(skillHistory(p.state, french, all, 1).length, 1)
  p.given({ kind: 'putAgent', profile: ana, by: lee })
  p.given({ kind: 'putAgent', profile: { ...ana, team: '' }, mask: ['team'] })
  assert.deepEqual(told(p), [
    ['', 'team-1', ''],
    ['lee', undefined, 'team-1'],
  ])
  assert.equal(p.state.changes.size, limits.changesPerPartition)
})

test('of a skill is known what its levels meant', () => {
  const p = new TestPartition().givenCatalogue()
  const levelMeanings = ['reads it', '', 'decides']
  const put = { kind: 'putSkill', skill: { ...tax, levelMeanings } } as const
  p.given({ ...put, mask: ['levelMeanings'], by: lee })
  const [last, first] = skillHistory(p.state, { pool: 'north', skillId: 'tax' }, all, 5)
  assert.deepEqual([last?.before?.levelMeanings, last?.after?.levelMeanings], [[], levelMeanings])
  assert.deepEqual([first?.before, first?.actor, last?.actor], [undefined, '', 'lee'])
})

describe('a field changed by itself', () => {
  test('leaves the others as they are, whatever came with it', () => {
    const p = new TestPartition().givenCatalogue().given({ kind: 'putAgent', profile: ana })
    const sent = { ...ana, displayName: 'Someone', skills: [grant('tax', 5)], channels: [] }
    const { events } = p.accepted({ kind: 'putAgent', profile: sent, mask: ['skills'] })
    const [event] = events
    assert.equal(event?.kind, 'profileChanged')
    const { etag: _, ...now } = event.profile
    const { etag: __, ...before } = ana
    assert.deepEqual(now, { ...before, skills: [grant('tax', 5)] })
  })

  test('needs no etag, but keeps one that is sent', () => {
    const p = new TestPartition().givenCatalogue().given({ kind: 'putAgent', profile: ana })
    const profile = { ...ana, team: 'team-2', etag: 'v1' }
    const rejection = p.refused({ kind: 'putAgent', profile, mask: ['team'] })
    assert.equal(rejection.code, 'ETAG_MISMATCH')
    const skill = { ...tax, maxLevel: 4, etag: 'v1' }
    assert.equal(p.refused({ kind: 'putSkill', skill, mask: ['maxLevel'] }).code, 'ETAG_MISMATCH')
  })

  test('is of something that exists', () => {
    const p = new TestPartition().givenCatalogue()
    const rejection = p.refused({ kind: 'putAgent', profile: ana, mask: ['team'] })
    assert.equal(rejection.code, 'AGENT_UNKNOWN')
    const skill = { ...tax, skillId: 'chess' }
    assert.equal(p.refused({ kind: 'putSkill', skill, mask: ['category'] }).code, 'SKILL_NOT_FOUND')
  })

  test('holds with what there is: no more meanings than levels', () => {
    const p = new TestPartition().givenCatalogue()
    const levelMeanings = ['a', 'b', 'c', 'd', 'e', 'f']
    const skill = { ...tax, levelMeanings, maxLevel: 10 }
    const { code, fields } = p.refused({ kind: 'putSkill', skill, mask: ['levelMeanings'] })
    assert.deepEqual([code, fields.value, fields.limit], ['TOO_MANY_MEANINGS', 6, 5])
  })
})

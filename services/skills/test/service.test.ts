import { importLimits } from '@evenkeel/chassis/protocol'
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { profileWire } from '../shell/translate/profiles.ts'
import { skillWire } from '../shell/translate/skills.ts'
import { ana, french, tax } from './partition.ts'
import { runningSkills } from './running.ts'

const header = 'agent_id,display_name,team,skills,channels'
const csvOf = (lines: readonly string[]) => Buffer.from([header, ...lines, ''].join('\n'))
const profile = profileWire(ana)

type Running = Awaited<ReturnType<typeof runningSkills>>

async function givenCatalogue(skills: Running): Promise<void> {
  await skills.pool('north')
  for (const skill of [tax, french])
    await skills.call('putSkill', { skill: skillWire(skill), validateOnly: false })
}

describe('through the API', () => {
  test('a pool is unknown until routing has made it, and then it is', async (t) => {
    const skills = await runningSkills(t)
    const before = await skills.refusal('putSkill', { skill: skillWire(tax), validateOnly: false })
    assert.equal(before.code, 'POOL_UNKNOWN')
    await skills.pool('north')
    const { response, position } = await skills.call('putSkill', {
      skill: skillWire(tax),
      validateOnly: false,
    })
    const { etag = '' } = response.skill ?? {}
    assert.deepEqual(response.skill, skillWire({ ...tax, etag }))
    assert.notEqual(etag, '')
    assert.match(position, /^0\/\d+$/)
  })

  test('a profile is written, read at its position, edited and removed', async (t) => {
    const skills = await runningSkills(t)
    await givenCatalogue(skills)
    const { response, position } = await skills.call('putAgent', { profile, validateOnly: false })
    const who = { pool: 'north', agentId: ana.agentId }
    const read = await skills.call('getAgent', who, { atLeast: position })
    assert.deepEqual(read.response.profile, response.profile)
    const stale = await skills.refusal('putAgent', {
      profile: { ...profile, team: 'team-2' },
      validateOnly: false,
    })
    assert.equal(stale.code, 'ETAG_MISMATCH')
    const etag = response.profile?.etag ?? ''
    assert.deepEqual(stale.fields, { field: 'profile.etag', value: '', limit: etag })
    await skills.call('putAgent', {
      profile: { ...profile, team: 'team-2', etag },
      validateOnly: false,
    })
    await skills.call('removeAgent', { ...who, etag: '' })
    assert.equal((await skills.refusal('getAgent', who)).code, 'AGENT_UNKNOWN')
  })

  test('what a put would store is said, or refused, and nothing is stored', async (t) => {
    const skills = await runningSkills(t)
    await skills.pool('north')
    const tried = { skill: skillWire(tax), validateOnly: true }
    const { response } = await skills.call('putSkill', tried)
    assert.deepEqual({ ...response.skill, etag: '' }, skillWire(tax))
    const unknown = await skills.refusal('putAgent', { profile, validateOnly: true })
    assert.equal(unknown.code, 'SKILL_UNKNOWN')
    const page = { pool: 'north', pageSize: 0, pageToken: '' }
    assert.deepEqual((await skills.call('listSkills', page)).response.skills, [])
    await skills.call('putSkill', { ...tried, validateOnly: false })
    await skills.call('putSkill', { skill: skillWire(french), validateOnly: false })
    await skills.call('putAgent', { profile, validateOnly: true })
    assert.deepEqual((await skills.call('listAgents', page)).response.profiles, [])
  })

  test('lists come in pages', async (t) => {
    const skills = await runningSkills(t)
    await givenCatalogue(skills)
    const page = { pool: 'north', pageSize: 1, pageToken: '' }
    const first = (await skills.call('listSkills', page)).response
    const second = (await skills.call('listSkills', { ...page, pageToken: first.nextPageToken }))
      .response
    assert.deepEqual(
      [...first.skills, ...second.skills].map(({ skillId }) => skillId),
      ['french', 'tax'],
    )
    assert.equal(second.nextPageToken, '')
    assert.equal((await skills.refusal('listAgents', { ...page, pool: 'x' })).code, 'POOL_UNKNOWN')
  })

  test('a missing profile is a bad request that names the field', async (t) => {
    const skills = await runningSkills(t)
    const { code, fields } = await skills.refusal('putAgent', {
      profile: undefined,
      validateOnly: false,
    })
    assert.equal(code, 'FIELD_MISSING')
    assert.deepEqual(fields, { field: 'profile' })
  })

  test('what was decided is published, whole and in order', async (t) => {
    const skills = await runningSkills(t)
    await givenCatalogue(skills)
    const stored = (await skills.call('putAgent', { profile, validateOnly: false })).response
      .profile
    await skills.call('putAgent', { profile, validateOnly: false })
    const who = { pool: 'north', agentId: ana.agentId }
    await skills.call('removeAgent', { ...who, etag: '' })
    const [, , changed, removed, ...more] = await skills.published()
    assert.deepEqual(changed, { $case: 'profileChanged', value: { profile: stored } })
    assert.deepEqual(removed, { $case: 'profileRemoved', value: who })
    assert.deepEqual(more, [])
  })

  test('what is known shows in the metrics', async (t) => {
    const skills = await runningSkills(t)
    await givenCatalogue(skills)
    await skills.call('putAgent', { profile, validateOnly: false })
    const text = await skills.registry.metrics()
    assert.match(text, /^evenkeel_skills_pools 1$/m)
    assert.match(text, /^evenkeel_skills_agents\{pool="north"\} 1$/m)
    assert.match(text, /^evenkeel_skills_catalogue_skills\{pool="north"\} 2$/m)
  })
})

describe('an import', () => {
  const names = Array.from({ length: 250 }, (_, i) => `agent-${String(i).padStart(3, '0')}`)
  const good = names.map((name) => `${name},,,tax:3,voice:100`)
  const request = { pool: 'north', csv: csvOf(good), validateOnly: false }

  test('stores what is good, reports the rest, and repeated changes nothing', async (t) => {
    const skills = await runningSkills(t)
    await givenCatalogue(skills)
    const csv = csvOf([...good.slice(0, 120), 'bo,,,chess:1,', 'a b,,,,', ...good.slice(120)])
    const { response, position } = await skills.call('importAgents', { ...request, csv })
    assert.equal(response.imported, 250)
    assert.equal(response.errorCount, 2)
    assert.deepEqual(
      response.errors.map(({ line, column, code }) => [line, column, code]),
      [
        [122, 'skills', 'SKILL_UNKNOWN'],
        [123, 'agent_id', 'FIELD_MALFORMED'],
      ],
    )
    const list = { pool: 'north', pageSize: 500, pageToken: '' }
    const { profiles } = (await skills.call('listAgents', list, { atLeast: position })).response
    assert.deepEqual(
      profiles.map(({ agentId }) => agentId),
      names,
    )
    const again = (await skills.call('importAgents', { ...request, csv })).response
    assert.deepEqual([again.imported, again.unchanged, again.errorCount], [0, 250, 2])
  })

  test('that only validates says the same and stores nothing', async (t) => {
    const skills = await runningSkills(t)
    await givenCatalogue(skills)
    const csv = csvOf([...good, 'bo,,,chess:1,', good[0] ?? ''])
    const trial = await skills.call('importAgents', { ...request, csv, validateOnly: true })
    assert.equal(skills.replica.state.agents.size, 0)
    const earnest = await skills.call('importAgents', { ...request, csv })
    assert.deepEqual(trial.response, earnest.response)
    assert.deepEqual(
      earnest.response.errors.map(({ line, code }) => [line, code]),
      [
        [252, 'SKILL_UNKNOWN'],
        [253, 'CSV_AGENT_REPEATED'],
      ],
    )
  })

  test('shows the first hundred mistakes and counts all', async (t) => {
    const skills = await runningSkills(t)
    await givenCatalogue(skills)
    const bad = names.map((name, i) => (i % 2 === 0 ? `${name},,,chess:1,` : `${name},,,tax,`))
    const { response } = await skills.call('importAgents', { ...request, csv: csvOf(bad) })
    assert.equal(response.errorCount, 250)
    assert.deepEqual(
      response.errors.map(({ line }) => line),
      Array.from({ length: importLimits.errors }, (_, i) => i + 2),
    )
  })

  test('cut short says how far it came, and sent again goes on from there', async (t) => {
    const skills = await runningSkills(t)
    await givenCatalogue(skills)
    const stop = skills.replica.watch((touched) => {
      if (touched.some(({ table }) => table === 'agents')) skills.link.broken = true
    })
    const { code, fields } = await skills.refusal('importAgents', request)
    assert.equal(code, 'IMPORT_INTERRUPTED')
    assert.equal(fields.imported, '25')
    assert.equal(fields.line, '27')
    stop()
    skills.link.broken = false
    const { response } = await skills.call('importAgents', request)
    assert.deepEqual([response.imported, response.unchanged], [225, 25])
  })

  const files: readonly [string, Buffer, string][] = [
    ['nothing', Buffer.alloc(0), 'FIELD_MISSING'],
    ['too much', Buffer.alloc(importLimits.csvBytes + 1, 'x'), 'FIELD_TOO_LONG'],
    ['Latin-1', Buffer.from(`${header}\nané,,,,`, 'latin1'), 'CSV_NOT_UTF8'],
    ['semicolons', Buffer.from(header.replaceAll(',', ';')), 'CSV_DELIMITER'],
  ]
  for (const [what, csv, expected] of files) {
    test(`of ${what} is refused whole: ${expected}`, async (t) => {
      const skills = await runningSkills(t)
      await skills.pool('north')
      const { code, message } = await skills.refusal('importAgents', { ...request, csv })
      assert.equal(code, expected)
      assert.doesNotMatch(message, /[{}]/)
    })
  }
})

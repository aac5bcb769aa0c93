import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RejectedInput } from '@evenkeel/chassis/errors'
import { limits, profileFields, type Profile } from '../core/index.ts'
import { filterOf, isMet } from '../shell/filter.ts'
import { byOf, maskOf } from '../shell/translate/ids.ts'
import { profileOf, profileWire } from '../shell/translate/profiles.ts'
import { skillOf, skillWire } from '../shell/translate/skills.ts'
import { templateOf } from '../shell/translate/templates.ts'
import { ana, grant, TestPartition, tax } from './partition.ts'

const change = Date.parse('2026-12-01T00:00:00Z')
const agent: Profile = {
  ...ana,
  skills: [
    { ...grant('french', 2), source: 'assessed' },
    { ...grant('tax', 2), source: 'provisional', validUntil: change },
    { ...grant('tax', 3), source: 'trained', validFrom: change },
  ],
}

function meets(text: string): boolean {
  const p = new TestPartition().givenCatalogue().given({ kind: 'putAgent', profile: agent })
  const filter = filterOf('filter', text)
  assert.ok(filter)
  return isMet(filter, p.state.agents.must(agent.agentId))
}

describe('a list of agents is narrowed to', () => {
  const filters: readonly [string, boolean][] = [
    ['skill=tax', true],
    ['skill=chess', false],
    ['skill=tax level>=3', true],
    ['skill=tax level>=4', false],
    ['skill=tax level>=3 valid_at=2026-11-30T23:59:59Z', false],
    ['skill=tax level>=3 valid_at=2026-12-01T00:00:00Z', true],
    ['valid_at=2026-12-01T00:00:00.000Z skill=tax source=provisional', false],
    ['skill=tax source=provisional', true],
    ['skill=tax level>=3 source=provisional', false],
    ['skill=tax skill=french level>=2', true],
    ['skill=tax skill=french level>=3', false],
    ['team=team-1 channel=voice home_queue=home login=ANA', true],
    ['team=team-2', false],
    ['channel=email', false],
    ['home_queue=other', false],
    ['login=bo', false],
    ['  team=team-1   skill=tax ', true],
  ]
  for (const [text, met] of filters) {
    test(`${text}: ${met ? 'is shown' : 'is not'}`, () => assert.equal(meets(text), met))
  }

  test('all, by a filter that says nothing', () => {
    assert.equal(filterOf('filter', ''), undefined)
    assert.equal(filterOf('filter', '  '), undefined)
  })
})

const badFilters: readonly [string, RegExp][] = [
  ['tax', /is not skill=ID/],
  ['skill>=tax', /is not skill=ID/],
  ['skill=', /is not skill=ID/],
  ['skill=Tax', /1-64 characters/],
  ['level>=3', /after a skill=ID/],
  ['skill=tax level=3', /is not skill=ID/],
  ['skill=tax level>=11', /level>= and 1-10/],
  ['skill=tax level>=0', /level>= and 1-10/],
  ['skill=tax level>=three', /level>= and 1-10/],
  ['source=trained', /after a skill=ID/],
  ['skill=tax source=unsaid', /trained, assessed or provisional/],
  ['valid_at=2026-12-01', /a time in UTC like/],
  ['valid_at=2026-02-30T00:00:00Z', /a time in UTC like/],
  ['valid_at=2026-12-01T00:00:00+01:00', /a time in UTC like/],
  ['channel=telex', /one of voice chat/],
  ['team=a team=b', /said once/],
  ['login=a/b', /1-64 characters/],
  ['colour=blue', /is not skill=ID/],
  [Array.from({ length: 9 }, (_, i) => `skill=s${i}`).join(' '), /at most 8 skills/],
]

describe('a filter is refused that says', () => {
  for (const [text, sentence] of badFilters) {
    test(text, () => refuses(() => filterOf('filter', text), 'FILTER_MALFORMED', sentence))
  }
  test('too much', () => {
    const long = `team=${'x'.repeat(limits.filterBytes)}`
    refuses(() => filterOf('filter', long), 'FIELD_TOO_LONG', /500/)
  })
})

const profile = profileWire(ana)
const [level] = profileWire({ ...ana, skills: [grant('tax', 3)] }).skills
assert.ok(level)
const template = {
  ...{ pool: 'north', templateId: 'tax', displayName: '', etag: '' },
  requirements: [{ skillId: 'tax', minimumLevel: 3, fullyQualified: false }],
}
const [floor] = template.requirements
assert.ok(floor)

const badInput: readonly [string, () => unknown, string, RegExp][] = [
  ['a mask of nothing', () => maskOf([], profileFields), 'MASK_UNKNOWN', /"nothing" is none of/],
  ['a mask of an id', () => maskOf(['agent_id'], profileFields), 'MASK_UNKNOWN', /home_queue_id/],
  ['a mask of the wire', () => maskOf(['homeQueueId'], profileFields), 'MASK_UNKNOWN', /none/],
  ['a mask twice', () => maskOf(['team', 'team'], profileFields), 'FIELD_DUPLICATE', /team/],
  ['an actor of no kind', () => byOf({ actor: 'a b', reason: '' }), 'FIELD_MALFORMED', /actor/],
  ['a novel', () => byOf({ actor: '', reason: 'x'.repeat(201) }), 'FIELD_TOO_LONG', /reason/],
  [
    'a source of no kind',
    () => profileOf('profile', { ...profile, skills: [{ ...level, source: -1 }] }),
    'ENUM_UNKNOWN',
    /skills\[0\].source/,
  ],
  [
    'a handle time of no skill',
    () => profileOf('profile', { ...profile, skills: [{ ...level, handleTimePermille: 99 }] }),
    'FIELD_OUT_OF_RANGE',
    /handle_time_permille.*100 to 10000/,
  ],
  [
    'a handle time too long',
    () => profileOf('profile', { ...profile, skills: [{ ...level, handleTimePermille: 10_001 }] }),
    'FIELD_OUT_OF_RANGE',
    /10001/,
  ],
  [
    'a home queue in capitals',
    () => profileOf('profile', { ...profile, homeQueueId: 'Home' }),
    'FIELD_MALFORMED',
    /home_queue_id/,
  ],
  [
    'a login with a space',
    () => profileOf('profile', { ...profile, login: 'a b' }),
    'FIELD_MALFORMED',
    /login/,
  ],
  [
    'a category of no kind',
    () => skillOf('skill', { ...skillWire(tax), category: -1 }),
    'ENUM_UNKNOWN',
    /category/,
  ],
  [
    'a meaning too long',
    () => skillOf('skill', { ...skillWire(tax), levelMeanings: ['', 'x'.repeat(201)] }),
    'FIELD_TOO_LONG',
    /level_meanings\[1\]/,
  ],
  [
    'too many meanings',
    () =>
      skillOf('skill', { ...skillWire(tax), levelMeanings: Array.from({ length: 11 }, String) }),
    'FIELD_TOO_MANY',
    /level_meanings/,
  ],
  [
    'a template of nothing',
    () => templateOf('template', { ...template, requirements: [] }),
    'FIELD_MISSING',
    /template.requirements/,
  ],
  [
    'a template without an id',
    () => templateOf('template', { ...template, templateId: '' }),
    'FIELD_MISSING',
    /template_id/,
  ],
  [
    'a skill twice in a template',
    () => templateOf('template', { ...template, requirements: [floor, floor] }),
    'FIELD_DUPLICATE',
    /tax/,
  ],
  [
    'a floor of none',
    () => templateOf('template', { ...template, requirements: [{ ...floor, minimumLevel: 0 }] }),
    'FIELD_OUT_OF_RANGE',
    /minimum_level/,
  ],
  [
    'a template too large',
    () =>
      templateOf('template', {
        ...template,
        requirements: Array.from({ length: 17 }, (_, i) => ({ ...floor, skillId: `s${i}` })),
      }),
    'FIELD_TOO_MANY',
    /16/,
  ],
]

describe('what is sent is refused with', () => {
  for (const [what, send, code, sentence] of badInput)
    test(what, () => refuses(send, code, sentence))
})

describe('a template', () => {
  const wanted = templateOf('template', template)
  const put = { kind: 'putTemplate', template: wanted } as const

  test('is stored, told, edited by its etag and removed', () => {
    const p = new TestPartition().givenCatalogue()
    const { events, ref } = p.accepted(put)
    assert.deepEqual(events, [{ kind: 'templateChanged', template: { ...wanted, etag: ref } }])
    assert.deepEqual(p.accepted(put).events, [])
    const edit = { ...put, template: { ...wanted, displayName: 'Taxes' } }
    assert.equal(p.refused(edit).code, 'ETAG_MISMATCH')
    const removal = { kind: 'removeTemplate', pool: 'north', templateId: 'tax' } as const
    assert.equal(p.refused({ ...removal, etag: 'v1' }).code, 'ETAG_MISMATCH')
    assert.deepEqual(p.accepted({ ...removal, etag: ref }).events, [
      { kind: 'templateRemoved', pool: 'north', templateId: 'tax' },
    ])
    assert.equal(p.refused({ ...removal, etag: '' }).code, 'TEMPLATE_UNKNOWN')
  })

  test('asks for levels that exist, and keeps them', () => {
    const p = new TestPartition().givenCatalogue()
    const asks = (skillId: string, minimumLevel: number) => ({
      ...put,
      template: { ...wanted, requirements: [{ skillId, minimumLevel, fullyQualified: true }] },
    })
    assert.equal(p.refused(asks('chess', 1)).code, 'SKILL_UNKNOWN')
    assert.equal(p.refused(asks('french', 4)).code, 'LEVEL_OUT_OF_RANGE')
    p.given(asks('french', 3))
    const skill = { ...tax, skillId: 'french', maxLevel: 2 }
    const { code, fields } = p.refused({ kind: 'putSkill', skill, mask: ['maxLevel'] })
    assert.deepEqual([code, fields.templates, fields.limit], ['LEVEL_REQUIRED', 1, 3])
  })

  test('of a pool that is full of them is refused', () => {
    const p = new TestPartition().givenCatalogue()
    const pool = p.state.pools.must('north').slot
    for (let i = 0; i < limits.templatesPerPool; i++) {
      const row = { key: `north/t${i}`, templateId: `t${i}`, pool, displayName: '' }
      p.state.templates.insert({ ...row, requirements: 'tax:1', changed: 1 })
    }
    p.db.commit()
    const { code, fields } = p.refused(put)
    assert.deepEqual([code, fields.limit, fields.scope], ['TOO_MANY_TEMPLATES', 1_000, 'pool'])
  })
})

function refuses(send: () => unknown, code: string, sentence: RegExp): void {
  assert.throws(send, (error) => {
    assert.ok(error instanceof RejectedInput, String(error))
    assert.equal(error.code, code)
    assert.match(error.message, sentence)
    return true
  })
}

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RejectedInput } from '@evenkeel/chassis/errors'
import { ChannelCapacity, SkillLevel } from '@evenkeel/proto/evenkeel/skills/v1/skill'
import { pageOf, pageToken } from '../shell/pages.ts'
import { profileOf, profileWire, removalOf } from '../shell/translate/profiles.ts'
import { skillOf, skillWire } from '../shell/translate/skills.ts'
import { ana, tax } from './partition.ts'

type Refusal = Readonly<Record<string, string | number>>

const slug = '1-64 characters of a-z 0-9 . _ -'
const agent = '1-64 characters of a-z A-Z 0-9 . _ @ -'
const long = 'x'.repeat(65)
/** A wrong id is shown as far as it helps to find it. */
const cut = JSON.stringify(`${long.slice(0, 64)}...`)
const day = { seconds: 86_400, nanos: 0 }

const skill = skillWire(tax)
const badSkills: readonly [string, Partial<typeof skill>, Refusal][] = [
  ['no pool', { pool: '' }, { code: 'FIELD_MISSING', field: 'skill.pool' }],
  ['a pool in capitals', { pool: 'North' }, malformed('skill.pool', slug, '"North"')],
  ['a pool too long', { pool: long }, malformed('skill.pool', slug, cut)],
  ['no skill id', { skillId: '' }, { code: 'FIELD_MISSING', field: 'skill.skill_id' }],
  ['a skill id with a slash', { skillId: 'a/b' }, malformed('skill.skill_id', slug, '"a/b"')],
  ['a name too long', { displayName: 'é'.repeat(101) }, tooLong('skill.display_name', 200, 202)],
  [
    'a name with a control character',
    { displayName: 'a\u0000' },
    malformed('skill.display_name', 'well-formed text without control characters'),
  ],
  ['no levels', { maxLevel: 0 }, outOfRange('skill.max_level', '1 to 10', 0)],
  ['too many levels', { maxLevel: 11 }, outOfRange('skill.max_level', '1 to 10', 11)],
  ['an etag of nobody', { etag: 'x'.repeat(17) }, tooLong('skill.etag', 16, 17)],
]

const profile = profileWire(ana)
const tax3 = SkillLevel.fromPartial({ skillId: 'tax', level: 3 })
const voice = ChannelCapacity.fromPartial({ channel: 1, weight: 100 })
const badProfiles: readonly [string, Partial<typeof profile>, Refusal][] = [
  ['no pool', { pool: '' }, { code: 'FIELD_MISSING', field: 'profile.pool' }],
  ['no agent', { agentId: '' }, { code: 'FIELD_MISSING', field: 'profile.agent_id' }],
  ['an agent with a space', { agentId: 'a b' }, malformed('profile.agent_id', agent, '"a b"')],
  ['an agent too long', { agentId: long }, malformed('profile.agent_id', agent, cut)],
  ['a name too long', { displayName: 'x'.repeat(201) }, tooLong('profile.display_name', 200, 201)],
  ['a team in capitals', { team: 'A' }, malformed('profile.team', slug, '"A"')],
  [
    'too many skills',
    { skills: Array.from({ length: 51 }, (_, i) => ({ ...tax3, skillId: `s${i}` })) },
    { code: 'FIELD_TOO_MANY', field: 'profile.skills', limit: 50, value: 51 },
  ],
  [
    'a skill twice',
    { skills: [tax3, { ...tax3, level: 1 }] },
    {
      code: 'VALIDITY_OVERLAPS',
      field: 'profile.skills',
      value: 'tax',
      limit: '1970-01-01T00:00:00.000Z',
    },
  ],
  [
    'a skill without an id',
    { skills: [{ ...tax3, skillId: '' }] },
    { code: 'FIELD_MISSING', field: 'profile.skills[0].skill_id' },
  ],
  [
    'a level of nothing',
    { skills: [{ ...tax3, level: 0 }] },
    outOfRange('profile.skills[0].level', '1 to 10', 0),
  ],
  [
    'a level too high',
    { skills: [{ ...tax3, level: 11 }] },
    outOfRange('profile.skills[0].level', '1 to 10', 11),
  ],
  [
    'a time before 1970',
    { skills: [{ ...tax3, validFrom: { seconds: -1, nanos: 0 } }] },
    malformed('profile.skills[0].valid_from', 'a google.protobuf.Timestamp of the years 1970-9999'),
  ],
  [
    'a validity that ends as it begins',
    { skills: [{ ...tax3, validFrom: day, validUntil: day }] },
    outOfRange(
      'profile.skills[0].valid_until',
      'later than valid_from (1970-01-02T00:00:00.000Z)',
      '1970-01-02T00:00:00.000Z',
    ),
  ],
  [
    'too many channels',
    { channels: Array.from({ length: 9 }, () => voice) },
    { code: 'FIELD_TOO_MANY', field: 'profile.channels', limit: 8, value: 9 },
  ],
  [
    'a channel twice',
    { channels: [voice, { ...voice, weight: 50 }] },
    { code: 'FIELD_DUPLICATE', field: 'profile.channels', value: 'voice' },
  ],
  [
    'a channel unset',
    { channels: [{ ...voice, channel: 0 }] },
    { code: 'FIELD_MISSING', field: 'profile.channels[0].channel' },
  ],
  [
    'a channel unknown',
    { channels: [{ ...voice, channel: -1 }] },
    {
      code: 'ENUM_UNKNOWN',
      field: 'profile.channels[0].channel',
      limit: '1, 2, 3, 4, 5, 6, 7, 8',
      value: -1,
    },
  ],
  [
    'a weight too light',
    { channels: [{ ...voice, weight: 4 }] },
    outOfRange('profile.channels[0].weight', '5 to 100', 4),
  ],
  [
    'a weight too heavy',
    { channels: [{ ...voice, weight: 101 }] },
    outOfRange('profile.channels[0].weight', '5 to 100', 101),
  ],
  ['an etag of nobody', { etag: 'x'.repeat(17) }, tooLong('profile.etag', 16, 17)],
]

describe('a skill is refused with', () => {
  for (const [what, change, refusal] of badSkills) {
    test(what, () => refuses(() => skillOf('skill', { ...skill, ...change }), refusal))
  }
  test('nothing in it', () => {
    refuses(() => skillOf('skill', undefined), { code: 'FIELD_MISSING', field: 'skill' })
  })
})

describe('a profile is refused with', () => {
  for (const [what, change, refusal] of badProfiles) {
    test(what, () => refuses(() => profileOf('profile', { ...profile, ...change }), refusal))
  }
  test('nothing in it', () => {
    refuses(() => profileOf('profile', undefined), { code: 'FIELD_MISSING', field: 'profile' })
  })
})

test('a removal is refused without pool or agent', () => {
  const request = { pool: 'north', agentId: 'bo', etag: '', actor: '', reason: '' }
  refuses(() => removalOf({ ...request, pool: '' }), { code: 'FIELD_MISSING', field: 'pool' })
  refuses(() => removalOf({ ...request, agentId: '' }), {
    code: 'FIELD_MISSING',
    field: 'agent_id',
  })
})

describe('a page', () => {
  const request = { pool: 'north', pageSize: 0, pageToken: '' }

  test('is of 100 unless said otherwise, and of 500 at most', () => {
    assert.equal(pageOf('agents', request).size, 100)
    assert.equal(pageOf('agents', { ...request, pageSize: 500 }).size, 500)
    for (const pageSize of [-1, 501]) {
      const refusal = outOfRange('page_size', '1 to 500', pageSize)
      refuses(() => pageOf('agents', { ...request, pageSize }), refusal)
    }
  })

  test('goes on where its token says', () => {
    const token = pageToken('agents', 'north', 'ana@example.com')
    assert.equal(pageOf('agents', { ...request, pageToken: token }).afterId, 'ana@example.com')
  })

  const longest = 'x'.repeat(256)
  const tokens: readonly [string, string][] = [
    ['made up', 'abc'],
    ['of another list', pageToken('skills', 'north', 'tax')],
    ['of another pool', pageToken('agents', 'south', 'bo')],
    ['with padding added', `${pageToken('agents', 'north', 'bo')}==`],
    ['without an id', pageToken('agents', 'north', '')],
    ['with an id that can not be', pageToken('agents', 'north', 'a b')],
    ['longest', longest],
    ['too long', `${longest}x`],
  ]
  for (const [what, token] of tokens) {
    test(`is refused with a token ${what}`, () => {
      refuses(() => pageOf('agents', { ...request, pageToken: token }), {
        code: 'PAGE_TOKEN_MALFORMED',
        field: 'page_token',
      })
    })
  }
})

/** The message is held too: every placeholder of its code must have found its value. */
function refuses(act: () => unknown, { code, ...fields }: Refusal): void {
  assert.throws(act, (error) => {
    assert.ok(error instanceof RejectedInput)
    assert.equal(error.code, code)
    assert.deepEqual(error.fields, fields)
    assert.doesNotMatch(error.message, /[{}]/)
    return true
  })
}

/** `value`: of an id, what came; of anything else nothing is shown. */
function malformed(field: string, limit: string, value?: string): Refusal {
  return { code: 'FIELD_MALFORMED', field, limit, ...(value === undefined ? {} : { value }) }
}

function tooLong(field: string, limit: number, value: number): Refusal {
  return { code: 'FIELD_TOO_LONG', field, limit, value }
}

function outOfRange(field: string, limit: string, value: string | number): Refusal {
  return { code: 'FIELD_OUT_OF_RANGE', field, limit, value }
}

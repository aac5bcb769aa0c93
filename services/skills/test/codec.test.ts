import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RejectedInput } from '@evenkeel/chassis/errors'
import { Event as RoutingEvent } from '@evenkeel/proto/evenkeel/routing/v1/events'
import { Event } from '@evenkeel/proto/evenkeel/skills/v1/events'
import fc from 'fast-check'
import {
  categories,
  channels,
  type Grant,
  limits,
  profileFields,
  skillFields,
  sources,
  timeMsMax,
} from '../core/index.ts'
import { bridges } from '../shell/bridge.ts'
import { codec, encodeCommand, type SubmittedCommand } from '../shell/translate/codec.ts'
import { profileOf, profileWire } from '../shell/translate/profiles.ts'
import { skillOf } from '../shell/translate/skills.ts'
import { templateOf } from '../shell/translate/templates.ts'
import { ana, tax } from './partition.ts'

/** Objects like those of the code, which have a prototype. */
const plain = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record<T>(model, { noNullPrototype: true })

const characters = (allowed: string) =>
  fc.string({ unit: fc.constantFrom(...allowed), minLength: 1, maxLength: limits.idBytes })
const slug = characters('abcxyz0189._-')
const agentId = characters('abXY09._@-')
const displayName = fc
  .string({ unit: fc.constantFrom('a', 'é', '日', '😀', ' ', '"'), maxLength: 40 })
  .filter((text) => Buffer.byteLength(text) <= limits.displayNameBytes)
const etag = fc.constantFrom('', 'v1', 'vzzzzzzz')
const skill = plain({
  pool: slug,
  skillId: slug,
  displayName,
  maxLevel: fc.integer({ min: 1, max: limits.levelMax }),
  category: fc.constantFrom(...categories),
  levelMeanings: fc
    .array(displayName, { maxLength: limits.levelMax })
    .filter((meanings) => meanings.at(-1) !== ''),
  etag,
})
const said = fc.constantFrom<{ by?: { actor: string; reason: string } }>(
  {},
  { by: { actor: 'lee@example.com', reason: '' } },
  { by: { actor: '', reason: 'Course of März' } },
)
const maskOf = <F extends string>(fields: readonly F[]) =>
  fc.oneof(
    fc.constant<{ mask?: readonly F[] }>({}),
    fc.subarray([...fields], { minLength: 1 }).map((mask) => ({ mask })),
  )
const validity = fc
  .tuple(
    fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: undefined }),
    fc.option(fc.integer({ min: 1_000_001, max: timeMsMax }), { nil: undefined }),
  )
  .map(([validFrom, validUntil]) => ({ validFrom, validUntil }))
const grants = fc.uniqueArray(
  fc
    .record({
      skillId: slug,
      level: fc.integer({ min: 1, max: limits.levelMax }),
      valid: validity,
      source: fc.constantFrom(...sources),
      handleTimePermille: fc.integer({
        min: limits.handleTimePermilleMin,
        max: limits.handleTimePermilleMax,
      }),
    })
    .map(({ valid, ...one }): Grant => ({ ...one, ...valid })),
  { selector: (grant) => grant.skillId, maxLength: limits.skillsPerAgent },
)
const weights = fc.subarray([...channels]).chain((some) =>
  fc.tuple(
    ...some.map((channel) =>
      fc
        .record({
          weight: fc.integer({ min: limits.weightMin, max: limits.weightMax }),
          uninterruptible: fc.boolean(),
          onRequest: fc.boolean(),
        })
        .map((own) => ({ channel, ...own })),
    ),
  ),
)
const profileIn = (pool: string) =>
  plain({
    pool: fc.constant(pool),
    agentId,
    displayName,
    team: fc.oneof(fc.constant(''), slug),
    skills: grants.map((some) => some.toSorted((a, b) => (a.skillId < b.skillId ? -1 : 1))),
    channels: weights,
    homeQueueId: fc.oneof(fc.constant(''), slug),
    login: fc.oneof(fc.constant(''), agentId),
    etag,
  })
const profile = slug.chain(profileIn)
const template = plain({
  pool: slug,
  templateId: slug,
  displayName,
  requirements: fc
    .uniqueArray(
      plain({
        skillId: slug,
        minimumLevel: fc.integer({ min: 1, max: limits.levelMax }),
        fullyQualified: fc.boolean(),
      }),
      {
        selector: ({ skillId }) => skillId,
        minLength: 1,
        maxLength: limits.requirementsPerTemplate,
      },
    )
    .map((some) => some.toSorted((a, b) => (a.skillId < b.skillId ? -1 : 1))),
  etag,
})
/** One object of several. */
const merged = <A extends object, B extends object, C extends object = object>(
  a: fc.Arbitrary<A>,
  b: fc.Arbitrary<B>,
  c: fc.Arbitrary<C> = fc.constant({} as C),
) => fc.tuple(a, b, c).map(([one, more, most]) => ({ ...one, ...more, ...most }))
const command: fc.Arbitrary<SubmittedCommand> = fc.oneof(
  merged(plain({ kind: fc.constant('putSkill'), skill }), maskOf(skillFields), said).map(
    // What a mask leaves out need not be sent, and is not.
    (put) => {
      const unsaid = put.mask !== undefined && !put.mask.includes('maxLevel')
      return unsaid ? { ...put, skill: { ...put.skill, maxLevel: limits.levelMax } } : put
    },
  ),
  merged(plain({ kind: fc.constant('putAgent'), profile }), maskOf(profileFields), said),
  merged(plain({ kind: fc.constant('removeAgent'), pool: slug, agentId, etag }), said),
  plain({ kind: fc.constant('putTemplate'), template }),
  plain({ kind: fc.constant('removeTemplate'), pool: slug, templateId: slug, etag }),
  slug.chain((pool) =>
    merged(
      plain({
        kind: fc.constant('importSlice'),
        pool: fc.constant(pool),
        validateOnly: fc.boolean(),
        lines: fc.uniqueArray(
          plain({ line: fc.integer({ min: 2, max: 100_000 }), profile: profileIn(pool) }),
          { selector: (line) => line.profile.agentId, maxLength: 5 },
        ),
      }),
      maskOf(profileFields),
      said,
    ),
  ),
)

describe('a command', () => {
  test('is after its bytes what it was before', () => {
    fc.assert(
      fc.property(command, (before) => {
        assert.deepEqual(codec.decodeCommand(encodeCommand(before)), before)
      }),
    )
  })

  test('made of any bytes is a command or refused with a code', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), decodesOrRefuses))
  })

  test('spoiled in one byte is a command or refused with a code', () => {
    const spoiled = fc.tuple(command, fc.nat(), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(spoiled, ([before, at, byte]) => {
        const bytes = Uint8Array.from(encodeCommand(before))
        bytes[at % bytes.length] = byte
        decodesOrRefuses(bytes)
      }),
      { numRuns: 500 },
    )
  })

  test('of a kind that is not known is refused', () => {
    const unknown = Uint8Array.from([0x9a, 0x06, 0x00])
    assert.throws(() => codec.decodeCommand(unknown), { code: 'BODY_MALFORMED' })
  })

  test('with a field that is not known is refused: half of it is another command', () => {
    const known = encodeCommand({ kind: 'putSkill', skill: tax })
    const more = Uint8Array.of(...known, 0xf8, 0x7f, 1)
    assert.throws(() => codec.decodeCommand(more), /does not know/)
  })

  test('of an import names one pool and each agent once', () => {
    const lines = [{ line: 2, profile: ana }]
    const slice = { kind: 'importSlice', pool: 'south', validateOnly: false, lines } as const
    assert.throws(() => codec.decodeCommand(encodeCommand(slice)), {
      code: 'FIELD_MALFORMED',
      fields: { field: 'lines[0].profile.pool', limit: 'south' },
    })
    const twice = { ...slice, pool: 'north', lines: [...lines, { line: 3, profile: ana }] }
    assert.throws(() => codec.decodeCommand(encodeCommand(twice)), { code: 'FIELD_DUPLICATE' })
  })
})

describe('an event', () => {
  test('carries the whole profile', () => {
    fc.assert(
      fc.property(profile, (before) => {
        const bytes = codec.encodeEvent({ kind: 'profileChanged', profile: before })
        const { kind } = Event.decode(bytes)
        assert.equal(kind?.$case, 'profileChanged')
        assert.deepEqual(profileOf('profile', kind.value.profile), before)
      }),
    )
  })

  test('carries the whole skill', () => {
    const { kind } = Event.decode(codec.encodeEvent({ kind: 'skillChanged', skill: tax }))
    assert.equal(kind?.$case, 'skillChanged')
    assert.deepEqual(skillOf('skill', kind.value.skill), tax)
  })

  test('carries the whole template', () => {
    fc.assert(
      fc.property(template, (before) => {
        const bytes = codec.encodeEvent({ kind: 'templateChanged', template: before })
        const { kind } = Event.decode(bytes)
        assert.equal(kind?.$case, 'requirementTemplateChanged')
        assert.deepEqual(templateOf('template', kind.value.template), before)
      }),
    )
  })

  test('names who was removed', () => {
    const event = { kind: 'profileRemoved', pool: 'north', agentId: 'bo' } as const
    const { kind } = Event.decode(codec.encodeEvent(event))
    assert.deepEqual(kind, {
      $case: 'profileRemoved',
      value: { pool: 'north', agentId: 'bo' },
    })
  })
})

describe("routing's events", () => {
  const [routing] = bridges

  test('make a pool known', () => {
    const pool = {
      pool: 'north',
      displayName: 'North',
      etag: 'v1',
      dialPacing: undefined,
      profilesMaxAge: undefined,
    }
    const body = RoutingEvent.encode({
      kind: { $case: 'poolChanged', value: { pool } },
    }).finish()
    assert.equal(routing?.source, 'routing')
    assert.deepEqual(routing.decode(body), { kind: 'poolKnown', pool: 'north' })
  })

  test('of other kinds are none of ours', () => {
    const body = RoutingEvent.encode({
      kind: { $case: 'contactHeld', value: { contactId: 'c', held: true } },
    }).finish()
    assert.equal(routing?.decode(body), undefined)
  })

  test('of any bytes are ours, not ours, or refused with a code', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        refusesOnly(() => routing?.decode(bytes))
      }),
    )
  })
})

test('a profile is on the wire what it is inside', () => {
  const wire = profileWire(ana)
  assert.deepEqual(wire.skills[0]?.validFrom, { seconds: 1, nanos: 0 })
  assert.deepEqual(profileOf('profile', wire), ana)
})

function decodesOrRefuses(bytes: Uint8Array): void {
  refusesOnly(() => codec.decodeCommand(bytes))
}

function refusesOnly(decode: () => unknown): void {
  try {
    decode()
  } catch (error) {
    if (!(error instanceof RejectedInput)) throw error
  }
}

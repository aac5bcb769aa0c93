import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Grant } from '../core/index.ts'
import { layerPacking, layersAfterEdit, merged, regranted } from '../core/training/layers.ts'

const always = undefined

/** tax 3 trained 10..20 */
function grant(text: string): Grant {
  const [skillId = '', level, source, span = '..'] = text.split(' ')
  const [from = '', until = ''] = span.split('..')
  return {
    skillId,
    level: Number(level),
    source: source as Grant['source'],
    handleTimePermille: 1_000,
    validFrom: from === '' ? always : Number(from),
    validUntil: until === '' ? always : Number(until),
  }
}

const text = ({ skillId, level, source, validFrom, validUntil }: Grant): string =>
  `${skillId} ${level} ${source} ${validFrom ?? ''}..${validUntil ?? ''}`

describe('layers of a skill come to', () => {
  const cases: readonly [string, readonly string[], readonly string[]][] = [
    ['nothing where there are none', [], []],
    ['the one that there is', ['tax 3 trained 10..20'], ['tax 3 trained 10..20']],
    [
      'the provisional level until the full one begins',
      ['tax 2 provisional', 'tax 3 trained 10..'],
      ['tax 2 provisional ..10', 'tax 3 trained 10..'],
    ],
    [
      'the former level again when the higher one has run out',
      ['tax 1 assessed', 'tax 3 trained 10..20'],
      ['tax 1 assessed ..10', 'tax 3 trained 10..20', 'tax 1 assessed 20..'],
    ],
    [
      'the higher level, though it is provisional',
      ['tax 3 provisional ..20', 'tax 2 trained 10..30'],
      ['tax 3 provisional ..20', 'tax 2 trained 20..30'],
    ],
    [
      'the full one of two equal ones',
      ['tax 3 provisional', 'tax 3 trained 10..20'],
      ['tax 3 provisional ..10', 'tax 3 trained 10..20', 'tax 3 provisional 20..'],
    ],
    [
      'one span where a renewal touches',
      ['tax 3 trained 10..20', 'tax 3 trained 15..30'],
      ['tax 3 trained 10..30'],
    ],
    [
      'two spans where a gap is between',
      ['tax 3 trained 10..20', 'tax 3 trained 25..30'],
      ['tax 3 trained 10..20', 'tax 3 trained 25..30'],
    ],
  ]
  for (const [what, layers, expected] of cases) {
    test(what, () => {
      const found = merged(layers.map((one, i) => ({ recordId: `r${i}`, grant: grant(one) })))
      assert.deepEqual(found.map(text), expected)
    })
  }
})

describe('a record', () => {
  const byHand = ['french 2 assessed', 'tax 2 provisional'].map(grant)
  const before = { skills: byHand, layers: [] }
  const gives = [grant('tax 3 trained 10..50')]
  const after = regranted(before, 'course/2026-01-01', gives, 5)

  test('touches the skills that it grants, and no others', () => {
    assert.deepEqual(after.skills.map(text), [
      'french 2 assessed ..',
      'tax 2 provisional ..10',
      'tax 3 trained 10..50',
      'tax 2 provisional 50..',
    ])
  })

  test('that is taken back leaves what was there', () => {
    assert.deepEqual(regranted(after, 'course/2026-01-01', [], 5), before)
  })

  test('that is taken back leaves what others grant', () => {
    const both = regranted(after, 'other/2026-01-02', [grant('tax 4 trained 20..30')], 5)
    const first = regranted(both, 'course/2026-01-01', [], 5)
    assert.deepEqual(first.skills.map(text), [
      'french 2 assessed ..',
      'tax 2 provisional ..20',
      'tax 4 trained 20..30',
      'tax 2 provisional 30..',
    ])
    assert.deepEqual(regranted(first, 'other/2026-01-02', [], 5), before)
  })

  test('takes back nothing of what has been edited by hand since', () => {
    const edited = [grant('french 2 assessed'), grant('tax 5 assessed')]
    const layers = layersAfterEdit(after, edited)
    assert.deepEqual(layers, [])
    const skills = regranted({ skills: edited, layers }, 'course/2026-01-01', [], 5).skills
    assert.deepEqual(skills.map(text), ['french 2 assessed ..', 'tax 5 assessed ..'])
  })

  test('keeps what it gave when the edit was of something else', () => {
    const edited = after.skills.filter(({ skillId }) => skillId === 'tax')
    assert.deepEqual(layersAfterEdit(after, edited), after.layers)
  })

  test('that has run out is forgotten when the skill is granted anew', () => {
    const later = regranted(after, 'other/2027-01-01', [grant('tax 4 trained 60..')], 55)
    assert.ok(later.layers.every(({ recordId }) => recordId !== 'course/2026-01-01'))
    assert.deepEqual(later.skills.map(text), [
      'french 2 assessed ..',
      'tax 2 provisional ..60',
      'tax 4 trained 60..',
    ])
  })
})

const anyGrant: fc.Arbitrary<Grant> = fc
  .record({
    skillId: fc.constantFrom('tax', 'french'),
    level: fc.integer({ min: 1, max: 5 }),
    source: fc.constantFrom('unsaid', 'trained', 'assessed', 'provisional'),
    handleTimePermille: fc.constantFrom(1_000, 1_400),
    validFrom: fc.option(fc.integer({ min: 1, max: 30 }), { nil: always }),
    lasts: fc.option(fc.integer({ min: 1, max: 30 }), { nil: always }),
  })
  .map(({ lasts, ...one }) => ({
    ...one,
    validUntil: lasts === undefined ? always : (one.validFrom ?? 0) + lasts,
  }))

const anyLayer = fc.record(
  { recordId: fc.constantFrom('', 'a/1', 'b/2'), grant: anyGrant },
  { noNullPrototype: true },
)

test('at each instant the best layer holds, and layers survive their packing', () => {
  const layers = fc.array(anyLayer)
  fc.assert(
    fc.property(layers, fc.integer({ min: 0, max: 70 }), (some, time) => {
      const ofTax = some.filter((layer) => layer.grant.skillId === 'tax')
      const holds = ({ validFrom, validUntil }: Grant) =>
        (validFrom ?? 0) <= time && time < (validUntil ?? Number.POSITIVE_INFINITY)
      const levels = ofTax.filter((layer) => holds(layer.grant)).map((layer) => layer.grant.level)
      const found = merged(ofTax).filter(holds)
      assert.ok(found.length <= 1)
      assert.equal(found[0]?.level ?? 0, Math.max(0, ...levels))
      assert.deepEqual(layerPacking.layersOf(layerPacking.pack(some)), some)
    }),
    { seed: 1, numRuns: 500 },
  )
})

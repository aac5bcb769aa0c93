import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { canonical, same } from '../canonical.ts'
import { CoreFault } from '../fault.ts'
import { Shared } from '../shared.ts'

/** Of few parts, so that equal ones come up. */
const { value } = fc.letrec((of) => ({
  leaf: fc.constantFrom(
    undefined,
    null,
    true,
    0,
    -0,
    1,
    2 ** 40,
    1n,
    '',
    '0',
    'tax',
    new Uint8Array([1]),
  ),
  list: fc.array(of('value'), { maxLength: 3 }),
  fields: fc.dictionary(fc.constantFrom('a', 'b', '__proto'), of('value'), { maxKeys: 3 }),
  value: fc.oneof({ maxDepth: 3 }, of('leaf'), of('list'), of('fields')),
}))

describe('values of a column', () => {
  test('are the same exactly if their texts are', () => {
    fc.assert(
      fc.property(value, value, (left, right) => {
        assert.equal(same(left, right), canonical(left) === canonical(right))
        assert.ok(same(left, structuredClone(left)))
      }),
      { numRuns: 2_000, seed: 1 },
    )
  })

  test('are one object if they are the same, whatever the order of their fields', () => {
    const shared = new Shared()
    const one = shared.of([
      { skillId: 'tax', level: 3 },
      { skillId: 'post', level: 1 },
    ])
    const other = shared.of([
      { level: 3, skillId: 'tax' },
      { level: 1, skillId: 'post' },
    ])
    assert.equal(other, one)
    assert.ok(Object.isFrozen(one))
  })

  test('share items of lists that are not the same', () => {
    const shared = new Shared()
    const read = (list: readonly object[]) => shared.of(list) as readonly object[]
    const one = read([{ skillId: 'tax', level: 3 }])
    const other = read([
      { skillId: 'post', level: 1 },
      { skillId: 'tax', level: 3 },
    ])
    assert.equal(other[1], one[0])
  })

  test('stay what they are, shared or not', () => {
    const shared = new Shared()
    fc.assert(
      fc.property(value, (one) => {
        assert.equal(canonical(shared.of(structuredClone(one))), canonical(one))
      }),
      { numRuns: 2_000, seed: 2 },
    )
  })

  for (const [what, one] of [
    ['a function', () => {}],
    ['an object of a class', new Date(0)],
    ['a list of them', [{ since: new Date(0) }]],
  ] as const) {
    test(`can't be ${what}`, () => {
      assert.throws(() => new Shared().of(one), CoreFault)
    })
  }
})

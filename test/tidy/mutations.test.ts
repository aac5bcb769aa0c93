import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mutations } from '../simulation/mutations/list.ts'
import { locate } from '../simulation/mutations/plant.ts'

const [first] = mutations

test('every bug that is planted has its place in the code, and changes it', () => {
  const names = new Set<string>()
  for (const mutation of mutations) {
    const { find, name, replace } = mutation
    assert.doesNotThrow(() => locate(mutation))
    assert.notEqual(find, replace, name)
    assert.ok(!names.has(name), `two are called "${name}"`)
    names.add(name)
  }
})

describe('the rule finds what it looks for', () => {
  assert.ok(first)
  test('a text that is gone', () =>
    assert.throws(() => locate({ ...first, find: 'no code reads so' }), /occurs 0 times/))
  test('a text that is there twice', () =>
    assert.throws(() => locate({ ...first, find: 'const ' }), /occurs \d+ times .*, not once/))
})

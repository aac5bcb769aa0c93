import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mutations } from '../simulation/mutations/list.ts'
import { assertFinds, assertNone } from './findings.ts'
import { invariantFindings, productPromises } from './invariants.ts'
import { readText } from './repository.ts'

const promises = productPromises(readText('ARCHITECTURE.md'))
const bugs = new Set(mutations.map(({ name }) => name))

test('docs/invariants.md names for each promise who watches it, and bugs that are planted', () => {
  assert.ok(promises.length >= 6, 'the table of ARCHITECTURE.md is not where it was')
  assertNone(invariantFindings(readText('docs/invariants.md'), { promises, bugs }))
})

describe('the rule finds what it looks for', () => {
  const known = { promises: ['skill floor'], bugs: new Set(['a bug']) }

  test('a promise without a row', () =>
    assertFinds(invariantFindings('', known), /no row for "skill floor"/))

  test('a bug that nobody plants, or none', () => {
    assertNone(invariantFindings('| skill floor | `a.ts` | `a bug` |', known))
    assertFinds(invariantFindings('| skill floor | `a.ts` | `another` |', known), /"another"/)
    assertFinds(invariantFindings('| skill floor | `a.ts` | none |', known), /no planted bug/)
  })

  test('a promise that nobody watches', () =>
    assertFinds(invariantFindings('| skill floor | all | `a bug` |', known), /by nobody/))
})

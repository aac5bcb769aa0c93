import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { faults } from '../simulation/coverage.ts'
import { faultFindings, faultRows } from './faults.ts'
import { assertFinds, assertNone } from './findings.ts'
import { readText, sourceFiles } from './repository.ts'

const page = readText('docs/faults.md')

const simulated = Object.fromEntries(Object.entries(faults).map(([name, { rows }]) => [name, rows]))

const chaos = new Set(
  sourceFiles()
    .filter(({ path }) => path.startsWith('test/chaos/faults/'))
    .flatMap(({ text }) => [...text.matchAll(/^ {4}name: '([a-z-]+)',$/gm)])
    .map((match) => match[1] ?? ''),
)

describe('docs/faults.md', () => {
  test('names what the simulator and the chaos run do, and all of it', () => {
    assert.ok(chaos.size > 5, 'the faults of the chaos run are not where they were')
    assertNone(faultFindings(page, { simulated, chaos }))
  })

  test('has every row once', () => {
    const rows = faultRows(page).map(({ row }) => row)
    assert.ok(rows.length > 25)
    assert.equal(new Set(rows).size, rows.length)
  })
})

describe('the rule finds what it looks for', () => {
  const known = { simulated: { lost: ['F3'] }, chaos: new Set(['killed']) }
  const row = (cells: string) => `| F3 | what | ${cells} |`

  test('a fault that nobody does', () => {
    assertFinds(faultFindings(row('`lost`, `found` | `killed` | '), known), /does not do found/)
    assertFinds(faultFindings(row('`lost` | `killed`, `hurt` | '), known), /no chaos fault hurt/)
  })

  test('one that is done and not named', () => {
    assertFinds(faultFindings(row(' | `killed` | '), known), /does not name lost/)
    assertFinds(faultFindings(row('`lost` | | '), known), /no row names .* killed/)
  })

  test('a row that nobody tries', () =>
    assertFinds(faultFindings(`${row('`lost` | `killed` | ')}\n| F4 | x | | | |`, known), /nobody/))
})

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { refusalCodes } from '@evenkeel/chassis/log'
import { haltCodes } from '@evenkeel/chassis/protocol'
import { slotFaults } from '@evenkeel/chassis/snapshot'
import { planTopics } from '@evenkeel/proto/topics'
import { assertFinds, assertNone } from './findings.ts'
import { allMetrics } from './metrics.ts'
import { isTest, ROOT, readText, sourceFiles } from './repository.ts'
import { runbookEntries, runbookFindings } from './runbook.ts'

const page = readText('docs/runbook.md')

const sources = sourceFiles()
  .filter(({ path }) => path.startsWith('services/') && path.endsWith('.ts') && !isTest(path))
  .map(({ text }) => text)
  .join('\n')

const literal = [...sources.matchAll(/'(evenkeel_[a-z_]+)'/g)].map((match) => match[1] ?? '')

const codes = [haltCodes, refusalCodes, slotFaults].flatMap((table) => Object.keys(table))
const alarms = allMetrics
  .filter(({ help }) => /Must read 0|Alert|Above \d/.test(help))
  .map(({ name }) => name)
const settings = planTopics({ partitions: 1, replication: 3 }).flatMap((plan) =>
  Object.keys(plan.settings),
)

const commands = new Set([...page.matchAll(/npx evenkeel ([a-z]+)/g)].map(([, name = '']) => name))
const helps = new Map([...commands].map((name) => [name, helpOf(name)]))

const told = {
  codes,
  alarms,
  metrics: new Set([...allMetrics.map(({ name }) => name), ...literal]),
  settings: [...new Set(settings)],
  says: (words: string) => sources.includes(words),
  help: (command: string) => helps.get(command),
}

describe('docs/runbook.md', () => {
  test('has an entry for whatever stops, is refused or must read 0, and says what is so', () => {
    assert.ok(alarms.length > 5 && codes.length > 30 && commands.size > 3)
    assertNone(runbookFindings(page, told))
  })

  test('a code means one thing, and somebody uses it', () => {
    assert.equal(new Set(codes).size, codes.length)
    const unused = codes.filter((code) => !sources.includes(`'${code}'`))
    assert.deepEqual(unused, [])
  })
})

describe('the rule finds what it looks for', () => {
  const entry = (name: string, points: string) => `### \`${name}\`\n\n${points}\n`
  const points = '- sign: a\n- what to do: b\n'
  const intro = '# R\n\n## S\n\n- metric: `evenkeel_x`\n- log line: `a.b`, "c d ..."\n\n'
  const known = {
    codes: ['gap'],
    alarms: ['evenkeel_x'],
    metrics: new Set(['evenkeel_x']),
    settings: ['retention.ms'],
    says: (words: string) => ["'a.b'", 'c d'].includes(words),
    help: (command: string) =>
      command === 'ops' ? 'ops skip|hand-over\n  --target X  of it' : undefined,
  }
  const command = '    npx evenkeel ops skip \\\n      --target a:1\n\n'
  const alert = '| [`evenkeel_x`](#evenkeel_x) | above 0 | 1 min | page |\n\n'
  const entries = `${entry('gap', points)}${entry('evenkeel_x', points)}### In words\n\n${points}\n`
  const whole = `${intro}\`retention.ms\`\n\n${entries}${command}${alert}`

  test('nothing in a page that is whole', () => {
    assertNone(runbookFindings(whole, known))
    assert.deepEqual(
      runbookEntries(whole).map(({ name, line }) => [name, line]),
      [
        ['gap', 10],
        ['evenkeel_x', 15],
        ['In words', 20],
      ],
    )
  })

  const wrong: readonly (readonly [string, string, string, RegExp])[] = [
    ['a code without an entry', '### `gap`', '### `hole`', /no entry gap/],
    ['an entry that nothing is named by', '### `gap`', '### `hole`', /hole: nothing has/],
    ['an entry that does not say what to do', '- what to do: b', '', /gap: has no "what to do"/],
    ['one without a log line', '- log line:', '- said:', /gap: has no "log line"/],
    ['a metric that is gone', '`evenkeel_x`\n- log', '`evenkeel_y`\n- log', /:5: no metric/],
    ['a log line that nobody writes', 'c d', 'c e', /:6: no log line says c e/],
    ['an event that nobody writes', 'a.b', 'a.c', /no log line says 'a\.c'/],
    ['a setting that is not named', 'retention.ms', 'retention', /does not name retention\.ms/],
    ['an alert that calls nobody', '| page |', '| soon |', /evenkeel_x is not once in the table/],
    ['an alert twice', alert, `${alert}${alert}`, /evenkeel_x is not once in the table/],
    [
      'words that do not say what to do',
      `${points}\n    npx`,
      '- sign: a\n\n    npx',
      /In words: has no "what/,
    ],
    ['a command that is none', 'evenkeel ops', 'evenkeel opts', /no command: npx evenkeel opts/],
    ['a deed that is none', 'ops skip', 'ops leap', /leap is no part of/],
    ['a flag that is none', '--target', '--to', /--to is no part of/],
    ['an entry twice', '### `evenkeel_x`', '### `gap`', /gap: is there twice/],
  ]
  for (const [what, from, to, finding] of wrong) {
    test(what, () => {
      const found = runbookFindings(whole.replace(from, to), known)
      assertFinds(
        found.filter((one) => finding.test(one)),
        finding,
      )
    })
  }
})

/** As somebody reads it; undefined: there is no such command. */
function helpOf(command: string): string | undefined {
  const bin = join(ROOT, 'services/evenkeel/bin.js')
  try {
    return execFileSync(process.execPath, [bin, 'help', command], { encoding: 'utf8' })
  } catch {
    return undefined
  }
}

import { describe, test } from 'node:test'
import { assertFinds, assertNone } from './findings.ts'
import { sourceFiles } from './repository.ts'
import {
  fingerprint,
  machinePaths,
  postponed,
  switchedOff,
  unwanted,
  unwantedWords,
} from './words.ts'

const self = /^test\/tidy\/words(\.test)?\.ts$/
const files = sourceFiles().filter((file) => !self.test(file.path))

describe('what has no place in the repository', () => {
  test('no work is put off in a comment', () => assertNone(files.flatMap(postponed)))
  test('no rule is switched off without a reason', () => assertNone(files.flatMap(switchedOff)))
  test('no path of one machine', () => assertNone(files.flatMap(machinePaths)))
  test('no unwanted word', () => assertNone(files.flatMap((file) => unwanted(file, unwantedWords))))
})

describe('the rules find what they look for', () => {
  test('work put off', () => {
    const file = { path: 'a.ts', text: `one\n// ${'TO' + 'DO'}: two` }
    assertFinds(postponed(file), /^a\.ts:2: /)
    assertNone(postponed({ path: 'a.ts', text: 'the todos of a mastodon' }))
  })

  test('a path of one machine, in prose and in code', () => {
    assertFinds(machinePaths({ path: 'a.md', text: `see /${'home'}/me/x` }), /one machine/)
    assertFinds(machinePaths({ path: 'a.ts', text: `'/${'work'}/x'` }), /one machine/)
    assertNone(machinePaths({ path: 'a.md', text: 'docs/home/me and https://x.org/work/x' }))
  })

  test('a temporary path, save in tests', () => {
    assertFinds(machinePaths({ path: 'services/a.ts', text: "'/tmp/x'" }), /temporary/)
    assertNone(machinePaths({ path: 'services/a/test/b.test.ts', text: "'/tmp/x'" }))
  })

  test('a rule switched off', () => {
    const off = `// ${'oxlint'}-disable-next-line no-console`
    const shell = 'services/a/shell/b.ts'
    assertFinds(switchedOff({ path: shell, text: off }), /without/)
    assertNone(switchedOff({ path: shell, text: `${off} -- the terminal is its job` }))
    const core = { path: 'services/a/core/b.ts', text: `${off} -- I know better` }
    assertFinds(switchedOff(core), /in a core/)
  })

  test('an unwanted word, in any case', () => {
    const words = new Set([fingerprint('gnarl')])
    assertFinds(unwanted({ path: 'a.md', text: 'The Gnarl, again' }, words), /^a\.md:1: /)
    assertNone(unwanted({ path: 'a.md', text: 'gnarled' }, words))
  })
})

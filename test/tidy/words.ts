import { createHash } from 'node:crypto'
import { isTest, perLine, type SourceFile } from './repository.ts'

/**
 * First 16 digits of SHA-256 of lower-case words that have no place here; a list in clear would be
 * one more place.
 */
export const unwantedWords: ReadonlySet<string> = new Set([
  'c857d09db23e6822',
  'c70eca6b0f88f44d',
  '7d3194f79e645c42',
  '60965168ce762e94',
  '3ea125d0bff386e6',
  '94a168d2da574b00',
  'd298391b07433318',
  '2da59699d8198376',
  'ba20768a02ee5327',
  '487b91042c7cf27a',
])

/** Paths of somebody's machine: they work on no other. Tests may use the temporary folder. */
const MACHINE_PATHS = /(?<![\w.@~-])\/(?:work|home|root|Users)\/[\w.-]/
const TEMPORARY = /(?<![\w.@~-])\/tmp\b/

// Written in pieces so that this file does not find itself.
const POSTPONED = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|')})\\b`)

export function postponed(file: SourceFile): readonly string[] {
  return perLine(file, (line) =>
    POSTPONED.test(line) ? 'work put off in a comment; do it, or open an issue' : undefined,
  )
}

// A gate that can be switched off by whom it stops is none; in a shell a reason may be good enough.
const SWITCHED_OFF = new RegExp(
  `\\b(?:${['oxlint', 'eslint', 'biome'].join('|')})-(?:disable|ignore)`,
)

export function switchedOff(file: SourceFile): readonly string[] {
  const fenced = /^services\/(?:[^/]+\/core|chassis\/(?:table|protocol|detmath|words))\//.test(
    file.path,
  )
  const lines = file.text.split('\n')
  return perLine(file, (line, number) => {
    if (!SWITCHED_OFF.test(line)) return undefined
    if (fenced && !isTest(file.path)) return 'a fence switched off in a core; mend the code'
    const explained = /(?: -- |: )\w/.test(line) || /^\s*\/\/ /.test(lines[number - 2] ?? '')
    return explained ? undefined : 'a rule switched off without ` -- reason`'
  })
}

export function machinePaths(file: SourceFile): readonly string[] {
  return perLine(file, (line) => {
    if (MACHINE_PATHS.test(line)) return 'a path of one machine; make it relative'
    if (TEMPORARY.test(line) && !isTest(file.path)) return 'a temporary path; use os.tmpdir()'
    return undefined
  })
}

export function unwanted(file: SourceFile, words: ReadonlySet<string>): readonly string[] {
  return perLine(file, (line) => {
    const found = line.toLowerCase().match(/[a-z]+/g) ?? []
    return found.some((word) => words.has(fingerprint(word)))
      ? 'an unwanted word (test/tidy/words.ts); say it otherwise'
      : undefined
  })
}

const fingerprints = new Map<string, string>()

export function fingerprint(word: string): string {
  const known = fingerprints.get(word)
  if (known !== undefined) return known
  const made = createHash('sha256').update(word).digest('hex').slice(0, 16)
  fingerprints.set(word, made)
  return made
}

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { origin } from '../bench/result.ts'
import { ROOT } from '../integration/process.ts'
import { pageOf } from './outcome.ts'
import type { Outcome } from './run.ts'

const PAGE = join(ROOT, 'docs', 'chaos.md')

const HEAD = `# Chaos

Faults against real processes, under a load of real calls. Submitters (unary and on streams),
agents on their sessions, customers who hang up, take callbacks and call again, and two diallers who
race for every attempt go on all the time; they turn to another replica when one does not answer,
and repeat with the same ids. They keep a book of every acknowledgement. Afterwards the events are
read from their start, and every replica is asked:

- every acknowledged command has had its effect exactly once, no later than at the position stated;
- every accepted contact has ended exactly once, was never on offer to two agents or with two, and
  no agent had more than there is room for;
- each dial attempt was given to one dialler;
- event ids grow within a partition, no event of a record is missing, no id has two contents;
- every replica tells of the same ends, and counts no violation, no fault, nothing past its
  deadline.

Without an offer, without an answer: the longest time in which some pool saw none, from the fault
until all went on. Repeats: calls sent again with the same ids. Refused: retryable refusals, by
code.

The tables are written by the command above each of them.
`

const mark = (on: string) => [`<!-- ${on} begins -->`, `<!-- ${on} ends -->`] as const

const TITLES = { kafka: 'Separate processes on Kafka', sqlite: 'One process on SQLite' } as const

export type On = keyof typeof TITLES

/** Puts the outcome of a whole run into docs/chaos.md, in the place of the one before. */
export function writePage(on: On, outcome: Outcome): void {
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : ''
  writeFileSync(PAGE, pageWith(page, on, sectionOf(on, outcome)))
}

/** What another world's run has written stays. */
export function pageWith(page: string, on: On, section: string): string {
  const sections = (['kafka', 'sqlite'] as const).map((one) => {
    const [begin, end] = mark(one)
    const from = page.indexOf(begin)
    const kept = from === -1 ? '' : page.slice(from + begin.length, page.indexOf(end)).trim()
    const text = one === on ? section : kept
    return text === '' ? '' : `\n## ${TITLES[one]}\n\n${begin}\n\n${text}\n\n${end}\n`
  })
  return `${HEAD}${sections.join('')}`
}

function sectionOf(on: On, outcome: Outcome): string {
  const { machine, commit } = origin()
  const [busy = 0] = loadavg()
  const load = `${outcome.load.pools} pools of ${outcome.load.agentsPerPool} agents`
  const rate = `${outcome.load.perSecond} contacts a second each`
  return [
    `\`npm run chaos -- --on ${on} --write\`: ${outcome.world}; ${load}, ${rate}.`,
    `${machine}; commit ${commit}; load average when it ended: ${busy.toFixed(1)}.`,
    '',
    pageOf(outcome).trim(),
  ].join('\n')
}

/**
 * npm run paired-days -- [--seeds N] [--seed S] [--speed N]: drift days with and without
 * reallocation, seed by seed, and what each of both came to. A pair takes minutes, one run after
 * the other: on a machine that does something else both sides suffer, but not alike.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    speed: { type: 'string', default: '300' },
  },
})

const bin = fileURLToPath(new URL('../../services/evenkeel/main.ts', import.meta.url))

interface Report {
  readonly contacts: { readonly accepted: number; readonly abandoned: number }
  readonly violations: number
  readonly floor: { readonly moves: number; readonly in_breaks: number }
  readonly per_queue: Readonly<Record<string, Queue | undefined>>
}

interface Queue {
  readonly answered: number
  readonly answered_in_target: number
  readonly expired: number
}

function dayOf(seed: number, ...more: readonly string[]): Promise<Report> {
  const flags = ['--day', 'drift', '--seed', String(seed), '--speed', values.speed, '--json']
  const child = spawn(process.execPath, [bin, 'demo', ...flags, ...more], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let out = ''
  child.stdout.on('data', (text: Buffer) => {
    out += text.toString()
  })
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(out))
      else reject(new Error(`the day of seed ${seed} has ended with ${code}`))
    })
  })
}

interface Figures {
  readonly abandonedBp: number
  readonly lateMails: number
  readonly moves: number
  readonly inBreaks: number
}

function figuresOf({ contacts, floor, per_queue }: Report): Figures {
  const mail = per_queue.email ?? { answered: 0, answered_in_target: 0, expired: 0 }
  return {
    abandonedBp: Math.round((10_000 * contacts.abandoned) / Math.max(1, contacts.accepted)),
    lateMails: mail.answered - mail.answered_in_target + mail.expired,
    moves: floor.moves,
    inBreaks: floor.in_breaks,
  }
}

const percent = (bp: number): string => `${(bp / 100).toFixed(2)}%`
const row = (...cells: readonly (string | number)[]): void =>
  console.log(`| ${cells.join(' | ')} |`)

row('seed', 'abandoned without', 'with', 'late mails without', 'with', 'moves', 'into breaks')
row(...new Array<string>(7).fill('---'))
const [first, count] = [Number(values.seed), Number(values.seeds)]
const pairs: (readonly [without: Figures, moved: Figures])[] = []
for (let seed = first; seed < first + count; seed++) {
  const without = figuresOf(await dayOf(seed, '--no-reallocation'))
  const moved = figuresOf(await dayOf(seed))
  pairs.push([without, moved])
  const abandoned = [percent(without.abandonedBp), percent(moved.abandonedBp)]
  row(seed, ...abandoned, without.lateMails, moved.lateMails, moved.moves, moved.inBreaks)
}
const sum = (of: (pair: (typeof pairs)[number]) => number): number =>
  pairs.reduce((total, pair) => total + of(pair), 0)
const mean = (of: (pair: (typeof pairs)[number]) => number): string => percent(sum(of) / count)
row(
  'mean, sums',
  ...[mean(([without]) => without.abandonedBp), mean(([, moved]) => moved.abandonedBp)],
  ...[sum(([without]) => without.lateMails), sum(([, moved]) => moved.lateMails)],
  ...[sum(([, moved]) => moved.moves), sum(([, moved]) => moved.inBreaks)],
)
const fewer = pairs.filter(([without, moved]) => moved.abandonedBp < without.abandonedBp).length
console.log(`\nFewer abandoned with reallocation in ${fewer} of ${count} pairs.`)

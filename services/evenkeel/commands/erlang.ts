import {
  leastAgentsOver,
  limits,
  loadOf,
  logNormalRates,
  netRequirement,
  type Performance,
  performanceOver,
  type ServiceLevel,
  type Target,
  type Traffic,
} from '@evenkeel/chassis/staffing'
import {
  choice,
  figure,
  figures,
  flag,
  flagLines,
  must,
  number,
  readFlags,
  span,
  UsageError,
  type Values,
} from './flags.ts'
import { type Command, EXIT, type Terminal } from './terminal.ts'

/** A table that somebody reads. */
const ROWS_MAX = 1_000
/** Shown on either side of the fewest that are enough. */
const ROWS_AROUND = 4

const DEFINITIONS = {
  'of-all': 'ofAll',
  'of-answered': 'ofAnswered',
  'except-short-abandons': 'exceptShortAbandons',
  'short-abandons-as-met': 'shortAbandonsAsMet',
} as const satisfies Readonly<Record<string, keyof ServiceLevel>>
const DEFINITION_NAMES = [
  'of-all',
  'of-answered',
  'except-short-abandons',
  'short-abandons-as-met',
] as const

const share = { min: 0, max: 100, unit: '%' }
const FLAGS = {
  'per-hour': must(
    figures(
      'N',
      'arrivals per hour; several: a row for each',
      { ...limits.perHour, unit: '' },
      ROWS_MAX,
    ),
  ),
  'handle-s': must(
    figure('N', 'mean handle time, wrap-up included', { ...limits.handleS, unit: 's' }),
  ),
  'patience-s': must(
    figure('N', 'mean patience of who waits', { ...limits.patienceS, unit: 's' }),
    'erlang a; erlang c knows none',
  ),
  'threshold-s': number('N', 'answered in time is within so much', {
    ...{ ...limits.thresholdS, unit: 's' },
    fallback: 20,
  }),
  'service-level-percent': number('N', 'to be answered in time', {
    ...{ min: 0, max: 99.999, unit: '%' },
    fallback: 80,
  }),
  definition: choice('what that is a share of, see below', DEFINITION_NAMES, 'of-all'),
  'abandoned-max-percent': figure('N', 'may abandon, besides', share, 'any'),
  'answer-max-s': figure(
    'N',
    'mean wait till answered, besides',
    { ...limits.thresholdS, unit: 's' },
    'any',
  ),
  'occupancy-max-percent': figure('N', 'of their time at work, besides', share, 'any'),
  'variation-percent': number('N', 'how unsure the rate is: standard deviation over mean', {
    ...{ min: 0, max: 100 * limits.variation.max, unit: '%' },
    fallback: 0,
  }),
  'callbacks-per-hour': number('N', 'callbacks in the same line, which never leave', {
    ...{ ...limits.perHour, unit: '' },
    fallback: 0,
  }),
  'shrinkage-percent': number('N', 'of rostered time not at work: breaks, absence, meetings', {
    ...{ min: 0, max: 100 * limits.shrinkage.max, unit: '%' },
    fallback: 0,
  }),
  agents: span(
    'one rate: a row for each of these instead',
    limits.agents.max,
    ROWS_MAX,
    `${ROWS_AROUND} on either side of the fewest`,
  ),
  json: flag('print the table as one line of JSON'),
} as const

type Flagged = Values<typeof FLAGS>

function help(): string {
  return [
    'Usage: evenkeel erlang a|c --per-hour N,... --handle-s N [--patience-s N] [flags]',
    '',
    'How many agents a line needs, and how it does with more or fewer, in the long run at a steady',
    'rate. Exact, whatever the size: Erlang-C (Erlang 1917), where everybody waits as long as it',
    'takes, and Erlang-A (Palm 1957; Garnett, Mandelbaum and Reiman 2002), where they leave after an',
    'exponential patience. One rate: a row for each number of agents, > marks the fewest that are',
    'enough. Several: the fewest for each.',
    '',
    ...flagLines(FLAGS),
    '',
    'Service level: answered within the threshold, as a share',
    '  of-all                  of all arrivals: every abandon counts against it',
    '  of-answered             of those who were answered: abandons do not count',
    '  except-short-abandons   of all but who abandons within the threshold',
    '  short-abandons-as-met   of all, who abandons within the threshold counted as answered in time',
    'All four are in every row; callbacks are in none of them.',
    '',
    'A rate that is unsure is log-normal, and the row is what is to be expected over all that it may',
    'be: that takes more agents than its mean.',
    '',
    '--json prints {"model", "threshold_s", "definition", "rows"}; a row has per_hour, load_erlangs,',
    'agents, scheduled, enough, of_all, of_answered, except_short_abandons, short_abandons_as_met,',
    'no_wait, abandoned, occupancy (shares 0-1), wait_s (till answered or gone), answer_s (of those',
    'answered), queue (contacts). null: endless, since more comes than can be served; agents null: no',
    'number of agents is enough.',
    '',
    'Exit codes: 0 done, 2 wrong usage.',
  ].join('\n')
}

interface Row {
  readonly perHour: number
  readonly loadErlangs: number
  readonly agents: number | undefined
  readonly scheduled: number | undefined
  readonly enough: boolean
  readonly performance: Performance | undefined
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(FLAGS, args)
  const [model, unexpected] = positionals
  if (model !== 'a' && model !== 'c') throw new UsageError('erlang which? a (patience) or c (none)')
  if (unexpected !== undefined) throw new UsageError(`unexpected argument ${unexpected}`)
  const rows = rowsOf(model, values)
  terminal.out(
    values.json ? `${JSON.stringify(asJson(model, values, rows))}\n` : readable(values, rows),
  )
  return EXIT.done
}

function rowsOf(model: 'a' | 'c', values: Flagged): readonly Row[] {
  const { 'per-hour': rates, 'handle-s': handleS, 'patience-s': patience, agents: span } = values
  if (rates === undefined) throw new UsageError('--per-hour must be given')
  if (handleS === undefined) throw new UsageError('--handle-s must be given')
  if (model === 'a' && patience === undefined) {
    throw new UsageError('--patience-s must be given; where nobody leaves, it is erlang c')
  }
  if (model === 'c' && patience !== undefined) {
    throw new UsageError('--patience-s is for erlang a: in erlang c nobody leaves')
  }
  if (span !== undefined && rates.length > 1) {
    throw new UsageError('--agents is for one rate; several have a row each')
  }
  const target = targetOf(values)
  return rates.flatMap((arrivalsPerHour) => {
    const traffic = {
      ...{ arrivalsPerHour, handleS, patienceS: patience ?? Number.POSITIVE_INFINITY },
      callbacksPerHour: values['callbacks-per-hour'],
    }
    if (loadOf(traffic) > limits.loadErlangs.max) {
      const most = `${loadOf(traffic)} Erlangs, at most ${limits.loadErlangs.max}`
      throw new UsageError(`--per-hour ${arrivalsPerHour} at --handle-s ${handleS} is ${most}`)
    }
    const possible = logNormalRates(arrivalsPerHour, values['variation-percent'] / 100)
    const least = leastAgentsOver(possible, traffic, target)
    const row = (agents: number | undefined): Row =>
      rowOf({ traffic, agents, least, shrinkage: values['shrinkage-percent'] / 100 }, (many) =>
        performanceOver(possible, traffic, many, target.thresholdS),
      )
    if (rates.length > 1 || (least === undefined && span === undefined)) return [row(least)]
    const around: readonly [number, number] = [
      Math.max(0, (least ?? 0) - ROWS_AROUND),
      Math.min(limits.agents.max, (least ?? 0) + ROWS_AROUND),
    ]
    const [from, to] = span ?? around
    return Array.from({ length: to - from + 1 }, (_, at) => row(from + at))
  })
}

function rowOf(
  of: {
    readonly traffic: Traffic
    readonly agents: number | undefined
    readonly least: number | undefined
    readonly shrinkage: number
  },
  performance: (agents: number) => Performance,
): Row {
  const { traffic, agents, least, shrinkage } = of
  const head = { perHour: traffic.arrivalsPerHour, loadErlangs: loadOf(traffic), agents }
  if (agents === undefined) {
    return { ...head, scheduled: undefined, enough: false, performance: undefined }
  }
  const scheduled = netRequirement([agents], shrinkage, [])[0]?.scheduled
  const enough = least !== undefined && agents >= least
  return { ...head, scheduled, enough, performance: performance(agents) }
}

function targetOf(values: Flagged): Target {
  const { 'abandoned-max-percent': abandoned, 'occupancy-max-percent': occupancy } = values
  const answerSMax = values['answer-max-s']
  return {
    serviceLevel: values['service-level-percent'] / 100,
    thresholdS: values['threshold-s'],
    definition: DEFINITIONS[values.definition],
    ...(abandoned !== undefined && { abandonedMax: abandoned / 100 }),
    ...(occupancy !== undefined && { occupancyMax: occupancy / 100 }),
    ...(answerSMax !== undefined && { answerSMax }),
  }
}

const rounded = (value: number): number => Number(value.toPrecision(10))

function asJson(model: 'a' | 'c', values: Flagged, rows: readonly Row[]): unknown {
  return {
    ...{ model, threshold_s: values['threshold-s'], definition: values.definition },
    rows: rows.map(({ perHour, loadErlangs, agents, scheduled, enough, performance }) => ({
      ...{ per_hour: perHour, load_erlangs: rounded(loadErlangs) },
      ...{ agents: agents ?? null, scheduled: scheduled ?? null, enough },
      ...(performance && {
        of_all: rounded(performance.serviceLevel.ofAll),
        of_answered: rounded(performance.serviceLevel.ofAnswered),
        except_short_abandons: rounded(performance.serviceLevel.exceptShortAbandons),
        short_abandons_as_met: rounded(performance.serviceLevel.shortAbandonsAsMet),
        no_wait: rounded(performance.noWait),
        abandoned: rounded(performance.abandoned),
        occupancy: rounded(performance.occupancy),
        // JSON has no Infinity: it becomes null.
        wait_s: rounded(performance.waitS),
        answer_s: rounded(performance.answerS),
        queue: rounded(performance.queue),
      }),
    })),
  }
}

const percent = (part: number): string => (100 * part).toFixed(2)
const length = (value: number): string => (Number.isFinite(value) ? value.toFixed(1) : 'endless')

const COLUMNS = [
  ...['per hour', 'Erlangs', 'agents', 'rostered', 'of all %', 'of answered %', 'but short %'],
  ...['short as met %', 'abandon %', 'no wait %', 'busy %', 'wait s', 'answer s', 'queue'],
]

function readable(values: Flagged, rows: readonly Row[]): string {
  const one = (values['per-hour'] ?? []).length === 1
  const least = rows.find(({ enough }) => enough)
  const lines = rows.map((row) => {
    const { performance } = row
    const mark = one && row === least ? '>' : ' '
    const head = [String(row.perHour), row.loadErlangs.toFixed(2), String(row.agents ?? 'none')]
    if (performance === undefined) return [mark, ...head, 'is enough']
    const level = performance.serviceLevel
    return [
      ...[mark, ...head, String(row.scheduled)],
      ...[level.ofAll, level.ofAnswered, level.exceptShortAbandons].map(percent),
      ...[level.shortAbandonsAsMet, performance.abandoned, performance.noWait].map(percent),
      percent(performance.occupancy),
      ...[performance.waitS, performance.answerS, performance.queue].map(length),
    ]
  })
  const table = [['', ...COLUMNS], ...lines]
  const widths = COLUMNS.map((_, at) =>
    Math.max(...table.map((line) => (line[at + 1] ?? '').length)),
  )
  return table
    .map(([mark = '', ...cells]) =>
      [mark.padEnd(1), ...cells.map((cell, at) => cell.padStart(widths[at] ?? 0))]
        .join('  ')
        .trimEnd(),
    )
    .concat('')
    .join('\n')
}

export const erlang: Command = {
  name: 'erlang',
  summary: 'how many agents a line needs, by Erlang-A or Erlang-C',
  help,
  run,
}

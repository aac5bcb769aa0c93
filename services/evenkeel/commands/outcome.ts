import { brief, bytesShown } from '../view/frame.ts'
import type { Report } from '../report.ts'
import type { Terminal } from './terminal.ts'

/** Prints the day's report, as JSON or for people. */
export function printReport(report: Report, json: boolean, terminal: Terminal): void {
  terminal.out(`${json ? JSON.stringify(report, null, 2) : readable(report)}\n`)
}

const percent = (share: number | null) => (share === null ? '-' : `${(share * 100).toFixed(1)}%`)

const count = (value: number) => value.toLocaleString('en')

const quantiles = ({ mean, p50, p95 }: Report['wait_ms']) =>
  `${brief(mean)} on average, half below ${brief(p50)}, 95% below ${brief(p95)}`

/** The report in a supervisor's words, on 80 columns. */
export function readable(report: Report): string {
  const rows = [
    ...contactRows(report),
    ...callbackRows(report),
    ...waitRows(report),
    ...floorRows(report),
    ...ruleRows(report),
  ]
  return [
    '',
    ...rows.map(([name, value]) => `${name.padEnd(20)}${value}`.trimEnd()),
    '',
    ...queueRows(report),
    '',
    ...verdict(report),
  ].join('\n')
}

type Row = readonly [name: string, value: string]

function contactRows({ contacts, callbacks }: Report): Row[] {
  const { accepted, completed, abandoned, expired, cancelled, open } = contacts
  const rare: readonly Row[] = [
    ['', `${count(callbacks.given_up)} could not be reached when called back`],
    ['', `${count(expired)} waited too long for an agent`],
    ['', `${count(cancelled)} were cancelled`],
    ['', `${count(open)} are still open`],
  ]
  const shown = rare.filter(([, value]) => !value.startsWith('0 '))
  return [
    ['contacts', `${count(accepted)} came`],
    ['', `${count(completed)} were served`],
    ['', `${count(abandoned)} hung up while they waited`],
    ...shown,
  ]
}

function callbackRows({ callbacks, promises, promise_error_ms: error }: Report): Row[] {
  const { offered, accepted, dialled, completed } = callbacks
  const { customer_first: first, nuisances, trunk_saved_s: saved } = callbacks
  const ahead: readonly Row[] = [
    ['called ahead', `${count(first)} answered before an agent was free`],
    ['', `${count(nuisances)} of them had no agent in time`],
  ]
  const off = error === null ? '' : `; half of them within ${brief(error)} of the time given`
  return [
    ['callbacks', `${count(accepted)} customers took one of ${count(offered)} offers`],
    ['', `${count(dialled)} dials reached ${count(completed)} of them`],
    ...(first === 0 ? [] : ahead),
    ...(saved > 0 ? [['line time saved', brief(saved * 1_000)] as const] : []),
    ['promised times', `${count(promises.kept)} kept, ${count(promises.broken)} missed${off}`],
  ]
}

function waitRows(report: Report): Row[] {
  return [
    ['answered in time', percent(report.service_level)],
    ['wait on the line', quantiles(report.wait_ms)],
    ['wait at home', quantiles(report.callback_wait_ms)],
  ]
}

function floorRows({ floor: { drifts, moves, returns } }: Report): Row[] {
  const rows: readonly Row[] = [
    ['told to drift', drifts === 1 ? 'once' : `${count(drifts)} times`],
    [
      'moved',
      `${count(moves)} times somebody went to another channel, ${count(returns)} times back`,
    ],
  ]
  return drifts + moves === 0 ? [] : [...rows]
}

function ruleRows({ assignments, callbacks, log }: Report): Row[] {
  const low = count(assignments.below_required_skill)
  return [
    ['assignments', `${count(assignments.total)}, ${low} of them below a required skill`],
    ['dialled twice', count(callbacks.double_dials)],
    ['event log', `${count(log.records)} records, ${bytesShown(log.bytes)}`],
  ]
}

function verdict({ violations, violation_details: details }: Report): string[] {
  if (violations === 0) return ['No rule was broken, and the sums agree.']
  const found = violations === 1 ? '1 violation:' : `${count(violations)} violations:`
  return [found, ...details.map((one) => `  ! ${one}`)]
}

function queueRows({ per_queue }: Report): string[] {
  const widths = [20, 10, 10, 10, 11, 10]
  const cells = (values: readonly string[]) =>
    values
      .map((value, index) => {
        const width = widths[index] ?? 8
        return index === 0 ? value.padEnd(width) : value.padStart(width)
      })
      .join('')
  return [
    cells(['queue', 'came', 'answered', 'hung up', 'callbacks', 'in time']),
    ...Object.entries(per_queue).map(([queueId, counts]) =>
      cells([
        queueId,
        count(counts.accepted),
        count(counts.answered),
        count(counts.abandoned),
        count(counts.callbacks_accepted),
        percent(counts.service_level),
      ]),
    ),
  ]
}

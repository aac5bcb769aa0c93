import { brief, bytesShown } from '../view/frame.ts'
import type { Report } from '../report.ts'
import type { Terminal } from './terminal.ts'

/** Prints the day's report, as JSON or for people. */
export function printReport(report: Report, json: boolean, terminal: Terminal): void {
  terminal.out(`${json ? JSON.stringify(report, null, 2) : readable(report)}\n`)
}

const percent = (share: number | null) => (share === null ? '-' : `${(share * 100).toFixed(1)}%`)

const quantiles = ({ mean, p50, p95 }: Report['wait_ms']) =>
  `mean ${brief(mean)}, half within ${brief(p50)}, 95% within ${brief(p95)}`

function readable(report: Report): string {
  const { contacts, callbacks, promises, assignments, log } = report
  const error = report.promise_error_ms
  const rows: readonly (readonly [string, string])[] = [
    [
      'contacts',
      `${contacts.accepted} accepted: ${contacts.completed} completed, ` +
        `${contacts.abandoned} abandoned, ${contacts.expired} expired, ` +
        `${contacts.cancelled} cancelled, ${callbacks.given_up} callbacks given up, ` +
        `${contacts.open} open`,
    ],
    [
      'callbacks',
      `${callbacks.offered} offered, ${callbacks.accepted} accepted, ` +
        `${callbacks.dialled} dials, ${callbacks.completed} reached, ` +
        `${callbacks.double_dials} dialled twice`,
    ],
    [
      'promises',
      `${promises.kept} kept, ${promises.broken} broken` +
        (error === null ? '' : `, half of them within ${brief(error)} of the promised time`),
    ],
    [
      'service level',
      `${percent(report.service_level)} answered in time (of those answered or lost late)`,
    ],
    ['wait on the line', quantiles(report.wait_ms)],
    ['wait at home', quantiles(report.callback_wait_ms)],
    [
      'assignments',
      `${assignments.total}, ${assignments.below_required_skill} below a required skill`,
    ],
    ['log', `${log.records.toLocaleString('en')} records, ${bytesShown(log.bytes)}`],
    ['violations', String(report.violations)],
  ]
  const lines = rows.map(([name, value]) => `${name.padEnd(18)}${value}`)
  return [...lines, '', ...queueRows(report), ...report.violation_details.map((one) => `! ${one}`)]
    .join('\n')
    .trimEnd()
}

function queueRows({ per_queue }: Report): string[] {
  const widths = [15, 10, 10, 11, 10, 11, 8]
  const cells = (values: readonly string[]) =>
    values
      .map((value, index) => {
        const width = widths[index] ?? 8
        return index === 0 ? value.padEnd(width) : value.padStart(width)
      })
      .join('')
  const head = ['queue', 'accepted', 'answered', 'abandoned', 'callbacks', 'called', 'level']
  return [
    cells(head),
    ...Object.entries(per_queue).map(([queueId, counts]) =>
      cells([
        queueId,
        String(counts.accepted),
        String(counts.answered),
        String(counts.abandoned),
        String(counts.callbacks_accepted),
        String(counts.callbacks_reached),
        percent(counts.service_level),
      ]),
    ),
    '',
  ]
}

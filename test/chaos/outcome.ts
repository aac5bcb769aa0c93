import type { FaultOutcome, Outcome } from './run.ts'

/** Details shown; all are counted. */
const DETAILS_MAX = 50

export function jsonOf(outcome: Outcome): string {
  const { acknowledged, lost, doubled, faults, findings, ...more } = outcome
  const details = findings.slice(0, DETAILS_MAX)
  const broken = findings.length
  return JSON.stringify({ acknowledged, lost, doubled, faults, broken, findings: details, ...more })
}

/** Whether anything was found that must not be, or came later than is promised. */
export function failed(outcome: Outcome): boolean {
  const faults = Object.values(outcome.faults)
  const wrong = faults.some(({ findings, late }) => findings.length + late.length > 0)
  return wrong || outcome.findings.length > 0
}

/** For people. */
export function pageOf(outcome: Outcome): string {
  const { acknowledged, lost, doubled, contacts, events, repeats, seconds, findings } = outcome
  const lines = [
    ...tableOf(outcome),
    '',
    `${seconds} s: ${contacts} contacts, ${events} events, ${repeats} of them published again.`,
    `${acknowledged} acknowledged, ${lost} lost, ${doubled} doubled.`,
    ...findings.slice(0, DETAILS_MAX).map((finding) => `✖ ${finding}`),
  ]
  const left = findings.length - DETAILS_MAX
  if (left > 0) lines.push(`and ${left} more`)
  return `${lines.join('\n')}\n`
}

/** Markdown, a line per fault. */
export function tableOf(outcome: Outcome): string[] {
  const head = ['', 'fault', 'without an offer', 'without an answer', 'repeats', 'refused', 'seen']
  return [
    `| ${head.join(' | ')} |`,
    `|${head.map(() => ' --- |').join('')}`,
    ...Object.values(outcome.faults).map((fault) => `| ${rowOf(fault).join(' | ')} |`),
  ]
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`

function rowOf(fault: FaultOutcome): string[] {
  const refused = Object.entries(fault.refused)
    .sort(([, one], [, other]) => other - one)
    .map(([code, count]) => `${count} ${code}`)
  const more = Object.entries(fault.more).map(([name, value]) => `${value} ${name}`)
  const late = fault.late.map((what) => `late: ${what}`)
  const wrong = [...fault.findings.map((what) => `✖ ${what}`), ...late]
  const seen = wrong.length > 0 ? wrong.join('; ') : fault.must
  return [
    fault.row,
    fault.what,
    seconds(fault.offerGap.ms),
    seconds(fault.submissionGap.ms),
    String(fault.repeated),
    refused.join(', ') || 'none',
    [seen, ...more].join('; '),
  ]
}

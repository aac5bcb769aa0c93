import type { Described } from '../tidy/metrics.ts'

/** What Prometheus puts beside what a process says of itself, and what a histogram has. */
const ADDED = ['app', 'component', 'instance', 'job', 'le', 'alertname', 'alertstate']
/** Metrics that are not ours: of the alerts, and whether a process answers. */
const PROMETHEUS = ['ALERTS', 'up']

/** The names of metrics in an expression, with what is asked of their labels. */
export const metricsIn = (expr: string): readonly (readonly [name: string, labels: string])[] =>
  [...expr.matchAll(/\b((?:evenkeel|process|nodejs)_[\w:]+|evenkeel:[\w:]+)(\{[^}]*\})?/g)].map(
    ([, name = '', labels = '']) => [name, labels],
  )

/** What an expression of PromQL gets wrong about the metrics; promtool knows its grammar alone. */
export function misread(
  expr: string,
  metrics: readonly Described[],
  recorded: readonly string[],
): readonly string[] {
  const found: string[] = []
  const has = new Set(ADDED)
  for (const [name, selected] of metricsIn(expr)) {
    if (recorded.includes(name) || PROMETHEUS.includes(name)) continue
    const series = name.replace(/_(bucket|count|sum)$/, '')
    const metric = metrics.find((one) => one.name === name || one.name === series)
    if (metric === undefined) {
      found.push(`nobody exports ${name}`)
      continue
    }
    for (const label of metric.labels) has.add(label)
    const known = new Set([...metric.labels, ...ADDED])
    for (const [, label = ''] of selected.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g))
      if (!known.has(label)) found.push(`${name} has no label ${label}`)
    if (metric.kind === 'histogram' && metric.name === name) found.push(`${name} is a histogram`)
    if (grows(metric) && !isOverTime(expr, name)) found.push(`${name} only ever grows`)
  }
  for (const [, group = ''] of expr.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g))
    for (const label of group.split(',').map((one) => one.trim()))
      if (label !== '' && !has.has(label)) found.push(`no metric in it has the label ${label}`)
  return found
}

const grows = ({ kind, help }: Described): boolean =>
  (kind === 'counter' && !help.includes('Must read 0')) || kind === 'histogram'

/** Every time that it is named; in a list of a label's values it may stand by itself. */
function isOverTime(expr: string, name: string): boolean {
  if (expr.startsWith('label_values(')) return true
  const named = expr.split(new RegExp(`\\b${name}\\b`)).length - 1
  const over = expr.match(new RegExp(`\\b(?:rate|increase)\\(\\s*${name}\\b`, 'g')) ?? []
  return over.length === named
}

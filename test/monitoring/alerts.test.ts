import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { assertNone } from '../tidy/findings.ts'
import { allMetrics } from '../tidy/metrics.ts'
import { anchorsOf } from '../tidy/pages.ts'
import { ROOT, readText } from '../tidy/repository.ts'
import { type Alert, alerts } from './alerts.ts'
import { cases } from './cases.ts'
import { hasPromtool, lookAt, promtool } from './promtool.ts'

const FILE = join(ROOT, 'deploy/monitoring/alerts.yaml')
const runbook = readText('docs/runbook.md')

const shortName = ({ alert }: Alert): string => alert.replace(/^Evenkeel/, '')

/** Rows of the runbook's table: what each is about, and how urgent. */
const rows = [...runbook.matchAll(/^\| \[(.+?)\]\(#(.+?)\) \| .+ \| (page|day) \|$/gm)].map(
  ([, name = '', anchor = '', severity = '']) => ({
    metrics: [...name.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? ''),
    anchor,
    severity,
  }),
)

describe('alerts', () => {
  test('are what the runbook has under "What calls somebody", and lead there', () => {
    const anchors = anchorsOf(runbook)
    const findings = alerts.flatMap((one) => {
      const [, anchor = ''] = /^docs\/runbook\.md#(.+)$/.exec(one.annotations.runbook_url) ?? []
      const row = rows.find(
        ({ anchor: to, severity, metrics }) =>
          to === anchor &&
          severity === one.labels.severity &&
          metrics.every((metric) => one.expr.includes(metric)),
      )
      return [
        ...(anchors.has(anchor) ? [] : [`${one.alert}: no ${anchor} in docs/runbook.md`]),
        ...(row === undefined ? [`${one.alert}: no such row in docs/runbook.md`] : []),
      ]
    })
    const missing = rows.filter(({ metrics }) =>
      alerts.every(({ expr }) => !metrics.every((metric) => expr.includes(metric))),
    )
    assertNone([...findings, ...missing.map(({ metrics }) => `no alert of ${metrics.join(', ')}`)])
  })

  test('name metrics that are exported, by labels that these have', () => {
    const known = new Map(allMetrics.map(({ name, labels }) => [name, new Set(labels)]))
    const findings = alerts.flatMap(({ alert, expr }) =>
      [...expr.matchAll(/evenkeel_\w+/g)]
        .map(([name]) => name.replace(/_(bucket|count|sum)$/, ''))
        .filter((name) => !known.has(name))
        .map((name) => `${alert}: nobody exports ${name}`),
    )
    assertNone(findings)
    const labels = new Set([...known.values()].flatMap((some) => [...some]))
    const told = ['instance', 'component', ...labels]
    const wrong = alerts.flatMap(({ alert, expr, annotations: { summary } }) =>
      [...summary.matchAll(/\$labels\.(\w+)/g)]
        .map(([, label = '']) => label)
        .filter((label) => !told.includes(label) || !expr.includes(label))
        .map((label) => `${alert}: its summary names ${label}, which it does not group by`),
    )
    assertNone(wrong)
  })

  test('have each a case in which it fires and one in which it does not', () => {
    assert.deepEqual(alerts.map(shortName).sort(), Object.keys(cases).sort())
  })
})

describe('as Prometheus reads them', () => {
  const skip = hasPromtool() ? false : 'NOT RUN: promtool is not here (Prometheus)'

  test('they are well-formed', { skip }, () => {
    const checked = promtool('check', 'rules', FILE)
    assert.ok(checked?.ok, checked?.said)
  })

  for (const [name, { fires, quiet, at = 15, every = 1 }] of Object.entries(cases)) {
    test(`${name} fires when it should, and else keeps quiet`, { skip }, () => {
      const look = { atMinute: at, everyMinutes: every, alert: `Evenkeel${name}` }
      const looked = lookAt(FILE, [
        { ...look, series: fires, fires: true },
        { ...look, series: quiet, fires: false },
      ])
      assert.ok(looked?.ok, looked?.said)
    })
  }
})

import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { assertFinds, assertNone } from '../tidy/findings.ts'
import { allMetrics } from '../tidy/metrics.ts'
import { ROOT, readText } from '../tidy/repository.ts'
import { misread } from './expressions.ts'
import { hasPromtool, promtool } from './promtool.ts'

interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly description?: string
  readonly datasource?: { readonly uid: string }
  readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>
  readonly targets?: readonly { readonly expr: string }[]
}

interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly templating: { readonly list: readonly { readonly name: string; query: string }[] }
  readonly panels: readonly Panel[]
}

interface Compose {
  readonly services: Readonly<
    Record<string, { readonly command?: readonly string[]; readonly volumes?: readonly string[] }>
  >
}

const FOLDER = 'deploy/monitoring/dashboards'
const dashboards = readdirSync(join(ROOT, FOLDER)).map((name): [string, Dashboard] => [
  name,
  JSON.parse(readText(`${FOLDER}/${name}`)),
])
const shown = dashboards.flatMap(([name, { panels }]) =>
  panels
    .filter(({ type }) => type !== 'row')
    .map((panel) => ({ ...panel, where: `${name}: ${panel.title}` })),
)
const rules: { groups: { rules: { record?: string }[] }[] } = parse(
  readText('deploy/monitoring/alerts.yaml'),
)
const recorded = rules.groups.flatMap((group) => group.rules.flatMap(({ record = [] }) => record))

/** As Grafana fills them in before Prometheus reads the expression. */
const asAsked = (expr: string): string =>
  expr.replaceAll('$__rate_interval', '1m').replaceAll(/\$\{?\w+\}?/g, '.*')

const expressions = shown.flatMap(({ where, targets = [] }) =>
  targets.map(({ expr }) => ({ where, expr })),
)

describe('dashboards', () => {
  test('are one for supervisors and one for who operates', () =>
    assert.deepEqual(
      dashboards.map(([name]) => name),
      ['sre.json', 'supervisor.json'],
    ))

  test('ask for metrics that are exported, by labels that these have', () => {
    assert.ok(expressions.length > 40)
    assertNone(
      expressions.flatMap(({ where, expr }) =>
        misread(asAsked(expr), allMetrics, recorded).map((what) => `${where}: ${what}`),
      ),
    )
    for (const [name, { templating }] of dashboards)
      for (const { query } of templating.list)
        assertNone(misread(query, allMetrics, recorded).map((what) => `${name}: ${what}`))
  })

  test('use the variables that they have', () => {
    const findings = dashboards.flatMap(([name, { templating, panels }]) => {
      const text = JSON.stringify(panels)
      const used = new Set([...text.matchAll(/\$(\w+)/g)].map(([, variable = '']) => variable))
      used.delete('__rate_interval')
      const had = new Set(templating.list.map((variable) => variable.name))
      const odd = [...used, ...had].filter((one) => !used.has(one) || !had.has(one))
      return odd.map((variable) => `${name}: $${variable} is used or had, and not both`)
    })
    assertNone(findings)
  })

  test('say of each panel what it shows, in a place of its own', () => {
    const findings = shown.flatMap(({ where, description = '', targets = [], datasource }) => [
      ...(description.length > 10 ? [] : [`${where} describes nothing`]),
      ...(targets.length > 0 ? [] : [`${where} asks nothing`]),
      ...(datasource?.uid === 'evenkeel' ? [] : [`${where} asks elsewhere`]),
    ])
    assertNone(findings)
    for (const [name, { panels }] of dashboards) {
      assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length, name)
      const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
      )
      assert.equal(new Set(cells).size, cells.length, `${name}: panels lie on each other`)
    }
  })
})

describe('an expression is refused', () => {
  const refused: readonly (readonly [expr: string, what: RegExp])[] = [
    ['sum(evenkeel_nothing)', /nobody exports evenkeel_nothing/],
    ['evenkeel_replica_halted{pool="a"}', /evenkeel_replica_halted has no label pool/],
    ['sum by (pool) (evenkeel_replica_halted)', /no metric in it has the label pool/],
    ['sum(evenkeel_rpc_refused_total)', /evenkeel_rpc_refused_total only ever grows/],
    ['rate(evenkeel_replica_stage_seconds[5m])', /_seconds is a histogram/],
  ]
  for (const [expr, what] of refused)
    test(`that says ${expr}`, () => assertFinds(misread(expr, allMetrics, []), what))
})

describe('as Prometheus and compose read them', () => {
  const skip = hasPromtool() ? false : 'NOT RUN: promtool is not here (Prometheus)'

  test('every expression is PromQL', { skip }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'evenkeel-dashboards-'))
    const file = join(folder, 'rules.yaml')
    const asRules = expressions.map(({ where, expr }, n) => ({
      record: `panel:${n}`,
      expr: asAsked(expr),
      labels: { where },
    }))
    try {
      writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules: asRules }] }))
      const checked = promtool('check', 'rules', '--lint=none', file)
      assert.ok(checked?.ok, checked?.said)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('the configuration is one, and asks every replica', { skip }, () => {
    const checked = promtool('check', 'config', join(ROOT, 'deploy/monitoring/prometheus.yaml'))
    assert.ok(checked?.ok, checked?.said)
  })

  test('compose gives each file where it is looked for', () => {
    const { services }: Compose = parse(readText('deploy/compose.yaml'))
    const replicas = Object.keys(services).filter((name) => /-\d$/.test(name))
    const config = readText('deploy/monitoring/prometheus.yaml')
    const asked = [...config.matchAll(/"([\w-]+):7480"/g)].map(([, name = '']) => name)
    assert.deepEqual(
      asked,
      replicas.filter((name) => !name.startsWith('kafka-')),
    )
    const mounts = (name: string) => services[name]?.volumes ?? []
    assert.ok(mounts('prometheus').includes('./monitoring:/etc/prometheus:ro'))
    assert.match(
      `${services['prometheus']?.command?.join(' ')}`,
      /=\/etc\/prometheus\/prometheus\.yaml /,
    )
    const provider = readText('deploy/monitoring/grafana/dashboards/evenkeel.yaml')
    const [, path = ''] = /path: (\S+) \}/.exec(provider) ?? []
    assert.ok(mounts('grafana').includes(`./monitoring/dashboards:${path}:ro`))
    assert.match(readText('deploy/monitoring/grafana/datasources/prometheus.yaml'), /uid: evenkeel/)
  })
})

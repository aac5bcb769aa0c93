import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Values by series, both in promtool's notation. */
export type Series = Readonly<Record<string, string>>

/** What `promtool` says, which comes with Prometheus; undefined: there is none here. */
export function promtool(...args: readonly string[]): { ok: boolean; said: string } | undefined {
  const { error, status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' })
  if (error !== undefined) return undefined
  return { ok: status === 0, said: `${stdout}${stderr}` }
}

/** On CI it must be here: what isn't run there is run nowhere. */
export function hasPromtool(): boolean {
  const here = promtool('--version') !== undefined
  if (!here && process.env['CI']) throw new Error('install prometheus: promtool is missing')
  return here
}

export interface Look {
  readonly series: Series
  readonly atMinute: number
  /** Minutes from value to value, and from one evaluation of the rules to the next. */
  readonly everyMinutes: number
  readonly alert: string
  readonly fires: boolean
}

/** Plays series to the rules of a file, and looks at which alerts fire. */
export function lookAt(rules: string, looks: readonly Look[]): ReturnType<typeof promtool> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-alerts-'))
  const tests = looks.map(({ series, atMinute, everyMinutes, alert, fires }) => ({
    name: `${alert} ${fires ? 'fires' : 'keeps quiet'}`,
    interval: `${everyMinutes}m`,
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [
      {
        expr: `count(ALERTS{alertname="${alert}",alertstate="firing"})`,
        eval_time: `${atMinute}m`,
        exp_samples: fires ? [{ labels: '{}', value: 1 }] : [],
      },
    ],
  }))
  try {
    const file = join(folder, 'tests.yaml')
    const evaluated = `${Math.min(...looks.map((look) => look.everyMinutes))}m`
    const written = { rule_files: [rules], evaluation_interval: evaluated, tests }
    writeFileSync(file, JSON.stringify(written))
    return promtool('test', 'rules', file)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

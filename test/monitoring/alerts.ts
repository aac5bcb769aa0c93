import { parse } from 'yaml'
import { readText } from '../tidy/repository.ts'

export interface Alert {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly runbook_url: string }
}

interface Rules {
  readonly groups: readonly { readonly rules: readonly (Alert | { readonly record: string })[] }[]
}

const rules: Rules = parse(readText('deploy/monitoring/alerts.yaml'))
export const alerts = rules.groups
  .flatMap((group) => group.rules)
  .filter((rule): rule is Alert => 'alert' in rule)

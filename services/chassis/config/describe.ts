import type { Variable } from './variables.ts'

/** A table of settings as lines of a help page. */
export function settingLines(table: Readonly<Record<string, Variable<unknown>>>): string[] {
  return Object.values(table).flatMap(({ name, means, example, fallback }) => {
    const rule = fallback === undefined ? 'must be set' : `default: ${shown(fallback)}`
    return [`  ${name}`, `      ${means}`, `      ${rule}; e.g. ${example}`]
  })
}

function shown({ value, says }: { readonly value: unknown; readonly says?: string }): string {
  if (says !== undefined) return says
  return typeof value === 'string' || typeof value === 'number' ? String(value) : 'none'
}

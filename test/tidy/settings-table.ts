import type { Variable } from '@evenkeel/chassis/config'

type Table = Readonly<Record<string, Variable<unknown>>>

/** No variable takes it, so each says what it would take. */
const IMPOSSIBLE = '\0'

const BEGIN = (name: string) => `<!-- settings of ${name}, written by npm run docs -->\n`
const END = '<!-- end -->\n'

/** The page with the tables between its marks made anew; throws where it lacks a mark. */
export function withSettings(page: string, tables: Readonly<Record<string, Table>>): string {
  return Object.entries(tables).reduce((text, [name, table]) => {
    const begin = text.indexOf(BEGIN(name))
    const end = text.indexOf(END, begin)
    if (begin < 0 || end < 0) throw new Error(`no place for the settings of ${name}`)
    return `${text.slice(0, begin)}${BEGIN(name)}${settingsTable(table)}${text.slice(end)}`
  }, page)
}

/** Every variable: what for, what it may be, what it is when nobody says, and an example. */
function settingsTable(table: Table): string {
  const rows = Object.values(table).map(({ name, means, example, fallback, parse }) => {
    const parsed = parse(IMPOSSIBLE)
    const allowed = parsed.ok ? 'anything' : parsed.expected
    return [`\`${name}\``, means, allowed, shown(fallback), `\`${example}\``]
  })
  const head = ['variable', 'means', 'must be', 'default', 'example']
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('')
}

function shown(fallback: Variable<unknown>['fallback']): string {
  if (fallback === undefined) return '**must be set**'
  const { value, says } = fallback
  if (says !== undefined) return says
  if (typeof value === 'string' || typeof value === 'number') return `\`${value}\``
  // An address, of which the example is the default.
  return typeof value === 'object' && value !== null && 'port' in value ? 'the example' : 'none'
}

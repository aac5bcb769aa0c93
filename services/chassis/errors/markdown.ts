import type { ErrorTable } from '../protocol/errors.ts'

/** One table and who gives these errors, e.g. `{ title: 'Routing', table: routingErrors }`. */
export interface ErrorSection {
  readonly title: string
  readonly table: ErrorTable
}

/** The page docs/errors.md: every code once per section, by code. */
export function errorsMarkdown(sections: readonly ErrorSection[]): string {
  return [intro, ...sections.map(sectionMarkdown)].join('\n')
}

const intro = `# Errors

Every refusal has a code. It is in \`google.rpc.ErrorInfo\`: \`reason\` is the code, \`domain\` is
\`evenkeel\`, \`metadata\` has the values in braces below. Over gRPC that is in the trailer
\`grpc-status-details-bin\`, over HTTP in the \`details\` of the Connect error body. Errors about a
field also carry \`google.rpc.BadRequest\`, those that may be retried \`google.rpc.RetryInfo\`.
Retry with the same ids: a call that took effect gives its first result again.

This page is made from the error tables; change those.
`

function sectionMarkdown({ title, table }: ErrorSection): string {
  const codes = Object.keys(table).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const rows = codes.map((code) => row(code, table))
  return [
    `## ${title}`,
    '',
    '| code | status | retry | what it says |',
    '| --- | --- | --- | --- |',
  ]
    .concat(rows)
    .concat([''])
    .join('\n')
}

function row(code: string, table: ErrorTable): string {
  const entry = table[code]
  if (entry === undefined) throw new Error(`unreachable: ${code} is a key of its own table`)
  const says = entry.message.replaceAll('|', '\\|')
  return `| \`${code}\` | ${entry.status} | ${entry.retryable ? 'yes' : 'no'} | ${says} |`
}

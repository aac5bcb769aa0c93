import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { contactStates, offerStatuses, presences } from '@evenkeel/routing/core'
import { freshDirectory, ROOT, started } from './process.ts'

const run = promisify(execFile)
const page = readFileSync(join(ROOT, 'docs/integrate.md'), 'utf8')

interface Example {
  /** As bash reads it, on one line or more. */
  readonly command: string
  /** What must be in its answer; undefined: it has none. */
  readonly answer: string | undefined
}

/** Indented lines outside of diagrams; one that is indented further goes on with the one before. */
function examplesOf(text: string): readonly Example[] {
  const lines = text.replaceAll(/^```.*?^```$/gms, '').split('\n')
  const commands: string[] = []
  for (const line of lines.filter((one) => one.startsWith('    '))) {
    if (/^ {5}/.test(line)) commands.push(`${commands.pop() ?? ''}\n${line.slice(4)}`)
    else commands.push(line.slice(4))
  }
  return commands.map((whole) => {
    const [command = '', answer] = whole.split('  # => ')
    return { command, answer }
  })
}

const MARK = 'end of example'
/** grpcurl by another name; npx without npm, which need not fit this Node. */
const SHIMS = `
npx() { "$@"; }
grpcurl() {
  buf curl --protocol grpc --http2-prior-knowledge --timeout "$3s" -d "$5" "http://$6/$7"
}
`

const noCurl = spawnSync('curl', ['--version']).error === undefined ? false : 'there is no curl'

test('docs/integrate.md: every example gives what stands behind it', {
  skip: noCurl,
}, async (t) => {
  const { grpc, http } = await started(t, { data: freshDirectory(t) })
  const examples = examplesOf(page)
  assert.ok(examples.filter(({ answer }) => answer !== undefined).length >= 15)
  const script = examples
    .map(({ command }) => `${command}\necho "${MARK}"`)
    .join('\n')
    .replaceAll('localhost:7480', http.replace('http://', ''))
    .replaceAll('localhost:7400', grpc)
  const path = [join(ROOT, 'node_modules/.bin'), process.env['PATH']].join(delimiter)
  const env = { ...process.env, PATH: path }
  const { stdout } = await run('bash', ['-c', `${SHIMS}${script}`], { cwd: ROOT, env })
  const answers = stdout.split(`${MARK}\n`)
  for (const [index, { command, answer }] of examples.entries()) {
    if (answer === undefined) continue
    const given = answers[index] ?? ''
    assert.ok(given.includes(answer), `${command}\nis answered without ${answer}:\n${given}`)
  }
})

test('docs/integrate.md: diagrams have every state there is, and no other', () => {
  const [contact = '', offer = '', agent = ''] = [
    ...page.matchAll(/```mermaid\nstateDiagram-v2\n(.*?)```/gs),
  ].map(([, body]) => body ?? '')
  const inCapitals = (word: string) => word.replaceAll(/(?=[A-Z])/g, '_').toUpperCase()
  assert.deepEqual(statesIn(contact), contactStates.map(inCapitals).toSorted())
  assert.deepEqual(statesIn(offer), offerStatuses.toSorted())
  assert.deepEqual(statesIn(agent), presences.map(inCapitals).toSorted())
})

function statesIn(diagram: string): readonly string[] {
  const named = [...diagram.matchAll(/^\s+(\S+) --> ([\w*[\]]+)/gm)].flatMap(([, from, to]) => [
    from,
    to,
  ])
  const states = named.filter((state) => state !== undefined && state !== '[*]')
  return [...new Set(states)].map(String).toSorted()
}

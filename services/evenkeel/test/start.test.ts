import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { run } from '../commands/index.ts'

test('a misspelt setting is refused before anything is made, one line for each', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-start-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const data = join(directory, 'data')
  const misspelt = ['EVENKEEL_GPRC_ADDRESS', 'EVENKEEL_LOG_LEVLE'] as const
  for (const name of misspelt) process.env[name] = 'info'
  t.after(() => {
    for (const name of misspelt) delete process.env[name]
  })
  const said: string[] = []
  const code = await run(['start', '--data', data], {
    out: (text) => said.push(`out: ${text}`),
    err: (text) => said.push(text),
    live: false,
    interrupted: AbortSignal.abort('the test is over'),
  })

  assert.equal(code, 2)
  const known = 'EVENKEEL_GRPC_ADDRESS, EVENKEEL_HTTP_ADDRESS, EVENKEEL_LOG_LEVEL'
  const expected = misspelt.map(
    (name) => `evenkeel start: ${name} is no setting; there are ${known}\n`,
  )
  assert.deepEqual(said, expected)
  assert.equal(existsSync(data), false)
})

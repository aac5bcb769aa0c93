import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { serviceSettings } from '@evenkeel/chassis/process'
import { run } from '../commands/index.ts'

async function said(...args: string[]) {
  let text = ''
  const say = (more: string) => {
    text += more
  }
  const interrupted = AbortSignal.abort('the test is over')
  const code = await run(args, { out: say, err: say, live: false, interrupted })
  return { code, text }
}

const names = Object.values(serviceSettings).map(({ name }) => name)

test('the help and the page for operators name every setting', async () => {
  const { code, text } = await said('run', '--help')
  assert.equal(code, 0)
  const page = readFileSync(join(import.meta.dirname, '../../../docs/operations.md'), 'utf8')
  for (const name of names) {
    assert.ok(text.includes(`  ${name}\n`), `help: ${name}`)
    assert.ok(page.includes(`\`${name}\``), `docs/operations.md: ${name}`)
  }
})

test('a service that is not there is refused; so is one without its settings', async () => {
  assert.deepEqual(await said('run', 'weather'), {
    code: 2,
    text:
      'evenkeel run: which service? One of routing|skills|forecasting|reallocation ' +
      '(see evenkeel help run)\n',
  })
  const { code, text } = await said('run', 'routing')
  assert.equal(code, 2)
  assert.match(text, /^evenkeel run: EVENKEEL_KAFKA_BROKERS is not set: /)
})

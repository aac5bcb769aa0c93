import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { realClock } from '@evenkeel/chassis/log'
import { silentLogger } from '@evenkeel/chassis/observe'
import { command } from './command.ts'
import { startHost } from '../host.ts'
import { siteAt } from '../platform/connection.ts'
import { Api } from '../pool-file/api.ts'
import { carryOut } from '../pool-file/carry-out.ts'
import { methodOf } from '../pool-file/kinds.ts'
import { planOf } from '../pool-file/plan.ts'
import { declaredIn } from '../pool-file/read-file.ts'

const CENTRE = join(import.meta.dirname, '../examples/centre.yaml')

/** A system on an embedded log, and the command line before it. */
async function system(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-apply-'))
  const any = { host: '127.0.0.1', port: 0 }
  const host = await startHost({
    ...{ dataDirectory: join(directory, 'data'), grpc: any, http: undefined, speed: 1 },
    clock: realClock,
    logger: silentLogger,
  })
  const target = `127.0.0.1:${host.grpcPort}`
  const api = new Api(siteAt(target))
  t.after(async () => {
    api.close()
    await host.stop('the test is over')
    rmSync(directory, { recursive: true, force: true })
  })
  const says = (...args: string[]) => command(...args, '--target', target)
  const written = (text: string, name = 'pool.yaml') => {
    const file = join(directory, name)
    writeFileSync(file, text)
    return file
  }
  const call = (rpc: string, request: Parameters<Api['call']>[1]) =>
    api.call(methodOf(rpc), request)
  return { says, written, call, api }
}

const exported = async ({ says }: Awaited<ReturnType<typeof system>>): Promise<string> => {
  const { code, out } = await says('export')
  assert.equal(code, 0)
  return out
}

test('the example centre is made once, and comes back as it was', async (t) => {
  const centre = await system(t)
  const { says, written } = centre
  const [declared] = declaredIn(CENTRE, readFileSync(CENTRE, 'utf8'))
  const count = (section: string) =>
    declared?.items.filter(({ kind }) => kind.section === section).length
  assert.deepEqual([count('agents'), count('queues')], [40, 12])

  const dry = await says('apply', '-f', CENTRE, '--dry-run')
  assert.equal(dry.code, 0)
  assert.match(
    dry.out,
    /^pool centre: 66 to create, 0 to change, 0 to remove; 0 as the file says$/m,
  )
  assert.equal((await says('apply', '-f', CENTRE, '--check')).code, 4)
  assert.equal(await exported(centre), '', 'nothing was done')

  const first = await says('apply', '-f', CENTRE)
  assert.equal(first.err, '')
  assert.match(first.out, /^\+ queue harbour-de$/m)
  assert.match(first.out, /^Done: 66 of 66\.$/m)
  const again = await says('apply', '-f', CENTRE)
  assert.match(
    again.out,
    /0 to create, 0 to change, 0 to remove; 66 as the file says\nNothing to do\.$/m,
  )
  assert.equal((await says('apply', '-f', CENTRE, '--check', '--prune')).code, 0)

  const file = await exported(centre)
  const asExported = await says('apply', '-f', written(file), '--check', '--prune')
  assert.deepEqual([asExported.code, asExported.err], [0, ''])
  assert.equal(await exported(centre), file)
  const other = await system(t)
  await other.says('apply', '-f', other.written(file))
  assert.equal(await exported(other), file, 'made from its own export it is the same')
})

const SMALL = `
pool: {pool: north}
skills:
  - {skill_id: tax, display_name: Tax, max_level: 3}
templates:
  - {template_id: tax, requirements: [{skill_id: tax, minimum_level: 1}]}
queues:
  - queueId: first
    channel: CHANNEL_VOICE
    requirements: [{skill_id: tax, minimum_level: 2}]
    escalation: {after_offers: 3, queue_id: second}
  - queue_id: second
    channel: CHANNEL_VOICE
    escalation: {after_offers: 3, queue_id: first}
agents:
  - agent_id: ana
    skills: [{skill_id: tax, level: 3}]
    channels: [{channel: CHANNEL_VOICE, weight: 100}]
`

test('what has changed is shown field by field, with what it means to who waits', async (t) => {
  const { says, written } = await system(t)
  assert.equal((await says('apply', '-f', written(SMALL))).code, 0)
  const edited = SMALL.replace('level: 3}]', 'level: 2}]').replace(
    'minimum_level: 2',
    'minimum_level: 1',
  )
  const { code, out } = await says('apply', '-f', written(edited))
  assert.equal(code, 0)
  assert.match(out, /^~ queue first\n {4}requirements\[tax\]\.minimum_level: 2 -> 1\n {4}\w.*\.$/m)
  assert.match(out, /^~ agent ana\n {4}skills\[tax\]\.level: 3 -> 2$/m)
  // Lowered only after the agents are, though skills come first.
  const lower = await says('apply', '-f', written(edited.replace('max_level: 3', 'max_level: 2')))
  assert.deepEqual([lower.code, lower.err], [0, ''])
})

test('what somebody else changes meanwhile is refused, and not overwritten', async (t) => {
  const { says, written, call, api } = await system(t)
  await says('apply', '-f', written(SMALL))
  const mine = SMALL.replace('after_offers: 3, queue_id: sec', 'after_offers: 9, queue_id: sec')
  const [declared] = declaredIn('pool.yaml', mine)
  assert.ok(declared)
  const { steps } = await planOf(api, declared, false)
  const somebody = (await says('export')).out.replace('wrap_up: 30s', 'wrap_up: 77s')
  assert.equal((await says('apply', '-f', written(somebody))).code, 0)
  const { signal: interrupted } = new AbortController()
  const terms = { api, pool: 'north', file: 'pool.yaml', force: false, interrupted, done() {} }
  await assert.rejects(carryOut(terms, steps), {
    name: 'StepRefused',
    message: /^pool\.yaml:8: queues\[0\].*: somebody else has changed it since it was read/,
  })
  const { queues } = await call('evenkeel.routing.v1.QueueService/ListQueues', { pool: 'north' })
  assert.match(JSON.stringify(queues), /"wrap_up":"77s"/)
  assert.doesNotMatch(JSON.stringify(queues), /"after_offers":9/)
  assert.equal((await says('apply', '-f', written(mine))).code, 0)
})

test('nobody who is at work is removed without --force, and nothing without --prune', async (t) => {
  const { says, written, call } = await system(t)
  await says('apply', '-f', written(SMALL))
  const signIn = 'evenkeel.routing.v1.AgentService/SignIn'
  for (;;) {
    const known = await call(signIn, { pool: 'north', agent_id: 'ana', ready: true }).catch(
      () => undefined,
    )
    if (known !== undefined) break
  }
  const without = `${SMALL.slice(0, SMALL.indexOf('agents:'))}agents: []\n`
  const kept = await says('apply', '-f', written(without))
  assert.match(kept.out, /left as they are: 1: agent ana\nNothing to do\./)
  const refused = await says('apply', '-f', written(without), '--prune')
  assert.equal(refused.code, 1)
  assert.match(refused.err, /^This signs out ana \(ready\)\.\nNothing was done/)
  const silent = SMALL.slice(0, SMALL.indexOf('agents:'))
  assert.match((await says('apply', '-f', written(silent), '--prune')).out, /Nothing to do/)
  const forced = await says('apply', '-f', written(without), '--prune', '--force')
  assert.equal(forced.code, 0)
  assert.match(forced.out, /^- agent ana$/m)
})

test('it stops where it is refused, says what was done, and goes on when run again', async (t) => {
  const { says, written } = await system(t)
  const wrong = SMALL.replace('{skill_id: tax, level: 3}', '{skill_id: tex, level: 3}')
  const stopped = await says('apply', '-f', written(wrong))
  assert.equal(stopped.code, 1)
  assert.match(stopped.err, /pool\.yaml:17: agents\[0\].*SKILL_UNKNOWN/)
  assert.match(
    stopped.err,
    /Done: 5: pool, skill tax, template tax, queue \w+, queue \w+\.\nNot done: 1: agent ana\./,
  )
  const mended = await says('apply', '-f', written(SMALL))
  assert.match(mended.out, /1 to create, 0 to change, 0 to remove; 5 as the file says/)
  assert.equal(mended.code, 0)
})

const HEADER = 'agent_id,display_name,team,skills,channels'

test('agents come by a table of any size, with the lines of the whole file', async (t) => {
  const { says, written } = await system(t)
  await says('apply', '-f', written(SMALL))
  const name = 'x'.repeat(190)
  const lines = Array.from({ length: 6_000 }, (_, n) => `agent-${n},${name},,tax:2,voice:100`)
  lines[4_999] = `agent-4999,${name},,tex:2,voice:100`
  lines[5_500] = lines[3] ?? ''
  const file = written([HEADER, ...lines, ''].join('\n'), 'agents.csv')
  const { code, out, err } = await says('import', 'agents', '-f', file)
  assert.equal(code, 3)
  assert.equal(out, '5,998 stored, 0 the same already, 2 wrong\n')
  assert.match(err, /agents\.csv:5001: skills: SKILL_UNKNOWN/)
  assert.match(err, /agents\.csv:5502: agent_id: the same is in line 5 already/)
  const table = await says('export', 'agents', '--csv')
  assert.equal(table.out.split('\n').length, 1 + 5_999 + 1, 'header, ana and all of them')
  const again = await says('import', 'agents', '-f', written(table.out, 'exported.csv'))
  assert.equal(again.out, '0 stored, 5,999 the same already, 0 wrong\n')
})

test('of ten thousand mistakes all are counted, and the first hundred told', async (t) => {
  const { says, written } = await system(t)
  await says('apply', '-f', written(SMALL))
  const agents = Array.from({ length: 10_000 }, (_, n) => `agent-${n},,,tex:2,voice:100`)
  const shifts = agents.map((_, n) => `agent-${n},2026-02-30,08:00,16:00,`)
  const tables = [
    ['agents', HEADER, agents, []],
    ['shifts', 'agent_id,date,start,end,activities', shifts, ['--time-zone', 'Europe/Berlin']],
  ] as const
  for (const [table, header, rows, flags] of tables) {
    const file = written([header, ...rows, ''].join('\n'), `${table}.csv`)
    const { code, out, err } = await says('import', table, '-f', file, ...flags)
    assert.equal(code, 3)
    assert.equal(out, '0 stored, 0 the same already, 10,000 wrong\n')
    const told = err.split('\n').filter((line) => line.includes(`${table}.csv:`))
    assert.equal(told.length, 100, table)
    assert.match(told.at(-1) ?? '', /csv:101: /)
  }
})

test('shifts come by a table, too, and say where their times are', async (t) => {
  const { says, written } = await system(t)
  await says('apply', '-f', written(SMALL))
  // What is over is not taken.
  const day = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)
  const rows = [`ana,${day},08:00,16:00,break@10:00..10:15`, `bo,${day},08:00,16:00,`]
  const file = written(['agent_id,date,start,end,activities', ...rows, ''].join('\n'), 's.csv')
  assert.equal((await says('import', 'shifts', '-f', file)).code, 2)
  const { code, out, err } = await says(
    ...['import', 'shifts', '-f', file, '--time-zone', 'Europe/Berlin'],
  )
  assert.equal(code, 3)
  assert.equal(out, '1 stored, 0 the same already, 1 wrong\n')
  assert.match(err, /s\.csv:3: agent_id: AGENT_UNKNOWN/)
})

test('training comes by a table, too, and raises who passed', async (t) => {
  const { says, written, call } = await system(t)
  await says('apply', '-f', written(SMALL.replace('level: 3}]', 'level: 2}]')))
  const course = {
    ...{ pool: 'north', course_id: 'taxes', duration: '7200s' },
    grants: [{ skill_id: 'tax', level: 3, source: 'SKILL_SOURCE_TRAINED' }],
  }
  await call('evenkeel.skills.v1.TrainingService/PutCourse', { course })
  const rows = [
    'ana,taxes,2020-01-06,passed',
    'ana,taxis,2020-01-07,passed',
    'bo,taxes,2020-01-06,passed',
  ]
  const file = written(['agent_id,course_id,date,result', ...rows, ''].join('\n'), 't.csv')
  const dry = await says('import', 'training', '-f', file, '--dry-run')
  assert.equal(dry.code, 3)
  const { code, out, err } = await says('import', 'training', '-f', file)
  assert.equal(code, 3)
  assert.equal(out, '1 stored, 0 the same already, 2 wrong\n')
  assert.match(err, /t\.csv:3: course_id: COURSE_UNKNOWN/)
  assert.match(err, /t\.csv:4: agent_id: AGENT_UNKNOWN/)
  const again = await says('import', 'training', '-f', file)
  assert.equal(again.out, '0 stored, 1 the same already, 2 wrong\n')
  const who = { pool: 'north', agent_id: 'ana' }
  const { profile } = await call('evenkeel.skills.v1.SkillsService/GetAgent', who)
  assert.match(JSON.stringify(profile), /"skill_id":"tax","level":3/)
})

const bad: readonly (readonly [string, Buffer, RegExp])[] = [
  ['Latin-1', Buffer.from(`${HEADER}\nana,Zo\xeb,,tax:2,voice:100\n`, 'latin1'), /:2: not UTF-8/],
  ['UTF-16', Buffer.from(`\uFEFF${HEADER}\n`, 'utf16le'), /UTF-16/],
  ['semicolons', Buffer.from(`${HEADER.replaceAll(',', ';')}\n`), /CSV_DELIMITER/],
  ['a header that is none', Buffer.from('name\nana\n'), /CSV_HEADER/],
  ['nothing', Buffer.alloc(0), /is empty/],
]

test('a table that is none is refused as a whole', async (t) => {
  const { says, written } = await system(t)
  await says('apply', '-f', written(SMALL))
  for (const [what, bytes, expected] of bad) {
    const file = written('', 'bad.csv')
    writeFileSync(file, bytes)
    const { code, err } = await says('import', 'agents', '-f', file)
    assert.ok(code === 1 || code === 2, what)
    assert.match(err, expected, what)
  }
  const dates = written(`${HEADER}\nbo,Bo,,tax:2@01.02.2026..,voice:100\n`, 'dates.csv')
  const { code, err } = await says('import', 'agents', '-f', dates, '--dry-run')
  assert.equal(code, 3)
  assert.match(err, /dates\.csv:2: skills: CSV_CELL_MALFORMED/)
})

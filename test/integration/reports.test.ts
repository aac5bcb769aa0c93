import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { assertAddsUp } from './adds-up.ts'
import { command, EvenkeelProcess, freshDirectory } from './process.ts'

test('demo --json: a morning, reported in figures that add up, exit code 0', async () => {
  const day = await command('demo', '--json', '--duration', '30m', '--speed', '600', '--seed', '7')
  assert.equal(day.code, 0, day.err)
  assertAddsUp(day)
})

test('demo without --json: the same for people', async () => {
  const day = await command('demo', '--duration', '1m', '--speed', '1000', '--seed', '1')
  assert.equal(day.code, 0, day.err)
  assert.match(day.out, /^contacts +\d+ came$/m)
  assert.match(day.out, /^No rule was broken, and the sums agree\.$/m)
})

test('demo --data: killed and started again, it brings the same day to its end', async (t) => {
  const data = freshDirectory(t)
  const args = [
    'demo',
    '--json',
    '--duration',
    '30m',
    '--speed',
    '300',
    '--seed',
    '3',
    '--data',
    data,
  ]
  const first = new EvenkeelProcess(args)
  await first.says(/^07:1\d .* contacts/m, 'err')
  first.kill('SIGKILL')
  await first.end()

  const day = await command(...args)

  assert.equal(day.code, 0, day.err)
  assert.match(day.err, /^going on with the ordinary day .* seed 3$/m)
  assertAddsUp(day)
})

const CSV = [
  'time,contact_id,queue,channel,requirements,priority,patience_s,handle_s',
  '08:00:00,a-1,tax,voice,tax:3 french:2,0,,180.5',
  '08:00:30,a-2,tax,voice,tax:3,5,90,',
  '08:01:00,a-3,mail,email,,0,,240',
  '08:02:00,a-4,tax,voice,,-2,,60',
]

test('replay of a CSV: a clean file, reported in figures that add up, exit code 0', async (t) => {
  const file = join(freshDirectory(t), 'day.csv')
  writeFileSync(file, CSV.join('\n'))
  const options = ['--format', 'csv', '--date', '2026-03-02', '--speed', '600', '--json']

  const day = await command('replay', file, ...options)

  assert.equal(day.code, 0, day.err)
  const { contacts, per_queue: queues } = assertAddsUp(day)
  assert.equal(contacts.accepted, 4)
  assert.deepEqual(Object.keys(queues).sort(), ['mail', 'tax'])
})

test('replay of a CSV: broken lines are named, the rest is routed; exit code 3', async (t) => {
  const file = join(freshDirectory(t), 'day.csv')
  const broken = [
    '08:61:00,b-1,tax,voice,,0,,60',
    '08:03:00,b-2,tax,voice,tax:11,0,,60',
    '08:03:00,b-3,tax',
    '08:03:00,a-1,tax,voice,,0,,60',
  ]
  writeFileSync(file, [...CSV.slice(0, 3), ...broken, ...CSV.slice(3)].join('\n'))
  const options = ['--format', 'csv', '--date', '2026-03-02', '--speed', '600', '--json']

  const day = await command('replay', file, ...options)

  assert.equal(day.code, 3, day.err)
  const named = [...day.err.matchAll(/^line (\d+): \S+/gm)].map((match) => Number(match[1]))
  assert.deepEqual(named, [4, 5, 6, 7])
  assert.equal(assertAddsUp(day).contacts.accepted, 4)
})

const BANK = [
  [
    ...['vru+line', 'call_id', 'customer_id', 'priority', 'type', 'date', 'vru_entry', 'vru_exit'],
    ...['vru_time', 'q_start', 'q_exit', 'q_time', 'outcome', 'ser_start', 'ser_exit', 'ser_time'],
    'server',
  ],
  'AA0101 1 111 2 PS 990110 7:00:00 7:00:10 10 7:00:10 7:01:10 60 AGENT 7:01:10 7:04:10 180 DANA',
  'AA0101 2 0 0 NW 990110 7:02:00 7:02:05 5 0:00:00 0:00:00 0 AGENT 7:02:05 7:03:00 55 BO',
  'AA0101 3 0 0 NW 990110 7:05:00 7:05:05 5 7:05:05 7:07:05 120 HANG 0:00:00 0:00:00 0 NO_SERVER',
  'AA0101 4 0 0 PS 990110 7:07:00 7:07:04 4 0:00:00 0:00:00 0 PHANTOM 0:00:00 0:00:00 0 NO_SERVER',
  'AA0101 5 0 0 PS 990111 7:07:00 7:07:04 4 0:00:00 0:00:00 0 AGENT 7:07:04 7:08:00 56 BO',
  'AA0101 6 0 0 XX 990110 7:08:00 7:08:02 2 7:08:02 7:08:30 28 AGENT 7:08:30 7:09:33 63 BO',
].map((line) => (typeof line === 'string' ? line.split(' ') : line).join('\t'))

test("replay of the bank's format: a day's calls, a bad line named; exit code 3", async (t) => {
  const file = join(freshDirectory(t), 'bank.tsv')
  writeFileSync(file, `${BANK.join('\n')}\n`)
  const options = ['--format', 'anonymous-bank', '--date', '1999-01-10', '--speed', '600', '--json']

  const day = await command('replay', file, ...options)

  assert.equal(day.code, 3, day.err)
  assert.match(day.err, /^line 7: type "XX"/m)
  assert.equal(assertAddsUp(day).contacts.accepted, 3)
})

test('replay of a day that is not in the file says so, exit code 2', async (t) => {
  const file = join(freshDirectory(t), 'bank.tsv')
  writeFileSync(file, `${BANK.join('\n')}\n`)
  const day = await command('replay', file, '--format', 'anonymous-bank', '--date', '1999-02-10')
  assert.equal(day.code, 2, day.err)
  assert.match(day.err, /has no contacts on 1999-02-10/)
})

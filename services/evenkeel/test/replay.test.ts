import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { readAnonymousBank } from '../replay/anonymous-bank.ts'
import { readCsv } from '../replay/csv.ts'
import { bankFacts, dayOfCalls, measuredFacts } from '../replay/day-of-calls.ts'

const BANK = join(import.meta.dirname, 'fixtures/bank.tsv')
const CSV = join(import.meta.dirname, 'fixtures/day.csv')
const DATE = '1999-01-10'
const MIDNIGHT = Date.parse(`${DATE}T00:00:00Z`)
const folder = mkdtempSync(join(tmpdir(), 'replay-test-'))
after(() => rmSync(folder, { recursive: true }))

const none = () => {}
const at = (time: string) => Date.parse(`${DATE}T${time}Z`) - MIDNIGHT

function written(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe('the bank log', () => {
  test('gives the calls of the day, in order of their entry to the queue', async () => {
    const { calls } = await readAnonymousBank(BANK, DATE, none)
    assert.deepEqual(
      calls.map((call) => [
        call.contactId,
        call.atMs - MIDNIGHT,
        call.kind,
        call.priority,
        call.requirements[0]?.level,
        call.patience,
        call.handleMs,
      ]),
      [
        ['AA0101-1', at('07:00:10'), 'ps', 3, 2, { ms: 60_000, censored: true }, 180_000],
        ['AA0101-2', at('07:02:05'), 'nw', 0, 1, { ms: 0, censored: true }, 55_000],
        ['AA0101-3', at('07:05:05'), 'nw', 0, 1, { ms: 120_000, censored: false }, undefined],
        ['AA0102-7', at('07:08:02'), 'in', 0, 1, { ms: 28_000, censored: true }, undefined],
        [
          'AA0103-14',
          at('00:00:10') + 86_400_000,
          'ps',
          0,
          1,
          { ms: 30_000, censored: true },
          60_000,
        ],
      ],
    )
  })

  test('gives customers as keys, and nobody for a number that is rounded', async () => {
    const { calls } = await readAnonymousBank(BANK, DATE, none)
    const keys = calls.map((call) => call.customerKey)
    assert.match(keys[0] ?? '', /^[0-9a-f]{16}$/)
    assert.deepEqual(keys.slice(1, 4), ['', '', ''])
    assert.notEqual(keys[0], keys[4])
  })

  test('reports every broken line by its number, and goes on', async () => {
    const { broken, leftOut } = await readAnonymousBank(BANK, DATE, none)
    assert.deepEqual(
      broken.map(({ line, reason }) => `${line}: ${reason}`),
      [
        '9: priority "7" is not a whole number 0 to 2',
        '10: type "XX" is none of PS PE IN NE NW TT',
        '11: 7 columns where the header has 17',
        '12: vru_exit "7:61:02" is no time of a day',
        '13: date "no date" is not a day of 1999 as YYMMDD',
        '14: contact AA0101-1 is in line 2 already',
        '15: outcome "MAYBE" is none of AGENT HANG PHANTOM',
      ],
    )
    assert.deepEqual(Object.fromEntries(leftOut), {
      'left in the VRU': 1,
      'phantom call': 1,
      'another day': 1,
    })
  })

  test('is unpacked on the way', async () => {
    const packed = written('bank.tsv.gz', gzipSync(readFileSync(BANK)))
    const plain = await readAnonymousBank(BANK, DATE, none)
    assert.deepEqual(await readAnonymousBank(packed, DATE, none), plain)
  })
})

describe('a CSV of one’s own', () => {
  test('gives its contacts', async () => {
    const { calls } = await readCsv(CSV, DATE, none)
    assert.deepEqual(
      calls.map(({ contactId, kind, requirements, priority, patience, handleMs }) => [
        contactId,
        kind,
        requirements.map(({ skillId, level }) => `${skillId}:${level}`).join(' '),
        priority,
        patience.censored ? 'censored' : patience.ms,
        handleMs,
      ]),
      [
        ['a-1', 'tax:voice', 'tax:3 french:2', 0, 'censored', 180_500],
        ['a-2', 'tax:voice', 'tax:3', 5, 90_000, undefined],
        ['a-3', 'mail:email', '', 0, 'censored', 240_000],
        ['a-12', 'tax:voice', '', -2, 'censored', 60_000],
      ],
    )
  })

  test('reports every broken line by its number, and goes on', async () => {
    const { broken } = await readCsv(CSV, DATE, none)
    assert.deepEqual(
      broken.map(({ line, reason }) => `${line}: ${reason}`),
      [
        '5: time "8:02" is not HH:MM:SS',
        '6: contact_id "" is not 1-64 characters of A-Z a-z 0-9 . _ : @ -',
        '7: queue "Tax" is not 1-55 characters of a-z 0-9 . _ -',
        '8: channel "pigeon" is none of voice chat email',
        '9: requirement "tax:11" is not skill:level with a level 1 to 10',
        '10: priority "101" is not a whole number -100 to 100',
        '11: patience_s "-3" is not a number 0 to 86400',
        '12: contact a-1 is in line 2 already',
        '13: 6 columns where the header has 8',
        '14: queue tax is of the channel voice since line 2',
      ],
    )
  })

  test('a line that is far too long refuses the file: those after it would be lost', async () => {
    const [header, first] = readFileSync(CSV, 'utf8').split('\n')
    const last = String(first).replace('a-1', 'a-2')
    const path = written('long.csv', [header, first, 'x'.repeat(70_000), last, ''].join('\n'))
    const message = /^line 3 is longer than 64 KiB/
    await assert.rejects(readCsv(path, DATE, none), { name: 'FileRefused', message })
  })
})

describe('a file that is none', () => {
  const cases: readonly (readonly [string, () => string, RegExp])[] = [
    ['is not there', () => join(folder, 'nowhere.tsv'), /can't be read/],
    ['is empty', () => written('empty.tsv', ''), /is empty/],
    ['is a folder', () => folder, /is not a file/],
    ['has another format', () => CSV, /no column vru\+line/],
    ['says that it is packed and is not', () => written('bad.tsv.gz', 'plain'), /can't be read on/],
    [
      'is cut in the middle',
      () => written('cut.tsv.gz', gzipSync(readFileSync(BANK)).subarray(0, 300)),
      /can't be read on/,
    ],
  ]
  for (const [what, path, message] of cases) {
    test(`${what}: refused in a sentence`, async () => {
      await assert.rejects(readAnonymousBank(path(), DATE, none), { name: 'FileRefused', message })
    })
  }
})

describe('a recorded day', () => {
  test('brings what was recorded, and draws the rest the same way every time', async () => {
    const { calls } = await readAnonymousBank(BANK, DATE, none)
    const make = () => dayOfCalls(calls, bankFacts(calls), { pool: 'p', displayName: 'd' }, 1)
    const day = make()
    assert.deepEqual(make(), day)
    const of = (id: string) => day.arrivals.find((arrival) => arrival.contactId === id)
    assert.equal(of('AA0101-3')?.patienceMs, 120_000)
    assert.ok((of('AA0101-1')?.patienceMs ?? 0) > 60_000, 'served after 60 s: would have waited on')
    assert.equal(of('AA0101-1')?.talkMs, 180_000)
    assert.ok((of('AA0102-7')?.talkMs ?? 0) > 3000, 'the agent hung up: a service is drawn')
    assert.deepEqual(
      day.queues.map((queue) => queue.queueId),
      ['ps', 'nw', 'in'],
    )
  })

  test('has somebody at work for every contact of a CSV', async () => {
    const { calls } = await readCsv(CSV, DATE, none)
    const day = dayOfCalls(calls, measuredFacts(calls), { pool: 'p', displayName: 'd' }, 1)
    for (const arrival of day.arrivals) {
      const able = day.agents.filter((agent) =>
        arrival.requirements.every(({ skillId, level }) =>
          agent.skills.some((own) => own.skillId === skillId && own.level >= level),
        ),
      )
      assert.ok(able.length > 0, arrival.contactId)
    }
  })

  test('the example of the help is a day that the server takes', async () => {
    const example = join(import.meta.dirname, '../examples/day.csv')
    const { calls, broken } = await readCsv(example, DATE, none)
    assert.deepEqual([calls.length, broken], [19, []])
    const day = dayOfCalls(calls, measuredFacts(calls), { pool: 'p', displayName: 'd' }, 1)
    const names = day.agents.map((agent) => agent.team)
    for (const name of [...names, ...day.queues.map((queue) => queue.queueId)]) {
      assert.match(name, /^[a-z0-9._-]{1,64}$/)
    }
  })
})

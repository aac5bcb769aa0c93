import { importLimits } from '@evenkeel/chassis/protocol'
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Profile } from '../core/index.ts'
import { columns, readCsv } from '../shell/csv.ts'
import { columnOf } from '@evenkeel/chassis/importing'
import { grant } from './partition.ts'

const header = 'agent_id,display_name,team,skills,channels'
const utf8 = (text: string) => new TextEncoder().encode(text)
const read = (text: string) => [...readCsv(utf8(text), 'north').lines]

/** What one line under the header becomes. */
function profileIn(line: string): Profile {
  const [only] = read(`${header}\n${line}\n`)
  assert.equal(only?.kind, 'good')
  return only.profile
}

describe('a good file', () => {
  test('gives profiles', () => {
    const line = 'ana@example.com,"Ana, the first",team-1,tax:3 french:2,voice:100 chat:30'
    assert.deepEqual(profileIn(line), {
      pool: 'north',
      agentId: 'ana@example.com',
      displayName: 'Ana, the first',
      team: 'team-1',
      skills: [grant('french', 2), grant('tax', 3)],
      channels: [
        { channel: 'voice', weight: 100, uninterruptible: false, onRequest: false },
        { channel: 'chat', weight: 30, uninterruptible: false, onRequest: false },
      ],
      homeQueueId: '',
      login: '',
      etag: '',
    })
  })

  test('may leave everything open but who it is', () => {
    const { skills, channels, team, displayName } = profileIn('bo,,,,')
    assert.deepEqual(
      { skills, channels, team, displayName },
      {
        skills: [],
        channels: [],
        team: '',
        displayName: '',
      },
    )
  })

  test('means whole days of UTC, the last one included', () => {
    const validity = (word: string) => {
      const [grant] = profileIn(`bo,,,${word},`).skills
      return [grant?.validFrom, grant?.validUntil].map((ms) =>
        ms === undefined ? 'open' : new Date(ms).toISOString(),
      )
    }
    const from = '2026-01-01T00:00:00.000Z'
    const until = '2027-01-01T00:00:00.000Z'
    assert.deepEqual(validity('tax:3@2026-01-01..2026-12-31'), [from, until])
    assert.deepEqual(validity('tax:3@2026-01-01..'), [from, 'open'])
    assert.deepEqual(validity('tax:3@..2026-12-31'), ['open', until])
    assert.deepEqual(validity('tax:3@..'), ['open', 'open'])
  })

  const shapes: readonly [string, string][] = [
    ['a byte order mark', `\uFEFF${header}\nbo,Bo,,,`],
    ['line ends of Windows', `${header}\r\nbo,Bo,,,\r\n`],
    ['line ends of old', `${header}\rbo,Bo,,,\r`],
    ['no last line end', `${header}\nbo,Bo,,,`],
    ['spaces around cells', 'agent_id, display_name ,team,skills,channels\n bo , Bo ,,,'],
    ['quoted cells', '"agent_id","display_name","team","skills","channels"\n"bo","Bo","","",""'],
    ['columns in another order', 'channels,skills,team,display_name,agent_id\n,,,Bo,bo'],
  ]
  for (const [what, text] of shapes) {
    test(`may have ${what}`, () => {
      const [only, ...more] = read(text)
      assert.deepEqual(more, [])
      assert.equal(only?.kind, 'good')
      assert.equal(only.line, 2)
      assert.equal(only.profile.agentId, 'bo')
      assert.equal(only.profile.displayName, 'Bo')
    })
  }

  test('with blank lines keeps its numbers', () => {
    const lines = read(`${header}\n\nbo,,,,\n   \n\ncy,,,,\n`)
    assert.deepEqual(
      lines.map(({ line }) => line),
      [3, 6],
    )
  })
})

describe('a bad line', () => {
  const wrong: readonly [string, string, string, RegExp][] = [
    [',Bo,,,', 'agent_id', 'FIELD_MISSING', /missing/],
    ['a b,,,,', 'agent_id', 'FIELD_MALFORMED', /1-64 characters/],
    [`bo,${'x'.repeat(201)},,,`, 'display_name', 'FIELD_TOO_LONG', /201 bytes, the limit is 200/],
    ['bo,,Team 1,,', 'team', 'FIELD_MALFORMED', /1-64 characters/],
    ['bo,,,tax,', 'skills', 'CSV_CELL_MALFORMED', /"tax" is not like tax:3/],
    ['bo,,,Tax:3,', 'skills', 'CSV_CELL_MALFORMED', /"Tax:3"/],
    ['bo,,,tax:0,', 'skills', 'FIELD_OUT_OF_RANGE', /is 0, allowed is 1 to 10/],
    ['bo,,,tax:11,', 'skills', 'FIELD_OUT_OF_RANGE', /is 11, allowed is 1 to 10/],
    ['bo,,,tax:1 tax:2,', 'skills', 'VALIDITY_OVERLAPS', /"tax" has two levels at 1970/],
    ['bo,,,tax:1@2026-02-30..,', 'skills', 'CSV_CELL_MALFORMED', /"2026-02-30" is not a day/],
    ['bo,,,tax:1@2026-1-1..,', 'skills', 'CSV_CELL_MALFORMED', /tax:1@2026-1-1/],
    ['bo,,,tax:1@2026-01-02..2026-01-01,', 'skills', 'FIELD_OUT_OF_RANGE', /later than/],
    [`bo,,,${grants(51)},`, 'skills', 'FIELD_TOO_MANY', /51 elements, the limit is 50/],
    ['bo,,,,pigeon:10', 'channels', 'CSV_CELL_MALFORMED', /"pigeon:10" is not like voice:100/],
    ['bo,,,,voice:4', 'channels', 'FIELD_OUT_OF_RANGE', /is 4, allowed is 5 to 100/],
    ['bo,,,,voice:100 voice:50', 'channels', 'FIELD_DUPLICATE', /names voice/],
    ['bo,,,', '', 'CSV_COLUMN_COUNT', /4 cells, the header 5/],
    ['bo,,,,,', '', 'CSV_COLUMN_COUNT', /6 cells, the header 5/],
    ['bo,"Bo,,,', '', 'CSV_QUOTING', /never closed/],
    ['bo,"Bo"x,,,', '', 'CSV_QUOTING', /out of place/],
    [`bo,,,${'a'.repeat(importLimits.lineBytes)},`, '', 'CSV_LINE_TOO_LONG', /16384 bytes/],
  ]
  for (const [line, column, code, message] of wrong) {
    test(`"${line.slice(0, 40)}" is named by number and column: ${code}`, () => {
      const [before, bad, after] = read(`${header}\nana,,,,\n${line}\ncy,,,,\n`)
      assert.equal(before?.kind, 'good')
      assert.equal(bad?.kind, 'bad')
      assert.equal(bad.line, 3)
      assert.equal(columnOf(bad.error, columns), column)
      assert.equal(bad.error.code, code)
      assert.match(bad.error.message, message)
      assert.doesNotMatch(bad.error.message, /[{}]/)
      assert.equal(after?.kind, 'good')
    })
  }

  test('that repeats an agent names the line that counts', () => {
    const [first, second] = read(`${header}\nbo,Bo,,,\nbo,Bob,,,\n`)
    assert.equal(first?.kind, 'good')
    assert.equal(second?.kind, 'bad')
    assert.equal(second.error.code, 'CSV_AGENT_REPEATED')
    assert.match(second.error.message, /"bo" is in line 2 already/)
  })

  test('does not keep its agent from a later good one', () => {
    const [first, second] = read(`${header}\nbo,,,tax,\nbo,,,,\n`)
    assert.equal(first?.kind, 'bad')
    assert.equal(second?.kind, 'good')
  })
})

describe('a file as a whole is refused', () => {
  const headers: readonly [string, string, RegExp][] = [
    ['', 'CSV_HEADER', /Missing: agent_id, display_name, team, skills, channels;/],
    ['agent_id,team,skills,channels', 'CSV_HEADER', /Missing: display_name; unknown: none/],
    [`${header},age`, 'CSV_HEADER', /unknown: age; twice: none/],
    [`${header},team`, 'CSV_HEADER', /twice: team/],
    ['bo,Bo,team,tax:3,voice:100', 'CSV_HEADER', /unknown: bo, Bo, tax:3, voice:100/],
    [header.replaceAll(',', ';'), 'CSV_DELIMITER', /semicolons instead of commas/],
    [header.replaceAll(',', '\t'), 'CSV_DELIMITER', /tabs instead of commas/],
    ['"agent_id,team', 'CSV_QUOTING', /never closed/],
  ]
  for (const [line, code, message] of headers) {
    test(`with the header "${line.slice(0, 50)}": ${code}`, () => {
      assert.throws(() => read(`${line}\nbo,,,,\n`), { code, message })
    })
  }

  const notUtf8: readonly [string, readonly number[], number][] = [
    ['a byte of Latin-1', [0xe9, 0x2c], 0],
    ['a sequence cut short', [0xe2, 0x82, 0x41], 0],
    ['one that begins like U+FFFD', [0xef, 0xbf, 0x41], 0],
    ['one cut by the end', [0xef, 0xbf], 0],
    ['a lone continuation', [0x41, 0x42, 0x80], 2],
    ['an overlong form', [0xc0, 0x80], 0],
    ['a surrogate', [0x41, 0xed, 0xa0, 0x80], 1],
  ]
  for (const [what, bytes, at] of notUtf8) {
    test(`with ${what}, naming its byte`, () => {
      const good = utf8(`${header}\n`)
      const csv = Uint8Array.from([...good, ...bytes])
      assert.throws(() => readCsv(csv, 'north'), {
        code: 'CSV_NOT_UTF8',
        fields: { field: 'csv', value: good.length + at },
      })
    })
  }
})

test('any bytes are lines or a coded refusal', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ unit: 'binary' }).map((text) => utf8(`${header}\n${text}`)),
    fc
      .array(fc.constantFrom('bo', ',', '"', '\n', '\r', ':', '@', '3', 'tax:3', ' ', '..'))
      .map((parts) => utf8(`${header}\n${parts.join('')}`)),
  )
  fc.assert(
    fc.property(bytes, (csv) => {
      try {
        for (const line of readCsv(csv, 'north').lines) assert.ok(line.line >= 2)
      } catch (error) {
        assert.ok(error instanceof Error && error.name === 'RejectedInput', String(error))
      }
    }),
    { numRuns: 300 },
  )
})

function grants(count: number): string {
  return Array.from({ length: count }, (_, i) => `s${i}:1`).join(' ')
}

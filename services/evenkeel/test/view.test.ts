import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Adherence, TeamAdherence } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { QueueStats } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { drawable } from '../commands/terminal.ts'
import { DEMO_QUEUES } from '../day/pool.ts'
import { timestamp } from '../platform/wire.ts'
import { toAnsi } from '../view/ansi.ts'
import { type DayPicture, dayFrame } from '../view/day-view.ts'
import { bar, brief, bytesShown, clockTime, sparkline, textOf } from '../view/frame.ts'
import { toSvg } from '../view/svg.ts'

const NOW = Date.UTC(2026, 2, 2, 11, 42)

const PAGE = { columns: 96, rows: 22 }

const PICTURE: DayPicture = {
  title: 'a day & a name that is far too long to fit beside the clock '.repeat(3),
  nowMs: NOW,
  fromMs: Date.UTC(2026, 2, 2, 7),
  untilMs: Date.UTC(2026, 2, 2, 20),
  midnightMs: Date.UTC(2026, 2, 2),
  speed: 300,
  queues: DEMO_QUEUES.map((habits) => habits.plan),
  stats: new Map([
    [
      'service',
      QueueStats.fromPartial({
        queueId: 'service',
        waiting: 12,
        callbacksWaiting: 5,
        inService: 9,
        oldestEnteredAt: timestamp(NOW - 200_000),
        staffedAgents: 21,
        answered: 700,
        answeredInTarget: 650,
      }),
    ],
  ]),
  history: new Map([['service', [0, 1, 4, 9, 17]]]),
  agents: { ready: 1, busy: 20, paused: 3, leaving: 0, away: 18 },
  adherence: TeamAdherence.fromPartial({
    adherenceBp: 9_634,
    agents: [
      { adherence: Adherence.ADHERENCE_LATE_IN, agents: 2 },
      { adherence: Adherence.ADHERENCE_AWAY, agents: 1 },
    ],
  }),
  promises: { kept: 31, broken: 2 },
  log: { records: 123_456, bytes: 34_567_890 },
  commandsPerSecond: 234.5,
  violations: 0,
  page: 'http://127.0.0.1:7480/intraday',
  stories: Array.from({ length: 9 }, (_, index) => ({
    atMs: NOW,
    text: `story ${index} <of> something ${'long '.repeat(30)}`,
  })),
}

const terminals: readonly (readonly [what: string, Parameters<typeof drawable>[0], boolean])[] = [
  ['a terminal', { isTTY: true, columns: 80, rows: 24 }, true],
  ['a narrow one', { isTTY: true, columns: 40, rows: 10 }, true],
  ['one without room', { isTTY: true, columns: 10, rows: 24 }, false],
  ['one that tells no size', { isTTY: true, columns: 0, rows: 0 }, false],
  ['a pipe', {}, false],
]

for (const [what, stream, expected] of terminals) {
  test(`${what} is ${expected ? 'drawn over' : 'told in lines'}`, () => {
    assert.equal(drawable(stream), expected)
  })
}

describe('the view of a day', () => {
  test('fits every terminal, and cuts off what does not', () => {
    for (const [columns, rows] of [
      [119, 39],
      [99, 29],
      [79, 23],
      [40, 10],
      [9, 3],
      [1, 1],
      [-1, -1],
    ] as const) {
      const frame = dayFrame(PICTURE, { columns, rows })
      assert.ok(frame.length <= Math.max(0, rows), `${frame.length} rows`)
      for (const line of frame) assert.ok([...textOf(line)].length <= columns, textOf(line))
    }
  })

  test('tells a story to its end, in as many lines as it takes', () => {
    const why = 'email: 505 are expected in the next 2 h; 2 from calls make about 40 fewer late.'
    const stories = [{ atMs: NOW, text: `Ann goes to email: ${why}` }]
    const rows = dayFrame({ ...PICTURE, stories }, { columns: 80, rows: 30 }).map(textOf)
    const told = rows.findIndex((row) => row.includes('Ann goes'))
    assert.equal(`${rows[told]?.slice(7)} ${rows[told + 1]?.trim()}`, `Ann goes to email: ${why}`)
  })

  test('in 80 columns only the histories are missing', () => {
    const wide = dayFrame(PICTURE, { columns: 96, rows: 30 }).map(textOf)
    const narrow = dayFrame(PICTURE, { columns: 79, rows: 30 }).map(textOf)
    for (const [index, row] of narrow.slice(3, 14).entries()) {
      assert.ok(wide[index + 3]?.startsWith(row.trimEnd()), row)
    }
  })

  test('says how the queues stand', () => {
    const rows = dayFrame(PICTURE, PAGE).map((line) => textOf(line).trimEnd())
    assert.equal(
      rows.find((row) => row.startsWith('Service')),
      'Service                12          5     3m20           9      0 of 21      93%            ▁▂▄█',
    )
    assert.match(rows[0] ?? '', /^evenkeel {2}11:42 {2}a day/)
    assert.match(
      rows.join('\n'),
      /roster +96 % adhered to · 2 late in · 1 away · 0 on though off\n/,
    )
    assert.match(
      rows.join('\n'),
      /31 kept · 2 broken · 0 violations\nevent log +123,456 records, 34\.6 MB/,
    )
  })

  test('is the same text in the picture as in the terminal', () => {
    const frame = dayFrame(PICTURE, PAGE)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    const terminal = toAnsi(frame).replace(/\u001b\[[\d;]*m/g, '')
    assert.equal(terminal, frame.map(textOf).join('\n'))
    const svg = toSvg(frame, PAGE.columns, 'npx evenkeel demo')
    assert.match(svg, /^<svg [^>]*>/)
    assert.ok(svg.includes('story\u00a08\u00a0&lt;of&gt;\u00a0something'))
    assert.ok(svg.includes('a\u00a0day\u00a0&amp;\u00a0a\u00a0name'))
    assert.equal(svg.match(/<text/g)?.length, svg.match(/<\/text>/g)?.length)
  })
})

test('figures are short', () => {
  assert.deepEqual([0, 59_400, 200_000, 3_900_000].map(brief), ['0s', '59s', '3m20', '1h05'])
  assert.deepEqual([512, 123_456, 34_567_890].map(bytesShown), ['512 B', '123 kB', '34.6 MB'])
  assert.equal(clockTime(42_120_000), '11:42')
  assert.deepEqual(bar(0.5, 4), { full: '━━', rest: '──' })
  assert.equal(sparkline([0, 4, 8], 5), '   ▄█')
})

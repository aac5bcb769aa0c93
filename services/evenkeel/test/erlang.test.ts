import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { command } from './command.ts'

const calls = ['--per-hour', '200', '--handle-s', '180']

describe('npx evenkeel erlang', () => {
  test('c marks the fewest agents that are enough', async () => {
    const { code, out, err } = await command('erlang', 'c', ...calls)
    assert.equal(code, 0, err)
    const marked = out.split('\n').filter((line) => line.startsWith('>'))
    assert.equal(marked.length, 1)
    assert.match(marked[0] ?? '', /^> +200 +10\.00 +14 +14 +88\.84 /)
    assert.equal(out.trimEnd().split('\n').length, 10, 'a head and nine rows')
  })

  test('a says what becomes of each number of agents', async () => {
    const options = ['--patience-s', '300', '--agents', '12-14', '--json']
    const { code, out, err } = await command('erlang', 'a', ...calls, ...options)
    assert.equal(code, 0, err)
    assert.equal(out.split('\n').length, 2)
    const { model, threshold_s, definition, rows } = JSON.parse(out)
    assert.deepEqual([model, threshold_s, definition], ['a', 20, 'of-all'])
    assert.deepEqual(
      rows.map((row: { agents: number; enough: boolean }) => [row.agents, row.enough]),
      [
        [12, false],
        [13, true],
        [14, true],
      ],
    )
    assert.equal(rows[1].abandoned.toFixed(5), '0.02496')
    assert.equal(rows[1].of_all.toFixed(4), '0.8582')
  })

  test('of several rates each has its row: agents, and how many are to be rostered', async () => {
    const rates = ['--per-hour', '60,120,240', '--handle-s', '300', '--patience-s', '180']
    const { out } = await command('erlang', 'a', ...rates, '--shrinkage-percent', '30', '--json')
    const found = JSON.parse(out).rows.map((row: { agents: number; scheduled: number }) => [
      row.agents,
      row.scheduled,
    ])
    assert.deepEqual(found, [
      [7, 10],
      [13, 19],
      [23, 33],
    ])
  })

  test('a rate that is unsure takes more: 104 instead of 100', async () => {
    const hundred = ['--per-hour', '1200', '--handle-s', '300', '--patience-s', '180', '--json']
    const fewest = async (...options: string[]): Promise<number> => {
      const { out } = await command('erlang', 'a', ...hundred, ...options)
      return JSON.parse(out).rows.find((row: { enough: boolean }) => row.enough).agents
    }
    assert.equal(await fewest(), 100)
    assert.equal(await fewest('--variation-percent', '10'), 104)
    assert.equal(await fewest('--abandoned-max-percent', '3'), 104)
    assert.equal(await fewest('--definition', 'of-answered'), 99)
  })

  test('a line that grows without end says so, in words and as null', async () => {
    const { out } = await command('erlang', 'c', ...calls, '--agents', '10-10')
    assert.match(out, /endless +endless +endless$/m)
    const json = await command('erlang', 'c', ...calls, '--agents', '10-10', '--json')
    const [row] = JSON.parse(json.out).rows
    assert.deepEqual([row.enough, row.answer_s, row.queue, row.of_all], [false, null, null, 0])
  })

  test('what no number of agents reaches is told, not searched for ever', async () => {
    const { code, out } = await command('erlang', 'c', ...calls, '--occupancy-max-percent', '0')
    assert.equal(code, 0)
    assert.match(out, /200 +10\.00 +none +is enough/)
  })

  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no model', calls, /erlang which\? a \(patience\) or c \(none\)/],
    ['another model', ['b', ...calls], /erlang which\?/],
    ['two models', ['a', 'c', ...calls], /unexpected argument c/],
    ['no rate', ['c', '--handle-s', '180'], /--per-hour must be given/],
    ['no handle time', ['c', '--per-hour', '200'], /--handle-s must be given/],
    ['erlang a without patience', ['a', ...calls], /--patience-s must be given/],
    ['erlang c with patience', ['c', ...calls, '--patience-s', '60'], /in erlang c nobody leaves/],
    ['a rate below 0', ['c', '--per-hour', '-5', '--handle-s', '9'], /--per-hour "-5" is not/],
    ['a handle time of 0', ['c', '--per-hour', '5', '--handle-s', '0'], /--handle-s "0" is not N/],
    ['a word', ['c', '--per-hour', 'many', '--handle-s', '9'], /--per-hour "many" is not/],
    ['a hole in a list', ['c', '--per-hour', '5,,6', '--handle-s', '9'], /--per-hour "5,,6" is/],
    [
      'more load than any centre has',
      ['c', '--per-hour', '100000000', '--handle-s', '100'],
      /is 2777777\.\d+ Erlangs, at most 50000/,
    ],
    ['agents from the end', ['c', ...calls, '--agents', '14-10'], /--agents "14-10" is not/],
    ['too many rows', ['c', ...calls, '--agents', '0-5000'], /at most 1000 of them/],
    [
      'agents for several rates',
      ['c', '--per-hour', '1,2', '--handle-s', '9', '--agents', '1-2'],
      /--agents is for one rate/,
    ],
    ['another definition', ['c', ...calls, '--definition', 'best'], /--definition "best" is not/],
    ['all as target', ['c', ...calls, '--service-level-percent', '100'], /0-99\.999 %/],
  ]
  for (const [what, args, why] of refused) {
    test(`refuses ${what}`, async () => {
      const { code, out, err } = await command('erlang', ...args)
      assert.equal(code, 2)
      assert.equal(out, '')
      assert.match(err, why)
    })
  }
})

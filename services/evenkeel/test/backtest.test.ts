import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { recount } from '../backtest/call-centre.ts'
import { backtestWaits } from '../backtest/expected-wait.ts'
import { CorePredictor } from '../backtest/predictors.ts'
import { command } from './command.ts'
import { HOUR, MINUTE, SECOND } from '../day/day.ts'
import type { Call } from '../replay/call.ts'

const folder = mkdtempSync(join(tmpdir(), 'evenkeel-backtest-'))
after(() => rmSync(folder, { recursive: true }))

const BANK = join(import.meta.dirname, 'fixtures', 'bank.tsv')
const START = Date.parse('1999-01-10T07:00:00Z')

/** A line of two agents with a backlog that comes and goes. */
function day(calls: number): Call[] {
  return Array.from({ length: calls }, (_, index): Call => {
    const waitS = [0, 30, 90, 150, 60][index % 5] ?? 0
    return {
      line: index + 2,
      contactId: `c${index}`,
      atMs: START + index * MINUTE,
      kind: index % 3 === 0 ? 'ne' : 'ps',
      priority: index % 4 === 0 ? 3 : 0,
      requirements: [],
      customerKey: '',
      patience: { ms: waitS * SECOND, censored: index % 7 !== 6 },
      handleMs: (60 + (index % 6) * 30) * SECOND,
    }
  })
}

const silent = (): void => {
  // Nobody looks.
}

describe('predictions of a call log', () => {
  test('use nothing that has not happened yet', () => {
    const calls = day(120)
    const seen = calls[60]
    assert.ok(seen)
    const laterMs = seen.atMs
    const other = calls.map((call): Call => {
      const answeredMs = call.atMs + call.patience.ms
      if (call.atMs > laterMs)
        return { ...call, kind: 'nw', patience: { ms: HOUR, censored: true } }
      if (answeredMs > laterMs) {
        return { ...call, patience: { ms: call.patience.ms + HOUR, censored: false } }
      }
      // Who was being served then is served for longer.
      const freedMs = answeredMs + (call.handleMs ?? 0)
      return freedMs > laterMs ? { ...call, handleMs: (call.handleMs ?? 0) + HOUR } : call
    })
    const [plain, changed] = [calls, other].map((log) => {
      const predictor = new CorePredictor()
      recount(log, [predictor], silent)
      return [...predictor.predictions].flatMap(([call, prediction]) =>
        call.atMs <= laterMs ? [prediction] : [],
      )
    })
    assert.ok((plain?.length ?? 0) > 30)
    assert.deepEqual(changed, plain)
  })

  test('score those who waited and were answered, all rivals on the same calls', () => {
    const calls = day(200)
    const scored = calls.filter(({ patience }) => patience.ms > 0 && patience.censored).length
    const report = backtestWaits(calls, [], silent)
    assert.equal(report.n, scored)
    assert.deepEqual(Object.keys(report), [
      ...['n', 'rase', 'mae_s', 'cover50', 'cover80', 'cover95', 'rivals'],
    ])
    assert.deepEqual(Object.keys(report.rivals), [
      ...['last_to_enter_service', 'mean_30_min', 'plain_formula'],
    ])
    for (const rival of Object.values(report.rivals)) assert.equal(rival.n, scored)
    // The waits go round: whoever learns from more than the last of them is nearer.
    assert.ok(report.rase < (report.rivals['last_to_enter_service']?.rase ?? 0))
  })

  test('are better for what was learned before', () => {
    const calls = day(400)
    const cold = backtestWaits(calls.slice(200, 260), [], silent)
    const warm = backtestWaits(calls.slice(200, 260), calls.slice(0, 200), silent)
    assert.ok(warm.rase < cold.rase, `${warm.rase} is not below ${cold.rase}`)
  })
})

/** A file in the bank's format. */
function bankFile(name: string, calls: readonly Call[], extra: readonly string[] = []): string {
  const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 19)
  const columns = [
    ...['vru+line', 'call_id', 'customer_id', 'priority', 'type', 'date', 'vru_entry', 'vru_exit'],
    ...['vru_time', 'q_start', 'q_exit', 'q_time', 'outcome', 'ser_start', 'ser_exit', 'ser_time'],
    'server',
  ]
  const rows = calls.map((call, index) => {
    const { ms, censored } = call.patience
    const at = clock(call.atMs)
    const date = new Date(call.atMs).toISOString().slice(2, 10).replaceAll('-', '')
    const answer = clock(call.atMs + ms)
    const service = censored ? (call.handleMs ?? 0) / SECOND : 0
    const head = ['AA0101', index, 0, call.priority > 0 ? 2 : 0, call.kind.toUpperCase(), date]
    const queue = ms > 0 ? [at, answer, ms / SECOND] : ['0:00:00', '0:00:00', 0]
    const tail = [censored ? 'AGENT' : 'HANG', answer, answer, service, 'DANA']
    return [...head, at, at, 0, ...queue, ...tail].join('\t')
  })
  const path = join(folder, name)
  writeFileSync(path, [columns.join('\t'), ...rows, ...extra].map((row) => `${row}\r\n`).join(''))
  return path
}

describe('npx evenkeel backtest ewt', () => {
  const format = ['--format', 'anonymous-bank']

  test('prints one line of JSON, and learns from an earlier file', async () => {
    const calls = day(400)
    const file = bankFile('later.tsv', calls.slice(200))
    const train = bankFile('earlier.tsv', calls.slice(0, 200))
    const cold = await command('backtest', 'ewt', '--file', file, ...format, '--json')
    const warm = await command(
      'backtest',
      'ewt',
      '--file',
      file,
      ...format,
      '--train',
      train,
      '--json',
    )
    assert.deepEqual([cold.code, warm.code], [0, 0], cold.err + warm.err)
    assert.equal(cold.out.split('\n').length, 2)
    assert.deepEqual(JSON.parse(cold.out), backtestWaits(calls.slice(200), [], silent))
    assert.notEqual(warm.out, cold.out)
  })

  test('says how far it is, and prints a table for people', async () => {
    const { out, err } = await command(
      'backtest',
      'ewt',
      '--file',
      bankFile('day.tsv', day(800)),
      ...format,
    )
    assert.match(err, /predicting: \d0%/)
    assert.match(out, /last to enter service +\d\.\d{3} +\d+\.\d/)
  })

  test('names a broken line and goes on', async () => {
    const file = bankFile('one-broken.tsv', day(150), ['AA0101\tx'])
    const { code, err } = await command('backtest', 'ewt', '--file', file, ...format)
    assert.equal(code, 0, err)
    assert.match(err, /line 152: 2 columns where the header has 17/)
  })

  const few = bankFile('few.tsv', day(5))
  const later = bankFile('after.tsv', day(60).slice(30))
  const nobody = bankFile(
    'nobody.tsv',
    day(30).map((call) => ({ ...call, patience: { ms: 0, censored: true } })),
  )
  const empty = join(folder, 'empty.tsv')
  writeFileSync(empty, '')
  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no subject', [], /backtest what\? There is: ewt/],
    ['another subject', ['capacity'], /backtest what\?/],
    ['no file', ['ewt', ...format], /--file must be given/],
    ['no format', ['ewt', '--file', few], /--format must be anonymous-bank/],
    ['another format', ['ewt', '--file', few, '--format', 'csv'], /--format "csv" is not/],
    ['an unknown flag', ['ewt', '--horizon', '3'], /unknown flag --horizon/],
    ['a file that is not there', ['ewt', '--file', `${few}x`, ...format], /can't be read/],
    ['an empty file', ['ewt', '--file', empty, ...format], /is empty/],
    ['a file of broken lines', ['ewt', '--file', BANK, ...format], /line 9: priority "7" is not/],
    ['calls that never waited', ['ewt', '--file', nobody, ...format], /no call of the file waited/],
    [
      'a future to learn from',
      ['ewt', '--file', few, ...format, '--train', later],
      /must end before/,
    ],
  ]
  for (const [what, args, why] of refused) {
    test(`refuses ${what}`, async () => {
      const { code, out, err } = await command('backtest', ...args)
      assert.equal(code, 2)
      assert.equal(out, '')
      assert.match(err, why)
    })
  }
})

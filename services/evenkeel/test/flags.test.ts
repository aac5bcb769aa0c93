import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  choice,
  date,
  duration,
  flag,
  flagLines,
  hostAndPort,
  number,
  readFlags,
  text,
  whole,
} from '../commands/flags.ts'

const FLAGS = {
  day: choice('which day', ['ordinary', 'surge'], 'ordinary'),
  seed: whole('N', 'seed', { min: 0, max: 100, unit: '', fallback: 1 }),
  speed: number('N', 'speed', { min: 0.1, max: 1000, unit: 'times', fallback: 300 }),
  duration: duration('how long', 'all'),
  date: date('which'),
  data: text('DIR', 'where', 'nowhere'),
  target: hostAndPort('which server', 'none'),
  json: flag('as JSON'),
} as const

describe('flags', () => {
  test('have their defaults', () => {
    assert.deepEqual(readFlags(FLAGS, ['file']), {
      values: {
        day: 'ordinary',
        seed: 1,
        speed: 300,
        duration: undefined,
        date: undefined,
        data: undefined,
        target: undefined,
        json: false,
      },
      positionals: ['file'],
    })
  })

  test('are read, with = or without', () => {
    const args =
      '--day=surge --seed 7 --speed 0.5 --duration 90m --date 1999-01-10 --data here --json'
    const { values } = readFlags(FLAGS, [...args.split(' '), '--target', '[::1]:7400'])
    assert.deepEqual(values, {
      day: 'surge',
      seed: 7,
      speed: 0.5,
      duration: 5_400_000,
      date: '1999-01-10',
      data: 'here',
      target: { host: '::1', port: 7400 },
      json: true,
    })
  })

  const wrong: readonly (readonly [string, string])[] = [
    ['--colour', 'unknown flag --colour'],
    ['-j', 'unknown flag -j'],
    ['--day rainy', '--day "rainy" is not ordinary|surge'],
    ['--seed -1', '--seed "-1" is not N (0-100)'],
    ['--seed 1.5', '--seed "1.5" is not N (0-100)'],
    ['--speed 0', '--speed "0" is not N (0.1-1000 times)'],
    ['--speed fast', '--speed "fast" is not N (0.1-1000 times)'],
    ['--speed 1e3', '--speed "1e3" is not N (0.1-1000 times)'],
    ['--duration 2', '--duration "2" is not TIME (1m-24h, e.g. 90m or 2h)'],
    ['--duration 25h', '--duration "25h" is not TIME (1m-24h, e.g. 90m or 2h)'],
    ['--date 1999-02-30', '--date "1999-02-30" is not DATE (YYYY-MM-DD)'],
    ['--date 99-01-10', '--date "99-01-10" is not DATE (YYYY-MM-DD)'],
    ['--target 7400', '--target "7400" is not HOST:PORT (port 0: any free one)'],
    ['--data', '--data needs a value: DIR'],
    ['--data --json', '--data needs a value: DIR'],
    ['--json=yes', '--json takes no value'],
    ['--seed 1 --seed 2', '--seed is given twice'],
  ]
  for (const [args, message] of wrong) {
    test(`${args}: refused in a line`, () => {
      assert.throws(() => readFlags(FLAGS, args.split(' ')), { name: 'UsageError', message })
    })
  }

  test('say their unit, range and default in the help', () => {
    const help = flagLines(FLAGS).join('\n')
    assert.match(help, /--speed N +speed\n +0\.1-1000 times; default: 300/)
    assert.match(help, /--json +as JSON\n +default: off/)
  })
})

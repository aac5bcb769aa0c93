import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Course, Grant, Requirement } from '../core/index.ts'
import {
  type Combination,
  Counting,
  hoursMet,
  hoursWithin,
  inWords,
} from '../core/training/bench.ts'
import { weekOf } from '../shell/training/days.ts'
import { type Question, suggestions, type Trainee } from '../core/training/suggest.ts'

const hour = 3_600_000
const week = weekOf(Date.parse('2026-11-23T12:00:00Z'), 'UTC')

function level(text: string, validFrom?: number, validUntil?: number): Grant {
  const [skillId = '', number, source = 'trained'] = text.split(' ')
  const asSource = source === 'provisional' ? 'provisional' : 'trained'
  const kind = { source: asSource, handleTimePermille: 1_000 } as const
  return { skillId, level: Number(number), ...kind, validFrom, validUntil }
}

/** tax>=3 french>=2! */
function needs(text: string): readonly Requirement[] {
  return text.split(' ').map((one) => {
    const [skillId = '', floor = ''] = one.split('>=')
    const fullyQualified = floor.endsWith('!')
    return { skillId, minimumLevel: Number.parseInt(floor, 10), fullyQualified }
  })
}

const combination = (text: string, wanted = 0): Combination => {
  const requirements = needs(text)
  return { name: inWords(requirements), requirements, wanted }
}

const course = (courseId: string, hours: number, ...grants: readonly string[]): Course => ({
  pool: 'north',
  courseId,
  displayName: '',
  durationMs: hours * hour,
  grants: grants.map((text) => {
    const { skillId, level: number, source } = level(text)
    const kind = source === 'provisional' ? 'provisional' : 'trained'
    return { skillId, level: number, source: kind, validDays: 0, handleTimePermille: 1_000 }
  }),
  etag: '',
})

const who = (agentId: string, hours: number, ...held: readonly Grant[]): Trainee => ({
  agentId,
  held,
  trainedMs: hours * hour,
  duty: 'all',
})

function asked(question: Partial<Question>) {
  const steps = suggestions({
    people: [],
    combinations: [],
    courses: [],
    week,
    hours: 'all',
    yearlyLimitMs: 40 * hour,
    most: 10,
    ...question,
  })
  let step = steps.next()
  while (step.done !== true) step = steps.next()
  return step.value
}

const named = (question: Partial<Question>): readonly string[] =>
  asked(question).map(({ agentId, courseIds }) => `${agentId}: ${courseIds.join(' ')}`)

describe('somebody meets a combination', () => {
  const tuesday8 = week.from + 32 * hour
  const cases: readonly [string, readonly Grant[], string, number][] = [
    ['always, with the level', [level('tax 3')], 'tax>=3', 168],
    ['never, below it', [level('tax 2')], 'tax>=3', 0],
    ['never, without one of the skills', [level('tax 3')], 'tax>=3 french>=1', 0],
    ['from when the level is valid', [level('tax 3', tuesday8)], 'tax>=3', 136],
    ['until when it is', [level('tax 3', undefined, tuesday8)], 'tax>=3', 32],
    ['in whole hours only', [level('tax 3', tuesday8 + 1)], 'tax>=3', 135],
    [
      'through a change of levels',
      [level('tax 3', undefined, tuesday8 + 60_000), level('tax 4', tuesday8 + 60_000)],
      'tax>=3',
      168,
    ],
    [
      'fully qualified, once that is so',
      [level('tax 3 provisional', undefined, tuesday8), level('tax 3', tuesday8)],
      'tax>=3!',
      136,
    ],
  ]
  for (const [what, held, floors, expected] of cases) {
    test(what, () => {
      const counting = new Counting(combination(floors), week, 'all')
      counting.count(hoursMet(held, needs(floors), week), 1)
      const met = counting.bench().byHour.reduce((sum, count) => sum + count, 0)
      assert.equal(met, expected)
    })
  }
})

describe('who is suggested', () => {
  const taxes = course('taxes', 4, 'tax 3')
  const tax2 = level('tax 2')

  test('is who has had the fewest hours this year', () => {
    const people = [who('ana', 12, tax2), who('bo', 8, tax2), who('cy', 8, tax2)]
    const question = { people, combinations: [combination('tax>=3')], courses: [taxes] }
    assert.deepEqual(named({ ...question, most: 2 }), ['bo: taxes', 'cy: taxes'])
  })

  test('is trained for the weakest combination, and then for the next', () => {
    const people = [who('ana', 0, tax2), who('bo', 0, level('tax 3')), who('cy', 0, tax2)]
    const combinations = [combination('tax>=3'), combination('french>=1')]
    const courses = [taxes, course('french', 8, 'french 1')]
    // french 0, then 1 as tax: tax was named first; then french again, of whom had least.
    assert.deepEqual(named({ people, combinations, courses, most: 3 }), [
      'ana: french',
      'cy: taxes',
      'bo: french',
    ])
  })

  test('is nobody who has it, has no course to it, or would be trained beyond the limit', () => {
    const people = [who('ana', 0, level('tax 3')), who('bo', 37), who('cy', 0)]
    const combinations = [combination('tax>=3'), combination('tax>=5')]
    const courses = [taxes]
    assert.deepEqual(named({ people, combinations, courses }), ['cy: taxes'])
  })

  test('rather lacks one course than two', () => {
    const people = [who('ana', 0), who('bo', 20, level('french 2'))]
    const courses = [taxes, course('french', 4, 'french 2')]
    const combinations = [combination('tax>=3 french>=2')]
    assert.deepEqual(named({ people, combinations, courses, most: 2 }), [
      'bo: taxes',
      'ana: french taxes',
    ])
  })

  test('takes one course to two skills where there is one, and the shortest of several', () => {
    const people = [who('ana', 0)]
    const combinations = [combination('tax>=3 french>=2')]
    const both = course('both', 16, 'tax 3', 'french 2')
    const courses = [taxes, course('french', 4, 'french 2'), both]
    assert.deepEqual(named({ people, combinations, courses }), ['ana: both'])
    const long = course('a-long-one', 8, 'tax 3')
    const one = { people, combinations: [combination('tax>=3')], courses: [long, taxes] }
    assert.deepEqual(named(one), ['ana: taxes'])
  })

  test('raises most of the weakest hours', () => {
    const half = level('french 2', undefined, week.from + 84 * hour)
    const people = [who('ana', 0, half), who('bo', 20, level('french 2'))]
    const combinations = [combination('tax>=3 french>=2')]
    const [first] = asked({ people, combinations, courses: [taxes], most: 1 })
    assert.deepEqual([first?.agentId, first?.hoursRaised], ['bo', 168])
  })

  test('is at work in the weakest hours', () => {
    const early = hoursWithin([{ from: week.from, until: week.from + 8 * hour }], week)
    const late = hoursWithin([{ from: week.from + 7.5 * hour, until: week.from + 16 * hour }], week)
    const hours = hoursWithin([{ from: week.from, until: week.from + 16 * hour }], week)
    const people = [
      { ...who('ana', 0), duty: early },
      { ...who('bo', 20), duty: late },
      { ...who('cy', 0, level('tax 3')), duty: early },
    ]
    const combinations = [combination('tax>=3')]
    const [first] = asked({ people, combinations, courses: [taxes], hours, most: 1 })
    // Cy is there from 0 to 8; the hours from 8 to 16 have nobody.
    assert.deepEqual([first?.agentId, first?.weakestBefore, first?.hoursRaised], ['bo', 0, 8])
  })

  test('does not get a provisional level where it does not count', () => {
    const trial = course('trial', 1, 'tax 3 provisional')
    const question = { people: [who('ana', 0)], courses: [trial] }
    assert.deepEqual(named({ ...question, combinations: [combination('tax>=3!')] }), [])
    assert.deepEqual(named({ ...question, combinations: [combination('tax>=3')] }), ['ana: trial'])
  })

  test('is as many as are wanted and no more', () => {
    const people = ['ana', 'bo', 'cy'].map((agentId) => who(agentId, 0))
    const combinations = [combination('tax>=3', 2)]
    assert.deepEqual(named({ people, combinations, courses: [taxes] }), ['ana: taxes', 'bo: taxes'])
  })

  test('is said why in a sentence', () => {
    const people = [who('ana', 6.5, level('french 2'))]
    const combinations = [combination('tax>=3 french>=2', 3)]
    const [first] = asked({ people, combinations, courses: [taxes] })
    assert.equal(
      first?.sentence,
      'Train ana in taxes (4 h): tax >= 3 and french >= 2 is weakest, with 0 agents of 3 wanted; ' +
        'ana lacks tax >= 3 and has had 6.5 h of training this year.',
    )
  })

  test('leaves no better single suggestion for the weakest combination', () => {
    const people = Array.from({ length: 30 }, (_, i) =>
      who(`a${String(i).padStart(2, '0')}`, (i * 7) % 23, level(`tax ${1 + (i % 3)}`)),
    )
    const combinations = [combination('tax>=3'), combination('french>=1')]
    const courses = [taxes, course('french', 4, 'french 1')]
    const found = asked({ people, combinations, courses, most: 12 })
    // The strength of the weakest never falls, and rises by one whenever both have had their turn.
    const weakest = found.map(({ weakestBefore }) => weakestBefore)
    assert.deepEqual(
      weakest,
      weakest.toSorted((a, b) => a - b),
    )
    assert.equal(new Set(found.map((one) => `${one.agentId} ${one.courseIds.join()}`)).size, 12)
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Event as SkillsEvent } from '@evenkeel/proto/evenkeel/skills/v1/events'
import { AgentProfile } from '@evenkeel/proto/evenkeel/skills/v1/skill'
import {
  adherenceOfTeams,
  type DutySpan,
  poolAdherence,
  quarterMs,
  quartersKept,
} from '../core/index.ts'
import { bridges } from '../shell/bridge.ts'
import { Story } from './story.ts'

const minute = 60_000
const hour = 60 * minute

/** Nine o'clock is a quarter's beginning; the roster of ann: nine to five, a meal at one. */
function atSeven(): { readonly s: Story; readonly nine: number } {
  const s = new Story()
  s.queue('tax')
  s.time += quarterMs - (s.time % quarterMs)
  s.profile('ann', {})
  return { s, nine: s.time + 2 * hour }
}

const dayOf = (nine: number): readonly DutySpan[] => [
  { from: nine, until: nine + 4 * hour, followedBy: 'meal' },
  { from: nine + 4.5 * hour, until: nine + 8 * hour, followedBy: 'off' },
]

function rostered(s: Story, spans: readonly DutySpan[], agentId = 'ann'): void {
  s.do({ kind: 'changeRoster', pool: 'p', agentId, spans })
}

const signIn = (s: Story, agentId = 'ann'): void =>
  s.do({ kind: 'signIn', pool: 'p', agentId, ready: true })

const inTeam = (s: Story, agentId: string, team: string): void =>
  s.do({ kind: 'changeProfile', pool: 'p', agentId, team, skills: [], channels: [] })

/** How ann keeps to the roster, and for how many minutes. */
function standing(s: Story): string {
  const { adherence, adherenceSince } = s.view('ann')
  return adherenceSince === undefined
    ? adherence
    : `${adherence} ${(s.time - adherenceSince) / minute}`
}

const teamsIn = (s: Story, from: number, until: number) =>
  adherenceOfTeams(s.state, s.state.pools.must('p').slot, { from, until }, s.time)

/** Minutes of the whole pool: rostered, adhered, beyond. */
function minutesIn(s: Story, from = 0, until = Number.POSITIVE_INFINITY): readonly number[] {
  const { rosteredMs, adheredMs, beyondMs } = poolAdherence(teamsIn(s, from, until))
  return [rosteredMs / minute, adheredMs / minute, beyondMs / minute]
}

describe('an agent beside the roster', () => {
  test('a day: late in, there, away, back, at the meal, on though off', () => {
    const { s, nine } = atSeven()
    assert.equal(standing(s), 'unrostered')
    rostered(s, dayOf(nine))
    assert.equal(standing(s), 'offDuty 0')
    const day: readonly (readonly [at: number, act: () => void, then: string])[] = [
      [0, () => {}, 'lateIn 0'],
      [7, () => {}, 'lateIn 7'],
      [10, () => s.do({ kind: 'signIn', pool: 'p', agentId: 'ann', ready: false }), 'lateIn 10'],
      [12, () => s.presence('ann', 'ready'), 'onDuty 0'],
      [60, () => s.presence('ann', 'paused', 'coffee'), 'away 0'],
      [65, () => s.presence('ann', 'paused', 'a second cup'), 'away 5'],
      [70, () => s.presence('ann', 'ready'), 'onDuty 0'],
      [240, () => {}, 'onThoughOff 0'],
      [245, () => s.presence('ann', 'paused', 'meal'), 'offDuty 0'],
      [270, () => {}, 'lateIn 0'],
      [275, () => s.presence('ann', 'ready'), 'onDuty 0'],
      [479, () => s.presence('ann', 'draining'), 'away 0'],
      [481, () => {}, 'offDuty 1'],
      [490, () => signIn(s), 'onThoughOff 0'],
    ]
    for (const [at, act, then] of day) {
      s.skip(nine + at * minute - s.time)
      act()
      assert.equal(standing(s), then, `at ${at} min`)
    }
    const rosteredMin = 240 + 210
    assert.deepEqual(minutesIn(s), [rosteredMin, rosteredMin - 12 - 10 - 5 - 1, 5])
    assert.deepEqual(minutesIn(s, nine, nine + hour), [60, 48, 0])
    s.skip(3 * minute)
    assert.deepEqual(minutesIn(s), [rosteredMin, rosteredMin - 28, 8], 'and goes on')
  })

  test('who has work in hand and drains is there', () => {
    const { s, nine } = atSeven()
    rostered(s, dayOf(nine))
    s.skip(nine - s.time)
    s.profile('ann', {})
    signIn(s)
    s.submit('c1', 'tax')
    s.talk('ann')
    s.presence('ann', 'draining')
    assert.equal(standing(s), 'onDuty 0')
  })

  test('a roster that comes in the middle of a shift counts from then on', () => {
    const { s, nine } = atSeven()
    s.skip(nine + hour - s.time)
    rostered(s, dayOf(nine))
    assert.equal(standing(s), 'lateIn 60')
    s.skip(10 * minute)
    assert.deepEqual(minutesIn(s), [10, 0, 0])
  })

  test('edges that nobody saw, since nothing ran, count from when they were', () => {
    const { s, nine } = atSeven()
    rostered(s, dayOf(nine))
    s.skip(nine - s.time)
    signIn(s)
    s.skip(6 * hour)
    assert.deepEqual(minutesIn(s), [330, 330, 30])
    assert.equal(standing(s), 'onDuty 90')
  })

  test('so does an edge of which the tick is late, when the agent is quicker', () => {
    const { s, nine } = atSeven()
    rostered(s, dayOf(nine))
    s.time = nine + minute
    signIn(s)
    assert.deepEqual(minutesIn(s), [1, 0, 0])
  })

  test('who leaves behind an edge of which the tick is late was there up to now', () => {
    const { s, nine } = atSeven()
    rostered(s, dayOf(nine))
    s.skip(nine - s.time)
    signIn(s)
    // Five minutes before the meal the guard time begins: an edge, though not of the shift.
    s.skip(4 * hour - 6 * minute)
    s.time += 2 * minute
    s.presence('ann', 'paused')
    assert.deepEqual(minutesIn(s), [236, 236, 0])
    assert.equal(standing(s), 'away 0')
  })

  test('without a roster, or a profile, nothing more is counted', () => {
    const { s, nine } = atSeven()
    rostered(s, dayOf(nine))
    s.skip(nine + 20 * minute - s.time)
    rostered(s, [])
    assert.equal(standing(s), 'unrostered')
    s.skip(hour)
    assert.deepEqual(minutesIn(s), [20, 0, 0])
    rostered(s, dayOf(nine))
    s.skip(10 * minute)
    s.do({ kind: 'removeProfile', pool: 'p', agentId: 'ann' })
    s.skip(hour)
    assert.deepEqual(minutesIn(s), [30, 0, 0])
  })
})

describe('teams beside the roster', () => {
  test('each has its own, and keeps what was counted of who has left', () => {
    const { s, nine } = atSeven()
    inTeam(s, 'ann', 'red')
    inTeam(s, 'bob', 'blue')
    for (const agent of ['ann', 'bob']) rostered(s, dayOf(nine), agent)
    s.skip(nine - s.time)
    signIn(s)
    s.skip(hour)
    inTeam(s, 'ann', 'blue')
    s.skip(hour)
    const told = teamsIn(s, nine, nine + 2 * hour).map(({ team, agents, ...time }) => [
      ...[team, time.rosteredMs / minute, time.adheredMs / minute],
      ...[agents.onDuty, agents.lateIn],
    ])
    assert.deepEqual(told, [
      ['blue', 180, 60, 1, 1],
      ['red', 60, 60, 0, 0],
    ])
  })

  test('two days are kept, in quarters of an hour', () => {
    const { s, nine } = atSeven()
    const days = [0, 1, 2, 3].map((day) => nine + day * 24 * hour)
    rostered(s, days.flatMap(dayOf))
    signIn(s)
    s.skip(nine + (3 * 24 + 8) * hour - s.time)
    const [sheet] = s.state.timesheets.inKeyOrder()
    assert.ok(sheet)
    assert.ok(sheet.quarters.length <= quartersKept)
    assert.ok(sheet.quarters.every(({ from }) => from >= s.time - quartersKept * quarterMs))
    const yesterday = days[2] ?? 0
    assert.deepEqual(minutesIn(s, yesterday, yesterday + 24 * hour), [450, 450, 990])
  })
})

test('a team comes with its profile, and none is none', () => {
  const told = (team: string) => {
    const profile = AgentProfile.fromPartial({ pool: 'p', agentId: 'ann', team })
    const kind = { $case: 'profileChanged', value: { profile } } as const
    return bridges[0]?.decode(SkillsEvent.encode({ kind }).finish())
  }
  assert.partialDeepStrictEqual(told('red'), { kind: 'changeProfile', team: 'red' })
  assert.equal('team' in (told('') ?? {}), false)
})

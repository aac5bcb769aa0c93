import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import {
  type ListRosterRequest,
  RosterServiceDefinition,
} from '@evenkeel/proto/evenkeel/skills/v1/roster_service'
import type { Activity as Word, Profile, Shift } from '../core/index.ts'
import { profileWire } from '../shell/translate/profiles.ts'
import { shiftWire } from '../shell/translate/shifts.ts'
import { ana } from './partition.ts'
import { runningSkills } from './running.ts'

const { methods } = RosterServiceDefinition
const words = ['', 'on channel', 'break', 'meal', 'meeting', 'training', 'off'] as const
const hour = 3_600_000
/** A whole day ahead of the real clock that the service runs by. */
const midnight = (Math.floor(Date.now() / (24 * hour)) + 1) * 24 * hour
const at = (hours: number) => ({ seconds: midnight / 1_000 + hours * 3_600, nanos: 0 })

const profileOf = (agentId: string, team: string): Profile => ({
  ...{ ...ana, agentId, team, skills: [], login: '' },
})

type Part = readonly [Word, number, number]

const shiftOf = (agentId: string, from: number, until: number, ...parts: Part[]): Shift => ({
  ...{ pool: 'north', agentId, shiftId: `at-${from}`, etag: '' },
  ...{ from: midnight + from * hour, until: midnight + until * hour },
  activities: parts.map(([activity, begin, end]) => ({
    activity,
    channels: [],
    from: midnight + begin * hour,
    until: midnight + end * hour,
  })),
})

/** Ann by day, Bob by night, Cid with an hour off, Dee not at all. */
async function rostered(t: TestContext) {
  const skills = await runningSkills(t)
  await skills.pool('north')
  const people = { ann: 'red', bob: 'blue', cid: 'red', dee: 'blue' }
  for (const [agentId, team] of Object.entries(people)) {
    await skills.call('putAgent', { profile: profileWire(profileOf(agentId, team)) })
  }
  const roster = skills.of(RosterServiceDefinition)
  const shifts = [
    shiftOf('ann', 8, 16, ['break', 10, 10.25], ['meal', 12, 12.5]),
    shiftOf('bob', 22, 30, ['meeting', 25, 26]),
    shiftOf('cid', 8, 14, ['off', 9, 10], ['training', 10, 12]),
  ]
  for (const shift of shifts) await roster.call(methods.putShift, { shift: shiftWire(shift) })
  const asked = (request: Partial<ListRosterRequest>) => ({ pool: 'north', ...request })
  return {
    /** An agent each, with hours: "ann break 10-10.25, on channel 10.25-12". */
    async lines(request: Partial<ListRosterRequest>): Promise<readonly string[]> {
      const { response } = await roster.call(methods.listRoster, asked(request))
      return response.agents.map(({ agentId, activities }) => {
        const parts = activities.map(({ activity, from, until }) => {
          const hours = [from, until].map((time) => ((time?.seconds ?? 0) - at(0).seconds) / 3_600)
          return `${words.at(activity) ?? ''} ${hours.join('-')}`
        })
        return `${agentId} ${parts.join(', ')}`
      })
    },
    list: (request: Partial<ListRosterRequest>) => roster.call(methods.listRoster, asked(request)),
    refusal: (request: Partial<ListRosterRequest>) =>
      roster.refusal(methods.listRoster, asked(request)),
  }
}

describe('a roster', () => {
  const ann =
    'ann on channel 8-10, break 10-10.25, on channel 10.25-12, meal 12-12.5, on channel 12.5-16'
  const cid = 'cid on channel 8-9, training 10-12, on channel 12-14'
  const cases: readonly (readonly [string, Partial<ListRosterRequest>, readonly string[]])[] = [
    [
      'of a day has all who are at work in it',
      { from: at(0), until: at(24) },
      [ann, 'bob on channel 22-25', cid],
    ],
    [
      'of the next day has whose shift began the day before',
      { from: at(24), until: at(48) },
      ['bob on channel 22-25, meeting 25-26, on channel 26-30'],
    ],
    [
      'at an instant has one activity of each',
      { from: at(10) },
      ['ann break 10-10.25', 'cid training 10-12'],
    ],
    ['leaves out who has an hour off', { from: at(9.5) }, ['ann on channel 8-10']],
    ['at the end of a shift is without it', { from: at(16) }, []],
    ['of a team', { from: at(0), until: at(24), team: 'blue' }, ['bob on channel 22-25']],
    [
      'of some agents, of whom one is unknown',
      {
        ...{ from: at(0), until: at(24) },
        agentIds: ['dee', 'cid', 'nobody'],
      },
      [cid],
    ],
    [
      'of a team and agents that have nobody in common',
      {
        ...{ from: at(0), until: at(24), team: 'blue' },
        agentIds: ['ann'],
      },
      [],
    ],
  ]
  test('is told by instant and span, by team and agents', async (t) => {
    const roster = await rostered(t)
    for (const [name, request, lines] of cases) {
      assert.deepEqual(await roster.lines(request), lines, name)
    }
  })

  test('comes in pages, none twice and none left out', async (t) => {
    const roster = await rostered(t)
    const day = { from: at(0), until: at(24), pageSize: 2 }
    const { response: first } = await roster.list(day)
    assert.deepEqual(
      first.agents.map(({ agentId }) => agentId),
      ['ann', 'bob'],
    )
    const { response: second } = await roster.list({ ...day, pageToken: first.nextPageToken })
    assert.deepEqual(
      second.agents.map(({ agentId }) => agentId),
      ['cid'],
    )
    assert.equal(second.nextPageToken, '')
  })

  const bad: readonly (readonly [string, Partial<ListRosterRequest>, string, string])[] = [
    ['of no pool', { pool: '', from: at(0) }, 'FIELD_MISSING', 'pool'],
    ['of an unknown pool', { pool: 'south', from: at(0) }, 'POOL_UNKNOWN', 'pool'],
    ['of no time', {}, 'FIELD_MISSING', 'from'],
    ['that ends as it begins', { from: at(1), until: at(1) }, 'FIELD_OUT_OF_RANGE', 'until'],
    ['of a week', { from: at(0), until: at(168) }, 'FIELD_OUT_OF_RANGE', 'until'],
    ['of a team in capitals', { from: at(0), team: 'Red' }, 'FIELD_MALFORMED', 'team'],
    [
      'of an agent without a name',
      { from: at(0), agentIds: [''] },
      'FIELD_MISSING',
      'agent_ids[0]',
    ],
    [
      'of too many agents',
      { from: at(0), agentIds: Array.from({ length: 501 }, (_, k) => `agent-${k}`) },
      ...(['FIELD_TOO_MANY', 'agent_ids'] as const),
    ],
    ['of a page too large', { from: at(0), pageSize: 501 }, 'FIELD_OUT_OF_RANGE', 'page_size'],
    ['of a page of nothing', { from: at(0), pageToken: 'x' }, 'PAGE_TOKEN_MALFORMED', 'page_token'],
  ]
  test('is refused by field and limit', async (t) => {
    const roster = await rostered(t)
    for (const [name, request, code, field] of bad) {
      const refusal = await roster.refusal(request)
      assert.deepEqual([refusal.code, refusal.fields['field']], [code, field], name)
    }
  })
})

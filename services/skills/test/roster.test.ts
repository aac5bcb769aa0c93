import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { durations, limits, type Shift, type SkillsCommand } from '../core/index.ts'
import { ana, TestPartition } from './partition.ts'

const hour = 3_600_000
const day = 24 * hour
const monday = Date.parse('2026-11-23T00:00:00Z')

const at = (hours: number): number => monday + hours * hour

const early: Shift = {
  pool: 'north',
  agentId: ana.agentId,
  shiftId: 'monday',
  from: at(8),
  until: at(16),
  activities: [{ activity: 'meal', channels: [], from: at(12), until: at(12.5) }],
  etag: '',
}

const shiftOn = (n: number, shift: Shift = early): Shift => ({
  ...shift,
  shiftId: `day-${n}`,
  from: shift.from + n * day,
  until: shift.until + n * day,
  activities: shift.activities.map((one) => ({
    ...one,
    from: one.from + n * day,
    until: one.until + n * day,
  })),
})

function rostered(): TestPartition {
  const p = new TestPartition()
  p.time = at(0)
  return p.givenCatalogue().given({ kind: 'putAgent', profile: ana })
}

const put = (shift: Shift): SkillsCommand => ({ kind: 'putShift', shift })
const told = (p: TestPartition, command: SkillsCommand) => p.accepted(command).events

describe('a shift', () => {
  test('is told with its breaks, and what comes after each span', () => {
    assert.deepEqual(told(rostered(), put(early)), [
      {
        kind: 'rosterChanged',
        pool: 'north',
        agentId: ana.agentId,
        rostered: true,
        spans: [
          { from: at(8), until: at(12), followedBy: 'meal' },
          { from: at(12.5), until: at(16), followedBy: 'off' },
        ],
      },
    ])
  })

  test('across midnight is one', () => {
    const night = { ...early, from: at(22), until: at(30), activities: [] }
    const [event] = told(rostered(), put(night))
    assert.ok(event?.kind === 'rosterChanged')
    assert.deepEqual(event.spans, [{ from: at(22), until: at(30), followedBy: 'off' }])
  })

  test('that overlaps another is refused, with both named', () => {
    const p = rostered().given(put(early))
    const late = { ...early, shiftId: 'late', from: at(15), until: at(23), activities: [] }
    assert.deepEqual(p.refused(put(late)), {
      code: 'SHIFT_OVERLAP',
      fields: {
        field: 'shift',
        agent: ana.agentId,
        value: 'late',
        span: '2026-11-23T15:00Z/2026-11-23T23:00Z',
        other: 'monday',
        limit: '2026-11-23T08:00Z/2026-11-23T16:00Z',
      },
    })
    p.accepted(put({ ...late, from: at(16) }))
  })

  test('is edited only by who has seen it, and a repeat is no edit', () => {
    const p = rostered()
    const { ref } = p.accepted(put(early))
    assert.deepEqual(told(p, put(early)), [])
    const longer = { ...early, until: at(17) }
    assert.equal(p.refused(put(longer)).code, 'ETAG_MISMATCH')
    const [event] = told(p, put({ ...longer, etag: ref }))
    assert.ok(event?.kind === 'rosterChanged')
    assert.equal(event.spans.at(-1)?.until, at(17))
  })

  test('of an agent whom nobody knows is refused', () => {
    const rejection = rostered().refused(put({ ...early, agentId: 'bo' }))
    assert.equal(rejection.code, 'AGENT_UNKNOWN')
  })

  const strays: readonly (readonly [string, Shift])[] = [
    ['that was over a week ago', shiftOn(-9)],
    ['of the year after next', shiftOn(420)],
  ]
  for (const [name, shift] of strays) {
    test(`${name} is refused`, () => {
      assert.equal(rostered().refused(put(shift)).code, 'SHIFT_RANGE')
    })
  }

  test('goes with its agent', () => {
    const p = rostered().given(put(early), put(shiftOn(1)))
    p.accepted({ kind: 'removeAgent', pool: 'north', agentId: ana.agentId, etag: '' })
    assert.equal(p.state.shifts.size + p.state.rosters.size, 0)
  })

  test('is forgotten a week after its end, and with the last of them the roster', () => {
    const p = rostered().given(put(early))
    assert.deepEqual(p.passes(early.until + durations.retainShift - 1), [])
    assert.equal(p.state.shifts.size, 1)
    const events = p.passes(early.until + durations.retainShift)
    assert.equal(p.state.shifts.size, 0)
    const base = { pool: 'north', agentId: ana.agentId }
    assert.deepEqual(events, [{ kind: 'rosterChanged', ...base, rostered: false, spans: [] }])
  })

  test('has room for so many of an agent', () => {
    const p = rostered()
    for (let n = 0; n < limits.shiftsPerAgent; n++) p.given(put(shiftOn(n)))
    const rejection = p.refused(put(shiftOn(limits.shiftsPerAgent)))
    assert.equal(rejection.code, 'TOO_MANY_SHIFTS')
  })

  test('is one of four in a day at most', () => {
    const p = rostered()
    const short = (n: number): Shift =>
      shiftOn(0, { ...early, from: at(n), until: at(n + 0.5), activities: [] })
    for (let n = 0; n < 4; n++) p.given(put({ ...short(n), shiftId: `s${n}` }))
    assert.equal(p.refused(put({ ...short(23), shiftId: 's4' })).fields.scope, 'day of an agent')
    p.given(put({ ...short(24), shiftId: 's4' }))
  })
})

describe('a roster', () => {
  test('is told as its shifts come near, each a day before it begins', () => {
    const p = rostered()
    const events = [put(early), put(shiftOn(1)), put(shiftOn(4))].flatMap((c) => told(p, c))
    assert.equal(events.length, 2)
    const later = p.passes(at(3 * 24))
    assert.deepEqual(later, [])
    const [event] = p.passes(at(3 * 24 + 8))
    assert.ok(event?.kind === 'rosterChanged')
    assert.deepEqual(
      event.spans.map(({ from }) => from),
      [at(36.5), at(4 * 24 + 8), at(4 * 24 + 12.5)],
    )
  })

  test('of whoever has no shift near is told without one', () => {
    const [event] = told(rostered(), put(shiftOn(30)))
    assert.ok(event?.kind === 'rosterChanged')
    assert.deepEqual(event.spans, [])
  })

  test('says when the last span was over', () => {
    const p = rostered().given(put(early))
    p.time = at(20)
    const [event] = told(p, put(shiftOn(1)))
    assert.ok(event?.kind === 'rosterChanged')
    assert.deepEqual(event.spans[0], { from: at(12.5), until: at(16), followedBy: 'off' })
  })
})

describe('a day', () => {
  const replace = (shifts: readonly Shift[], n = 0): SkillsCommand => ({
    kind: 'replaceShifts',
    pool: 'north',
    agentId: ana.agentId,
    from: at(n * 24),
    until: at((n + 1) * 24),
    shifts,
  })

  test('is replaced whole', () => {
    const p = rostered().given(put(early), put(shiftOn(1)))
    const late = { ...early, shiftId: 'late', from: at(14), until: at(22), activities: [] }
    p.accepted(replace([late]))
    assert.deepEqual(
      [...p.state.shifts.slots()].map((slot) => p.state.shifts.at(slot).shiftId).toSorted(),
      ['day-1', 'late'],
    )
    assert.deepEqual(told(p, replace([late])), [])
    p.accepted(replace([{ ...late, until: at(21) }]))
    p.accepted(replace([]))
    assert.equal(p.state.shifts.size, 1)
  })

  test('with shifts that overlap each other, or that of the day before, stays as it was', () => {
    const night = { ...early, shiftId: 'night', from: at(22), until: at(30), activities: [] }
    const p = rostered().given(put(night), put(shiftOn(1)))
    const dawn = { ...night, shiftId: 'dawn', from: at(28), until: at(36) }
    assert.equal(p.refused(replace([dawn], 1)).fields.other, 'night')
    const twice = [shiftOn(1), { ...shiftOn(1), shiftId: 'again' }]
    assert.equal(p.refused(replace(twice, 1)).code, 'SHIFT_OVERLAP')
    assert.equal(p.refused(replace([shiftOn(2)], 1)).code, 'SHIFT_RANGE')
    const taken = { ...shiftOn(1), shiftId: 'night' }
    assert.equal(p.refused(replace([taken], 1)).code, 'SHIFT_ID_TAKEN')
  })

  test('of an import makes way for the next day of the file, but for nothing else', () => {
    const p = rostered().given(put(shiftOn(1, { ...early, from: at(5), until: at(12.5) })))
    const night = { ...early, shiftId: 'night', from: at(22), until: at(30), activities: [] }
    const days = (givesWayUntil: number): SkillsCommand => ({
      kind: 'importShifts',
      pool: 'north',
      days: [
        { ...replaced([night], 0), line: 2, givesWayUntil },
        {
          ...replaced([shiftOn(1, { ...early, from: at(14), until: at(22), activities: [] })], 1),
          line: 3,
        },
      ],
    })
    assert.match(p.accepted(days(at(24))).ref, /"imported":1.*"line":2.*SHIFT_OVERLAP/)
    p.given(put({ ...shiftOn(1, { ...early, from: at(5), until: at(12.5) }), shiftId: 'dawn' }))
    const { events, ref } = p.accepted(days(at(48)))
    assert.equal(ref, '{"imported":1,"unchanged":1,"refused":[]}')
    assert.equal(events.length, 1, 'an agent is told of once')
  })

  function replaced(shifts: readonly Shift[], n: number) {
    const command = replace(shifts, n)
    assert.ok(command.kind === 'replaceShifts')
    return command
  }
})

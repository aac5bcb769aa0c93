import type { Mutation } from './list.ts'

const core = 'routing/core'
const skillsCore = 'skills/core'

/** Of who is at work when, and of what is made of it. */
export const ofRosters: readonly Mutation[] = [
  {
    name: 'by profiles that are too old for the pool offers go on',
    room: core,
    find: '=> pool.offersOff || pool.profilesTooOldSince > 0',
    replace: '=> pool.offersOff',
  },
  {
    name: 'when what is known of the agents is current again nobody is matched',
    room: core,
    find: 'if (!tooOld) release(s, pool, turn)',
    replace: '',
  },
  {
    name: 'taking back how old profiles may be ends no hold',
    room: core,
    find: 'if (pool.profilesMaxAgeMs === 0) aged(s, pool, undefined, turn)',
    replace: '',
  },
  {
    name: 'whoever leaves in a minute gets another contact',
    room: core,
    find: 'const [shortest = durations.rosterGuard] = guards',
    replace: 'guards = [0]\n  const [shortest = 0] = guards',
  },
  {
    name: 'a queue with a longer guard time than others gives to who leaves within it',
    room: core,
    find: 'return leavingMs > 0 && (this.#guardMs[request] ?? 0) >= leavingMs',
    replace: 'return leavingMs < 0 && (this.#guardMs[request] ?? 0) >= leavingMs',
  },
  {
    name: 'whoever leaves is kept from all queues by the longest guard time',
    room: core,
    find: "if (left <= shortest) return { kind: 'leaving',",
    replace: "if (left <= (guards.at(-1) ?? shortest)) return { kind: 'leaving',",
  },
  {
    name: 'a break is nothing to who is in it',
    room: core,
    find: "const guarded = kind === 'leaving' || (kind === 'away' && !byWord)",
    replace: "const guarded = kind === 'leaving'",
  },
  {
    name: 'whoever comes back from a break is given nothing',
    room: core,
    find: 'if (returns) matchAgent(s, agent, turn)',
    replace: '',
  },
  {
    name: 'whoever says “ready” in a break is not heard',
    room: core,
    find: '  s.agents.update(agent, { guarded: false, byWord: true })\n',
    replace: '',
  },
  {
    name: 'whoever goes by the roster is signed out',
    room: core,
    find: "const byWord = agent.byWord && kind === 'away'",
    replace:
      "if (kind === 'away') s.agents.update(agent, { presence: 'signedOut' })\n  const byWord = agent.byWord && kind === 'away'",
  },
  {
    name: 'who is away on channel counts as late in',
    room: core,
    find: "return agent.thereUntil > span.from ? 'away' : 'lateIn'",
    replace: "return agent.thereUntil === 0 ? 'away' : 'lateIn'",
  },
  {
    name: 'an edge of the roster counts from its tick',
    room: core,
    find: 'if (at > agent.adherenceSince) adhere(s, agent, at, time)',
    replace: '',
  },
  {
    name: 'who changes teams takes along what the former had',
    room: core,
    find: '  count(s, s.timesheets.at(agent.timesheet), time)\n',
    replace: '',
  },
  {
    name: 'another roster does not come over the bridge',
    room: 'routing/shell',
    find: 'return roster(kind.value)',
    replace: 'return undefined',
  },
  {
    name: 'whoever is on channel goes on so up to the end of the next activity',
    room: skillsCore,
    find: 'if (from < one.from) parts.push(onAll(from, one.from))',
    replace: 'if (from < one.from) parts.push(onAll(from, one.until))',
  },
  {
    name: 'a shift that is removed remains',
    room: skillsCore,
    find: '  s.shifts.delete(row)\n  return { ok: true',
    replace: '  return { ok: true',
  },
  {
    name: 'a shift that is removed is at work all the same',
    room: skillsCore,
    find: 'events: tellRoster(s, agent, [span], at), ref: shiftId',
    replace: 'events: [], ref: shiftId',
  },
  {
    name: 'two shifts of an agent are at one time',
    room: skillsCore,
    find: 'const other = shiftsBetween(s, agent, shift).find((row) => !gone.has(row.slot))',
    replace: 'const other = shiftsBetween(s, agent, shift).find((row) => gone.has(row.slot))',
  },
  {
    name: 'what a replaced day had stays beside what it has',
    room: skillsCore,
    find: '      changed.push({ from: row.from, until: row.until })\n      s.shifts.delete(row)',
    replace:
      '      changed.push({ from: row.from, until: row.until })\n      if (row.until < at.time) s.shifts.delete(row)',
  },
  {
    name: 'what is cut off of a long roster is never told',
    room: skillsCore,
    find: 'return { spans, next: row.from, toldUntil: row.from }',
    replace: 'return { spans, next: NEVER, toldUntil: row.from }',
  },
]

import type { FloorPlan, LaneFacts, Person } from '../planner/index.ts'
import { MINUTE } from './floor.ts'

const intervals = [0, 1, 2, 3]
export const every = (value: number): readonly number[] => intervals.map(() => value)

/** Of the phone: 14 at work, who need not all be. */
export const calls = (more: Partial<LaneFacts> = {}): LaneFacts => ({
  ...{ queueId: 'calls', channel: 'voice', live: true, lendMax: 5, goal: 0.8 },
  surging: false,
  ...{ forecast: every(60), expected: every(60), spread: every(0.1), agents: every(14) },
  ...{ handleMs: 5 * MINUTE, atOnce: 1, patienceMs: 3 * MINUTE, targetMs: 20_000, due: every(0) },
  ...more,
})

export const mail = (more: Partial<LaneFacts> = {}): LaneFacts => ({
  ...calls(),
  ...{ queueId: 'mail', channel: 'email', live: false, targetMs: 240 * MINUTE },
  ...{ forecast: every(10), expected: every(10), agents: every(6), due: every(20) },
  ...more,
})

export const person = (agentId: string, lane: number, more: Partial<Person> = {}): Person => ({
  ...{ agentId, lane, skilled: [1 - lane], movedMs: 0, lacksMs: 0 },
  ...more,
})

export const floorOf = (lanes: readonly LaneFacts[], more: Partial<FloorPlan> = {}): FloorPlan => ({
  ...{ intervalMs: 30 * MINUTE, goneMs: 0, lanes, moved: [], lasts: 4, movesMax: 10 },
  ...{ training: 'none', trainees: [] },
  people: [
    ...['ann', 'bob', 'cid', 'dee', 'eve'].map((agentId) => person(agentId, 0)),
    ...['pat', 'quin', 'rob', 'sam', 'tom'].map((agentId) => person(agentId, 1)),
  ],
  ...more,
})

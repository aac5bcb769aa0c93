import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type AgentChoice, agentRules, routingCore } from '../core/index.ts'
import type { AgentRow, ContactRow } from '../core/schema.ts'
import { plainPolicy } from './policies.ts'
import { agentIds, commandOf, steps } from './steps.ts'
import { Story } from './story.ts'
import { profileOf } from './brute.ts'

const hour = 3_600_000

/** Below 0: a is the better agent. Everything is counted from the rows and the profiles. */
function order(s: Story, choice: AgentChoice, c: ContactRow) {
  const request = s.state.requestClasses.at(c.requestClass)
  const levelOf = (a: AgentRow, skillId: string): number =>
    a.skills.find((k) => k.skillId === skillId && k.from <= s.time && s.time < k.until)?.level ?? 0
  const channel = { voice: 0, chat: 1, email: 2 }
  const score = (a: AgentRow): number => {
    if (choice.rule === 'tightestFit') return -a.load
    if (choice.rule === 'longestIdle') return 0
    if (choice.rule === 'bestSkilled') {
      return -request.requirements.reduce((sum, r) => sum + levelOf(a, r.skillId), 0)
    }
    return s.state.requestClasses.inKeyOrder().filter((one) => {
      const weight = a.weights[channel[one.channel as keyof typeof channel]] ?? 0
      const skilled = one.requirements.every((r) => levelOf(a, r.skillId) >= r.minimumLevel)
      return weight > 0 && skilled
    }).length
  }
  const capped = (a: AgentRow): number => {
    const taken = a.hourFrom === s.time - (s.time % hour) ? a.hourTaken : 0
    return choice.perHourMax > 0 && taken >= choice.perHourMax ? 1 : 0
  }
  const repeated = (a: AgentRow): number =>
    choice.inRowMax > 0 && a.lastQueue === c.queue && a.inRow >= choice.inRowMax ? 1 : 0
  return (a: AgentRow, b: AgentRow): number =>
    score(a) - score(b) ||
    capped(a) - capped(b) ||
    repeated(a) - repeated(b) ||
    a.idleSince - b.idleSince ||
    a.seq - b.seq
}

interface Plant {
  readonly spoil: (s: Story) => void
}

function run(choice: AgentChoice, sequence: Parameters<typeof commandOf>[1][], plant?: Plant) {
  const s = new Story()
  const floors: Record<string, [string, number][]> = {
    any: [],
    x2: [['x', 2]],
    web: [],
    x1y1: [
      ['x', 1],
      ['y', 1],
    ],
  }
  for (const [queueId, needs] of Object.entries(floors)) {
    const requirements = needs.map(([skillId, minimumLevel]) => ({ skillId, minimumLevel }))
    const channel = needs.length === 2 || queueId === 'web' ? 'chat' : 'voice'
    s.queue(queueId, {
      channel,
      requirements,
      policy: { ...plainPolicy, requirements, choice, offerTimeoutMs: 4_000, wrapUpMs: 5_000 },
    })
  }
  agentIds.forEach((agentId, i) => {
    s.do(profileOf(agentId, 5 + 64 * (i % 3) + i, s.time))
    s.do({ kind: 'signIn', pool: 'p', agentId, ready: true })
  })
  plant?.spoil(s)
  let compared = 0
  for (const [i, step] of sequence.entries()) {
    if (step[0] === 'pass') {
      s.pass(1_000 * (step[1] % 6))
      continue
    }
    const command = commandOf(s, step)
    if (command === undefined) continue
    if (i % 3 === 0) {
      const before = s.db.dump()
      routingCore.apply(s.state, command, { ...s.at, offset: s.offset + 1 })
      s.db.undo()
      assert.equal(s.db.dump(), before, `${command.kind} undone`)
    }
    const free = s.state.agents.inKeyOrder().map((a) => s.state.agents.plain(a))
    const outcome = s.apply(command)
    s.check()
    if (!outcome.ok || command.kind !== 'submitContact') continue
    const row = s.state.contacts.get(`p/${command.contactId}`)
    if (row === undefined || row.state !== 'offered' || row.chosenBy === 'preferred') continue
    const candidates = free.filter((a) => suits(s, a as AgentRow, row)) as AgentRow[]
    const [best] = candidates.sort(order(s, choice, row))
    assert.equal(`p/${row.chosenAgentId}`, best?.id, `${row.id} by ${row.chosenBy}`)
    compared += 1
  }
  return compared
}

/** As it was before the contact came. */
function suits(s: Story, a: AgentRow, c: ContactRow): boolean {
  const weight = a.weights[c.channel === 'voice' ? 0 : 1] ?? 0
  const { requirements } = s.state.requestClasses.at(c.requestClass)
  const skilled = requirements.every((r) =>
    a.skills.some(
      (k) =>
        k.skillId === r.skillId &&
        k.level >= r.minimumLevel &&
        k.from <= s.time &&
        s.time < k.until,
    ),
  )
  const excluded = c.excluded.split(' ').includes(a.id.slice(2))
  const free = a.presence === 'ready' && a.openOffer < 0 && weight > 0 && a.load + weight <= 100
  return free && skilled && !excluded
}

const caps = fc.record({
  perHourMax: fc.constantFrom(0, 1, 2),
  inRowMax: fc.constantFrom(0, 1, 2),
})

describe('each new contact goes to the best of all agents, looked at one by one', () => {
  for (const rule of agentRules) {
    test(rule, () => {
      let compared = 0
      fc.assert(
        fc.property(caps, steps, (limits, sequence) => {
          compared += run({ rule, ...limits }, sequence)
        }),
        { numRuns: 20, seed: 20_261_122 },
      )
      assert.ok(compared > 50, `${compared} choices were compared`)
    })
  }

  test('and finds a choice that forgets whom it has looked at', () => {
    const plant: Plant = {
      spoil: (s) => {
        const { longestIdle } = s.state.free
        s.state.free.longestIdle = (...args) => longestIdle.apply(s.state.free, args).slice(1)
      },
    }
    assert.throws(() =>
      fc.assert(
        fc.property(caps, steps, (limits, sequence) => {
          run({ rule: 'longestIdle', ...limits }, sequence, plant)
        }),
        { numRuns: 20, seed: 20_261_122 },
      ),
    )
  })
})

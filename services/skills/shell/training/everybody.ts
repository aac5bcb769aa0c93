import { setImmediate as otherWork } from 'node:timers/promises'
import { common } from '@evenkeel/chassis/errors'
import type { Call } from '@evenkeel/chassis/serve'
import { type AgentRow, agentsAfter, type SkillsState } from '../../core/index.ts'

/** Agents between two breaths: a millisecond or so. */
const perBreath = 500

/**
 * All agents of a pool in the order of their ids. Others get their turn in between, so what is
 * looked at last may be newer than what was looked at first.
 */
export async function* everybody(
  s: SkillsState,
  pool: string,
  call: Call,
): AsyncGenerator<AgentRow> {
  for (let after = ''; ; ) {
    const agents = agentsAfter(s, pool, after, perBreath)
    yield* agents
    const last = agents.at(-1)
    if (last === undefined) return
    after = last.id
    await breath(call)
  }
}

export async function breath(call: Call): Promise<void> {
  await otherWork()
  if (call.signal.aborted) throw common('DEADLINE_EXCEEDED', { limit: 0 })
}

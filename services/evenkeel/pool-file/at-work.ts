import { Refusal } from '../platform/refusal.ts'
import { type Api, isObject, textOf } from './api.ts'
import { gather } from './gather.ts'
import { methodOf } from './kinds.ts'
import type { Step } from './plan.ts'

/** Who of the agents to be removed is at work, and would be signed out by it, with their presence. */
export async function signedOutBy(
  api: Api,
  pool: string,
  steps: readonly Step[],
): Promise<readonly string[]> {
  const agents = steps.flatMap((step) =>
    step.deed === 'remove' && step.kind.section === 'agents' ? [step.id] : [],
  )
  const found = await gather(agents, async (agent) => {
    const presence = await presenceOf(api, pool, agent)
    return presence === undefined ? [] : [`${agent} (${presence})`]
  })
  return found.flat()
}

/** What an agent who is at work is ready for, e.g. paused; undefined: not at work. */
export async function presenceOf(
  api: Api,
  pool: string,
  agent: string,
): Promise<string | undefined> {
  const method = methodOf('evenkeel.routing.v1.AgentService/GetAgent')
  try {
    const { agent: facts } = await api.call(method, { pool, agent_id: agent })
    if (!isObject(facts)) return undefined
    const presence = textOf(facts['presence'])
      .replace(/^PRESENCE_/, '')
      .toLowerCase()
    if (presence !== 'signed_out') return presence
    return facts['connected'] === true ? 'connected' : undefined
  } catch (error) {
    // Routing has not heard of everybody yet whom skills knows.
    if (error instanceof Refusal && error.code === 'AGENT_UNKNOWN') return undefined
    throw error
  }
}

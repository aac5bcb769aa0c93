import { common } from '../errors/index.ts'
import { ruleOf } from '../security/index.ts'
import type { ServeLimits } from './limits.ts'

/**
 * Refuses a call that would be one too many of those being answered, itself among them. Who asks
 * for health is always answered: a server that is busy is none that is gone. What desks send goes
 * on when others are refused: it ends work, and what others send begins it.
 */
export function refuseBeyond(
  { callsMax, callsKeptForAgents }: Pick<ServeLimits, 'callsMax' | 'callsKeptForAgents'>,
  rpc: string,
  inFlight: number,
): void {
  const { scopes } = ruleOf(rpc)
  if (scopes === undefined) return
  const limit = scopes.has('agent') ? callsMax : callsMax - callsKeptForAgents
  if (inFlight > limit) throw common('OVERLOADED', { limit, what: 'calls' })
}

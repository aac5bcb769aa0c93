import { limits } from './limits.ts'
import type { AgentRow, SkillsState } from './state.ts'

/** A part of a list that is found agent by agent. `next`: where it goes on, '' at its end. */
export interface Found<T> {
  readonly found: readonly T[]
  readonly next: string
}

/**
 * Of at most agentsPerPage agents after one, in the order of their ids. `isFull`: what is found
 * takes no more; asked after each.
 */
export function foundAmong<T>(
  s: SkillsState,
  pool: string,
  afterId: string,
  isFull: (found: readonly T[]) => boolean,
  each: (agent: AgentRow) => T | undefined,
): Found<T> {
  const count = limits.agentsPerPage
  const slots = s.agentsInOrder.after(s.pools.must(pool).slot, afterId, count + 1)
  const found: T[] = []
  for (const [i, slot] of slots.entries()) {
    if (i === count) break
    const agent = s.agents.at(slot)
    const one = each(agent)
    if (one !== undefined) found.push(one)
    const more = i + 1 < slots.length
    if (more && (isFull(found) || i + 1 === count)) return { found, next: agent.id }
  }
  return { found, next: '' }
}

export const upTo =
  (size: number) =>
  (found: readonly unknown[]): boolean =>
    found.length >= size

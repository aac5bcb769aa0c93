import type { Moment, Outcome, Rejection } from '@evenkeel/chassis/protocol'
import { assert } from '@evenkeel/chassis/table'
import type { ImportLine } from './commands.ts'
import type { SkillsEvent } from './events.ts'
import { limits } from './limits.ts'
import { poolRefusal } from './pool.ts'
import { holds, profileRefusal, storeProfile } from './profile.ts'
import type { SkillsState } from './state.ts'

/** What became of the lines of a slice. */
export interface Tally {
  readonly imported: number
  readonly unchanged: number
  readonly refused: readonly RefusedLine[]
}

export interface RefusedLine {
  readonly line: number
  readonly rejection: Rejection
}

interface Slice {
  readonly pool: string
  readonly validateOnly: boolean
  readonly lines: readonly ImportLine[]
}

/** Takes every good line and leaves every bad one out; the answer (`ref`) tells which is which. */
export function importSlice(s: SkillsState, slice: Slice, at: Moment): Outcome<SkillsEvent> {
  assert(slice.lines.length <= limits.importSliceLines, 'a slice fits one command')
  const unknown = poolRefusal(s, slice.pool)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  if (slice.validateOnly) {
    return { ok: true, events: [], ref: tallyRef(checkLines(s, slice.lines, 0)) }
  }
  const events: SkillsEvent[] = []
  const refused: RefusedLine[] = []
  let unchanged = 0
  for (const { line, profile } of slice.lines) {
    const refusal = profileRefusal(s, profile, 0)
    const row = s.agents.get(profile.agentId)
    if (refusal !== undefined) refused.push({ line, rejection: refusal })
    else if (row !== undefined && holds(row, profile)) unchanged++
    else events.push(storeProfile(s, profile, at))
  }
  return { ok: true, events, ref: tallyRef({ imported: events.length, unchanged, refused }) }
}

/**
 * What importing the lines would do. `addedBefore`: new agents in earlier lines of the same file.
 */
export function checkLines(
  s: SkillsState,
  lines: readonly ImportLine[],
  addedBefore: number,
): Tally & { readonly added: number } {
  const refused: RefusedLine[] = []
  let imported = 0
  let unchanged = 0
  let added = 0
  for (const { line, profile } of lines) {
    const refusal = profileRefusal(s, profile, addedBefore + added)
    const row = s.agents.get(profile.agentId)
    if (refusal !== undefined) refused.push({ line, rejection: refusal })
    else if (row !== undefined && holds(row, profile)) unchanged++
    else {
      imported++
      if (row === undefined) added++
    }
  }
  return { imported, unchanged, refused, added }
}

/** One string, since a reply is part of the chain; the shell reads it back. */
export function tallyRef({ imported, unchanged, refused }: Tally): string {
  return JSON.stringify({ imported, unchanged, refused })
}

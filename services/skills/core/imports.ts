import {
  type Moment,
  type Outcome,
  type RefusedLine,
  type Tally,
  tallyRef,
} from '@evenkeel/chassis/protocol'
import { assert } from '@evenkeel/chassis/table'
import type { By } from './changes.ts'
import type { ImportLine } from './commands.ts'
import type { SkillsEvent } from './events.ts'
import { limits } from './limits.ts'
import { poolRefusal } from './pool.ts'
import {
  holds,
  mergedProfile,
  type ProfileField,
  profileRefusal,
  storeProfile,
  Trial,
} from './profile.ts'
import type { SkillsState } from './state.ts'

interface Slice {
  readonly pool: string
  readonly validateOnly: boolean
  readonly lines: readonly ImportLine[]
  readonly mask?: readonly ProfileField[]
  readonly by?: By
}

/** Takes every good line and leaves every bad one out; the answer (`ref`) tells which is which. */
export function importSlice(s: SkillsState, slice: Slice, at: Moment): Outcome<SkillsEvent> {
  assert(slice.lines.length <= limits.importSliceLines, 'a slice fits one command')
  const unknown = poolRefusal(s, slice.pool)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  if (slice.validateOnly) {
    return { ok: true, events: [], ref: tallyRef(checkLines(s, slice, new Trial())) }
  }
  const events: SkillsEvent[] = []
  const refused: RefusedLine[] = []
  let unchanged = 0
  for (const { line, profile: read } of slice.lines) {
    const profile = mergedProfile(s, read, slice.mask)
    const refusal = profileRefusal(s, profile)
    const row = s.agents.get(profile.agentId)
    if (refusal !== undefined) refused.push({ line, rejection: refusal })
    else if (row !== undefined && holds(row, profile)) unchanged++
    else events.push(storeProfile(s, profile, at, slice.by))
  }
  return { ok: true, events, ref: tallyRef({ imported: events.length, unchanged, refused }) }
}

/** What importing the lines would do after what the trial has let through of the same file. */
export function checkLines(
  s: SkillsState,
  slice: Pick<Slice, 'lines' | 'mask'>,
  trial: Trial,
): Tally {
  const refused: RefusedLine[] = []
  let imported = 0
  let unchanged = 0
  for (const { line, profile: read } of slice.lines) {
    const profile = mergedProfile(s, read, slice.mask)
    const refusal = profileRefusal(s, profile, trial)
    const row = s.agents.get(profile.agentId)
    if (refusal !== undefined) refused.push({ line, rejection: refusal })
    else if (row !== undefined && holds(row, profile)) unchanged++
    else {
      imported++
      trial.take(s, profile)
    }
  }
  return { imported, unchanged, refused }
}

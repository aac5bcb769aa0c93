import type { Moment } from '@evenkeel/chassis/protocol'
import { assert } from '@evenkeel/chassis/table'
import { limits } from './limits.ts'
import type { Category } from './skill-words.ts'
import type { ChangeRow, SkillsState } from './state.ts'

/**
 * Who changed what, why, and what was there before. What was there after is what the next change
 * found, or what is there now: so each change is one row, and nothing is kept twice.
 */

/** Who is behind a command, and why; '': not said. */
export interface By {
  readonly actor: string
  readonly reason: string
}

export const nobody: By = { actor: '', reason: '' }

/** What a row says of a thing: of a profile or of a skill, and nothing of the other. */
export interface Content {
  readonly displayName: string
  /** Of a profile. */
  readonly team: string
  readonly homeQueueId: string
  readonly login: string
  readonly skills: Uint8Array
  readonly channels: Uint8Array
  /** Of a skill. */
  readonly maxLevel: number
  readonly category: Category
  readonly levelMeanings: string
  /** Offset at which it had become so; 0: there was nothing. */
  readonly changed: number
}

const noBytes = new Uint8Array(0)

export const nothing: Content = {
  displayName: '',
  team: '',
  homeQueueId: '',
  login: '',
  skills: noBytes,
  channels: noBytes,
  maxLevel: 0,
  category: 'none',
  levelMeanings: '',
  changed: 0,
}

/** A change as it is kept. */
export interface Change extends By {
  /** Offset of the command; a command changes a thing once. */
  readonly offset: number
  readonly time: number
  readonly before: Content
  /** undefined: what is there now. */
  readonly after: Content | undefined
}

export const agentSubject = (pool: string, agentId: string): string => `agent/${pool}/${agentId}`

export const skillSubject = (pool: string, skillId: string): string => `skill/${pool}/${skillId}`

/**
 * Writes one row, whatever is full: a subject with all of its changes gives up its oldest, a
 * partition with all of its own the oldest of all. Rows are written over, so that an import of 100
 * lines stays within the rows of a command.
 */
export function remember(
  s: SkillsState,
  subject: string,
  before: Content,
  by: By | undefined,
  at: Moment,
): void {
  const { actor, reason } = by ?? nobody
  const content = { subject, ...before, actor, reason, time: at.time, offset: at.offset }
  const ofSubject = s.changesOf.of(subject)
  const oldest = ofSubject.length >= limits.changesPerSubject ? ofSubject[0] : undefined
  if (oldest !== undefined) s.changes.update(s.changes.at(oldest), content)
  else if (s.changes.size < s.changes.cap) s.changes.insert({ id: `${s.changes.size}`, ...content })
  else s.changes.update(s.changes.at(s.changesInOrder.first(0)), content)
}

/** At most `count` changes of a subject from before `offset` on, the last one first. */
export function changesBefore(
  s: SkillsState,
  subject: string,
  offset: number,
  count: number,
): readonly Change[] {
  const slots = s.changesOf.of(subject)
  const found: Change[] = []
  for (let i = slots.length - 1; i >= 0 && found.length < count; i--) {
    const row = changeAt(s, slots[i])
    if (row.offset >= offset) continue
    const after = i + 1 < slots.length ? contentOf(changeAt(s, slots[i + 1])) : undefined
    const { actor, reason, time } = row
    found.push({ actor, reason, time, offset: row.offset, before: contentOf(row), after })
  }
  return found
}

function changeAt(s: SkillsState, slot: number | undefined): ChangeRow {
  assert(slot !== undefined, 'a change that is listed is there')
  return s.changes.at(slot)
}

/** Copied: a row shows what its columns hold when asked. */
const contentOf = (row: ChangeRow): Content => ({
  displayName: row.displayName,
  team: row.team,
  homeQueueId: row.homeQueueId,
  login: row.login,
  skills: row.skills,
  channels: row.channels,
  maxLevel: row.maxLevel,
  category: row.category,
  levelMeanings: row.levelMeanings,
  changed: row.changed,
})

interface Place {
  readonly subject: string
  readonly offset: number
}

/** Slots of each subject's changes, the oldest first. Derived; told the same twice, it changes nothing. */
export class ChangesOf {
  readonly #slots = new Map<string, number[]>()
  readonly #held = new Map<number, Place>()

  sync(slot: number, now: Place | undefined): void {
    const held = this.#held.get(slot)
    if (held?.subject === now?.subject && held?.offset === now?.offset) return
    if (held !== undefined) this.#remove(slot, held)
    if (now !== undefined) this.#insert(slot, now)
  }

  of(subject: string): readonly number[] {
    return this.#slots.get(subject) ?? []
  }

  /** What is held otherwise than the rows say. */
  check(slots: Iterable<number>, at: (slot: number) => Place): readonly string[] {
    const fresh = new ChangesOf()
    for (const slot of slots) fresh.sync(slot, at(slot))
    const subjects = new Set([...this.#slots.keys(), ...fresh.#slots.keys()])
    return [...subjects]
      .filter((subject) => this.of(subject).join() !== fresh.of(subject).join())
      .map((subject) => `changes of ${subject}: ${this.of(subject).join()} are held`)
  }

  #insert(slot: number, now: Place): void {
    const slots = this.#slots.get(now.subject) ?? []
    if (slots.length === 0) this.#slots.set(now.subject, slots)
    let at = slots.length
    while (at > 0 && this.#offsetAt(slots[at - 1]) > now.offset) at -= 1
    slots.splice(at, 0, slot)
    this.#held.set(slot, { subject: now.subject, offset: now.offset })
  }

  #remove(slot: number, held: Place): void {
    const slots = this.#slots.get(held.subject) ?? []
    slots.splice(slots.indexOf(slot), 1)
    if (slots.length === 0) this.#slots.delete(held.subject)
    this.#held.delete(slot)
  }

  #offsetAt(slot: number | undefined): number {
    const held = slot === undefined ? undefined : this.#held.get(slot)
    assert(held !== undefined, 'a slot that is listed is held')
    return held.offset
  }
}

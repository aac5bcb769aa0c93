import assert from 'node:assert/strict'
import type { WorkItem } from '@evenkeel/chassis/protocol'
import type { Command } from '../core/index.ts'
import type { Story } from './story.ts'

/** A command and all that it puts on the work list, slice after slice. Returns how many there were. */
export function working(s: Story, command: Command): number {
  const outcome = s.try(command)
  assert.ok(outcome.ok, JSON.stringify(outcome))
  let slices = 0
  for (const item of outcome.work ?? []) {
    let next: WorkItem | undefined = item
    for (; next !== undefined; slices++) next = s.slice(next)
  }
  return slices
}

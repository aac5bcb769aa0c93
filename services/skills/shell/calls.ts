import { type Applied, type Hosted, rehearse, type Replica } from '@evenkeel/chassis/replica'
import type { Call } from '@evenkeel/chassis/serve'
import { core, errors, type SkillsState } from '../core/index.ts'
import { encodeCommand, type SubmittedCommand } from './translate/codec.ts'

/** How calls are answered: from the state after their command, or after what the caller has seen. */

export type SkillsHosted = Hosted<SkillsState>

export function submit<T>(
  replica: Replica<SkillsState>,
  command: SubmittedCommand,
  call: Call,
  view: (applied: Applied) => T,
): Promise<T> {
  return replica.submit(encodeCommand(command), call, (applied) => {
    call.position(applied.position)
    return view(applied)
  })
}

/** Into the log, or only rehearsed: the answer is the same, and nothing of it stays. */
export async function stored<T>(
  replica: Replica<SkillsState>,
  command: SubmittedCommand,
  validateOnly: boolean,
  call: Call,
  view: () => T,
): Promise<T> {
  if (!validateOnly) return submit(replica, command, call, view)
  return read(replica, call, () => rehearse({ core, errors }, replica, command, view))
}

export async function read<T>(
  replica: Replica<SkillsState>,
  call: Call,
  view: (state: SkillsState) => T,
): Promise<T> {
  await caughtUp(replica, call)
  const answer = view(replica.state)
  call.position(replica.position())
  return answer
}

/** Resolves when this replica has seen what the caller has. */
export async function caughtUp(replica: Replica<SkillsState>, call: Call): Promise<void> {
  if (call.atLeast !== undefined) await replica.atLeast(call.atLeast, call.deadlineMs)
}

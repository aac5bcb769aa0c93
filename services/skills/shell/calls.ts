import { type Applied, type Hosted, rehearse, type Replica } from '@evenkeel/chassis/replica'
import { applied, type Call, read } from '@evenkeel/chassis/serve'
import { core, errors, type SkillsState } from '../core/index.ts'
import { encodeCommand, type SubmittedCommand } from './translate/codec.ts'

/** How calls are answered: from the state after their command, or after what the caller has seen. */

export { caughtUp, read } from '@evenkeel/chassis/serve'

export type SkillsHosted = Hosted<SkillsState>

export function submit<T>(
  replica: Replica<SkillsState>,
  command: SubmittedCommand,
  call: Call,
  view: (applied: Applied) => T,
): Promise<T> {
  return applied(replica, encodeCommand(command), call, view)
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

import type { Applied, Replica } from '../replica/replica.ts'
import type { Call } from './bind.ts'

/** Calls are answered from the state after their command, or after what the caller has seen. */

/** Into the log; `view` reads the state right after this very command was applied. */
export function applied<State, T>(
  replica: Replica<State>,
  command: Uint8Array,
  call: Call,
  view: (applied: Applied) => T,
): Promise<T> {
  return replica.submit(command, call, (done) => {
    call.position(done.position)
    return view(done)
  })
}

/** Resolves when this replica has seen what the caller has. */
export async function caughtUp<State>(replica: Replica<State>, call: Call): Promise<void> {
  if (call.atLeast !== undefined) await replica.atLeast(call.atLeast, call.deadlineMs)
}

export async function read<State, T>(
  replica: Replica<State>,
  call: Call,
  view: (state: State) => T,
): Promise<T> {
  await caughtUp(replica, call)
  const answer = view(replica.state)
  call.position(replica.position())
  return answer
}

import type { Applied, Hosted, Replica } from '@evenkeel/chassis/replica'
import { applied, type Call } from '@evenkeel/chassis/serve'
import type { ReallocationState } from '../core/index.ts'
import { encodeCommand, type WireCommand } from './translate/codec.ts'

export { read } from '@evenkeel/chassis/serve'

export type ReallocationHosted = Hosted<ReallocationState>
export type ReallocationReplica = Replica<ReallocationState>

export const submit = <T>(
  replica: ReallocationReplica,
  command: WireCommand,
  call: Call,
  view: (applied: Applied) => T,
): Promise<T> => applied(replica, encodeCommand(command), call, view)

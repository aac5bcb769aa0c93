import type { Applied, Hosted, Replica } from '@evenkeel/chassis/replica'
import { applied, type Call } from '@evenkeel/chassis/serve'
import type { ForecastingState } from '../core/index.ts'
import { encodeCommand, type SubmittedCommand } from './translate/codec.ts'

export { read } from '@evenkeel/chassis/serve'

export type ForecastingHosted = Hosted<ForecastingState>
export type ForecastingReplica = Replica<ForecastingState>

export const submit = <T>(
  replica: ForecastingReplica,
  command: SubmittedCommand,
  call: Call,
  view: (applied: Applied) => T,
): Promise<T> => applied(replica, encodeCommand(command), call, view)

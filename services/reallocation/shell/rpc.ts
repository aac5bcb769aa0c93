import type { Binding } from '@evenkeel/chassis/serve'
import type { ReallocationHosted } from './calls.ts'
import { reallocationRpcs } from './rpc/reallocation.ts'

/** The whole API of reallocation. */
export function rpcs(hosted: ReallocationHosted): readonly Binding[] {
  return [reallocationRpcs(hosted)]
}

import {
  type FileRequest,
  importFile as importInto,
  type OpenFile,
} from '@evenkeel/chassis/importing'
import type { ImportReport } from '@evenkeel/chassis/importing'
import type { Replica } from '@evenkeel/chassis/replica'
import type { Call } from '@evenkeel/chassis/serve'
import { errors, type SkillsState } from '../core/index.ts'
import type { SkillsHosted } from './calls.ts'
import { knownPool } from './refusals.ts'

/** Files into this service's log. */
export const importFile = <T>(
  hosted: SkillsHosted,
  request: FileRequest,
  call: Call,
  open: (pool: string, csv: Uint8Array, replica: Replica<SkillsState>) => OpenFile<T>,
): Promise<ImportReport> => importInto({ hosted, errors, knownPool }, request, call, open)

import type { DescMethod } from '@bufbuild/protobuf'
import { methodOf } from '../pool-file/kinds.ts'

/** What is imported from a table; the API says which columns it has. */
export interface Table {
  readonly name: string
  readonly rpc: string
  /** Writes what `rpc` reads. */
  readonly exports?: string
  /** Lines with the same values here are one thing, and are sent together. */
  readonly key: readonly string[]
  /** Its times are local, and the call must know where. */
  readonly zoned?: true
  /** What the answer to one part says that the parts after it are sent with. */
  readonly goesOnWith?: string
}

export const TABLES: readonly Table[] = [
  {
    name: 'agents',
    rpc: 'evenkeel.skills.v1.SkillsService/ImportAgents',
    exports: 'evenkeel.skills.v1.SkillsService/ExportAgents',
    key: ['agent_id'],
  },
  {
    name: 'shifts',
    rpc: 'evenkeel.skills.v1.RosterService/ImportShifts',
    // A day that is named is replaced as a whole.
    key: ['agent_id', 'date'],
    zoned: true,
  },
  {
    name: 'history',
    rpc: 'evenkeel.forecasting.v1.HistoryService/ImportHistory',
    key: ['queue_id', 'from'],
    zoned: true,
    goesOnWith: 'interval',
  },
  {
    name: 'training',
    rpc: 'evenkeel.skills.v1.TrainingService/ImportTrainingRecords',
    key: ['agent_id', 'course_id', 'date'],
  },
]

export const importOf = ({ rpc }: Table): DescMethod => methodOf(rpc)

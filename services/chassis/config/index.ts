export { settingLines } from './describe.ts'
export { environment } from './environment.ts'
export { cellMap, partitionSet } from './partitions.ts'
export { type Config, ConfigError, type Environment, readConfig } from './read.ts'
export {
  type Address,
  type Variable,
  address,
  addresses,
  choice,
  optional,
  path,
  whole,
  word,
} from './variables.ts'

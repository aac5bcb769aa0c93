export { environment } from './environment.ts'
export {
  type Config,
  ConfigError,
  type ConfigTable,
  type Environment,
  configMarkdown,
  readConfig,
  unknownVariables,
} from './read.ts'
export {
  type Address,
  type Parsed,
  type Variable,
  address,
  choice,
  flag,
  integer,
  listOf,
  secret,
  text,
} from './variables.ts'

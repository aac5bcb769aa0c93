export { environment } from './environment.ts'
export { ConfigError, type Environment, readConfig } from './read.ts'
export { type Address, type Variable, address, choice } from './variables.ts'

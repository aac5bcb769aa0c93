import { admissionSettings } from '@evenkeel/chassis/admission'
import {
  type Address,
  address,
  choice,
  type Config,
  ConfigError,
  type Environment,
  readConfig,
  type Variable,
} from '@evenkeel/chassis/config'
import { logLevels } from '@evenkeel/chassis/observe'
import { securityContradictions, securitySettings } from '@evenkeel/chassis/security'

/** Loopback: whoever starts a try-out without a word exposes nothing. */
function loopback(variable: Variable<Address>, port: number): Variable<Address> {
  const host = '127.0.0.1'
  return { ...variable, example: `${host}:${port}`, fallback: { value: { host, port } } }
}

/** What the one process reads from its environment; flags come first. As a service's own. */
export const hostConfig = {
  grpc: loopback(address({ name: 'EVENKEEL_GRPC_ADDRESS', means: 'Where gRPC listens' }), 7400),
  http: loopback(
    address({ name: 'EVENKEEL_HTTP_ADDRESS', means: 'Where JSON over HTTP and /metrics listen' }),
    7480,
  ),
  ...admissionSettings,
  ...securitySettings,
  allowPlaintext: choice({
    name: 'EVENKEEL_ALLOW_PLAINTEXT',
    means: 'yes: listen beyond loopback without TLS',
    of: ['no', 'yes'],
    default: 'no',
  }),
  logLevel: choice({
    name: 'EVENKEEL_LOG_LEVEL',
    means: 'Least level of log lines on standard output',
    of: logLevels,
    default: 'warn',
  }),
}

/** Reads them all once; throws ConfigError with a line for each that is wrong. */
export function readHostConfig(env: Environment): Config<typeof hostConfig> {
  const config = readConfig(env, hostConfig)
  const problems = [...securityContradictions(config)]
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

import { status as grpcStatus } from '@grpc/grpc-js'
import type { Refusal } from './refusal.ts'

/** What grpc-js says of a target that could not be asked, and what that means for who named it. */
const meanings: readonly (readonly [said: RegExp, means: (target: string) => string])[] = [
  [/ECONNREFUSED/, (target) => `nothing listens at ${target}`],
  [
    /certificate has expired|altnames|unable to (?:verify|get)|self.signed/i,
    (target) => `${target} shows a certificate that is not to be trusted; see --tls-ca`,
  ],
  [
    /SSL alert number/,
    (target) => `${target} does not take our certificate; see --tls-cert and --tls-key`,
  ],
  [
    /Failed to connect|wrong version number|packet length too long/,
    (target) => `${target} and we do not speak alike; does one of both use TLS?`,
  ],
  [
    /Protocol error|Parse Error/,
    (target) => `${target} is no gRPC port; is it the one of JSON over HTTP?`,
  ],
  [/Name resolution failed/, (target) => `nobody knows the host of ${target}`],
  [/ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/, (target) => `there is no way to ${target}`],
]

/** A refusal in words for a person: Evenkeel's own, or why `target` could not even be asked. */
export function refusalInWords({ status, code, message }: Refusal, target: string): string {
  // grpc-js begins with number and name of the status.
  const said = message.replace(/^\d+ [A-Z_]+: /, '')
  if (code !== '') return `${code}: ${said}`
  const meant = meanings.find(([pattern]) => pattern.test(said))
  if (meant !== undefined) return meant[1](target)
  if (status === grpcStatus.DEADLINE_EXCEEDED) return `${target} does not answer`
  if (status === grpcStatus.UNIMPLEMENTED) return `what listens at ${target} has no such call`
  return `${target}: ${said}`
}

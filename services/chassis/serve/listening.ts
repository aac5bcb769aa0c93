import { type Address, ConfigError } from '../config/index.ts'

export type Server = 'gRPC' | 'HTTP'

const settings: Readonly<Record<Server, string>> = {
  gRPC: 'EVENKEEL_GRPC_ADDRESS',
  HTTP: 'EVENKEEL_HTTP_ADDRESS',
}

/** The address that a server was told to listen on is of no use; another one may be. */
export class AddressRefused extends ConfigError {
  readonly server: Server
  readonly why: string

  constructor(server: Server, why: string) {
    super([`${why} (${settings[server]})`])
    this.server = server
    this.why = why
  }
}

/** What the system has against an address, by its code of the error. */
const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken; stop the process that has it, or choose another',
  EADDRNOTAVAIL: 'is none of this machine; choose one that is',
  EACCES: 'is not for this user; choose a port from 1024 on',
  ENOTFOUND: 'is of a host that nobody knows; choose another',
  EAI_AGAIN: 'is of a host whose name nobody answers for; choose another',
}

/** Why nothing can listen there, in words; other errors as they are. */
export function notListening(server: Server, { host, port }: Address, error: unknown): unknown {
  const found = codes(error).find((code) => Object.hasOwn(reasons, code))
  if (found === undefined) return error
  const where = found === 'EADDRINUSE' ? `port ${port} of ${host}` : `${host}:${port}`
  return new AddressRefused(server, `${server}: ${where} ${reasons[found]}`)
}

/** grpc-js says in words alone what the system has said. */
function codes(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return []
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : []
  return [...own, ...(error.message.match(/\bE[A-Z_]+\b/g) ?? []), ...codes(error.cause)]
}

/** Plaintext is for loopback; anywhere else somebody must have said so. */
export function refusePlaintext(server: Server, host: string, allowPlaintext: boolean): void {
  if (allowPlaintext || isLoopback(host)) return
  throw new AddressRefused(
    server,
    `${server} would be served without TLS on ${host}, where others can listen in. ` +
      'Use 127.0.0.1, set EVENKEEL_TLS_CERT_FILE and EVENKEEL_TLS_KEY_FILE, or set ' +
      'EVENKEEL_ALLOW_PLAINTEXT=yes where the network itself is trusted',
  )
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}

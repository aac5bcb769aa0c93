import { type Config, path } from '../config/index.ts'
import { isLoopback } from '../serve/listening.ts'
import type { TokenRules } from './tokens.ts'

/** How a process proves who it is, and what it asks of those who call. */
export const securitySettings = {
  certFile: path({
    name: 'EVENKEEL_TLS_CERT_FILE',
    means: 'PEM of our certificate; set: gRPC and HTTP by TLS 1.3; renewed files are taken in 10 s',
    example: '/etc/evenkeel/tls/tls.crt',
  }),
  keyFile: path({
    name: 'EVENKEEL_TLS_KEY_FILE',
    means: 'PEM of its key',
    example: '/etc/evenkeel/tls/tls.key',
  }),
  caFile: path({
    name: 'EVENKEEL_TLS_CA_FILE',
    means: 'PEM of who signs callers; set: each must show a certificate, save to the probes',
    example: '/etc/evenkeel/tls/ca.crt',
  }),
  jwks: path({
    name: 'EVENKEEL_JWKS',
    means: 'Keys of who issues tokens, a file or https:// of a JSON Web Key Set; set: tokens count',
    example: 'https://issuer.example/.well-known/jwks.json',
  }),
  issuer: path({
    name: 'EVENKEEL_JWT_ISSUER',
    means: 'iss that each token must have',
    example: 'https://issuer.example/',
  }),
  audience: path({
    name: 'EVENKEEL_JWT_AUDIENCE',
    means: 'aud that each token must have',
    example: 'evenkeel',
  }),
}

export type SecurityConfig = Config<typeof securitySettings>

/** What contradicts itself in the settings, a line each. */
export function* securityContradictions(config: SecurityConfig): Generator<string> {
  const { certFile, keyFile, caFile } = securitySettings
  if ((config.certFile === undefined) !== (config.keyFile === undefined)) {
    yield `${certFile.name} and ${keyFile.name} are set together or not at all`
  }
  if (config.caFile !== undefined && config.certFile === undefined) {
    yield `${caFile.name} needs ${certFile.name}: without it there is no TLS`
  }
  const { jwks, issuer, audience } = securitySettings
  const said = [config.jwks, config.issuer, config.audience].filter((one) => one !== undefined)
  if (said.length !== 0 && said.length !== 3) {
    yield `${jwks.name}, ${issuer.name} and ${audience.name} are set together or not at all`
  }
  const [, open] = /^http:\/\/([^/:]*)/.exec(config.jwks ?? '') ?? []
  if (open !== undefined && !isLoopback(open)) {
    yield `${jwks.name} is ${config.jwks}: beyond loopback keys come by https://, or from a file`
  }
  if (config.certFile !== undefined && config.caFile === undefined && config.jwks === undefined) {
    yield `${certFile.name} needs ${caFile.name} or ${jwks.name}: who calls would not be known`
  }
}

/** The files of a server; undefined: it speaks plaintext. */
export function tlsFilesOf({ certFile: cert, keyFile: key, caFile: ca }: SecurityConfig) {
  return cert === undefined || key === undefined ? undefined : { cert, key, ca }
}

/** What tokens must be; undefined: none is asked for. */
export function tokenRulesOf({ jwks, issuer, audience }: SecurityConfig): TokenRules | undefined {
  if (jwks === undefined || issuer === undefined || audience === undefined) return undefined
  return { jwks, issuer, audience }
}

import type { Server as HttpsServer, ServerOptions } from 'node:https'
import { ServerCredentials } from '@grpc/grpc-js'
import { defineMetrics, type Registry } from '../observe/index.ts'
import type { KeyFiles } from './key-files.ts'

/** Of a gRPC server. Who can't show a certificate where one is asked for does not get through. */
export function grpcCredentials(keys: KeyFiles | undefined): ServerCredentials {
  return keys === undefined ? ServerCredentials.createInsecure() : new Renewing(keys)
}

class Renewing extends ServerCredentials {
  constructor(keys: KeyFiles) {
    super({ requestCert: keys.asks, rejectUnauthorized: keys.asks }, keys.current)
    keys.onRenewed((material) => this.updateSecureContextOptions(material))
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other
  }
}

/**
 * Of an HTTPS server. Probes have no certificate to show, so whoever has none gets through, and is
 * refused by whatever is not for probes.
 */
export function httpsOptions(keys: KeyFiles): ServerOptions {
  return { ...keys.current, requestCert: keys.asks, rejectUnauthorized: false }
}

export function renew(server: HttpsServer, keys: KeyFiles): void {
  keys.onRenewed((material) => server.setSecureContext(material))
}

export function tlsMetrics(
  registry: Registry,
  keys: Pick<KeyFiles, 'expiresSeconds' | 'looks'>,
): void {
  defineMetrics(registry, {
    expires: {
      kind: 'gauge',
      name: 'evenkeel_tls_certificate_expires_seconds',
      help: 'Unix time at which our own certificate, the one in use, ends.',
      read: () => keys.expiresSeconds,
    },
    looks: {
      kind: 'counter',
      name: 'evenkeel_tls_files_changed_total',
      help: 'Looks at the files of TLS that found others: renewed, or refused since unusable.',
      labels: ['outcome'],
      read: () =>
        Object.entries(keys.looks).map(([outcome, value]) => ({ labels: { outcome }, value })),
    },
  })
}

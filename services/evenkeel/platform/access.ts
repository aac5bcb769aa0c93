import { createSecureContext } from 'node:tls'
import { ChannelCredentials } from '@grpc/grpc-js'

/** How a client is let in: what it trusts, and what it shows. */
export interface Access {
  readonly credentials: ChannelCredentials
}

export const plaintext: Access = { credentials: ChannelCredentials.createInsecure() }

/** What is in the files, PEM. */
export interface Proof {
  /** Who signs the servers. */
  readonly ca: Buffer
  /** Our own certificate with its key. */
  readonly own?: { readonly cert: Buffer; readonly key: Buffer }
}

/** By TLS 1.3; throws what Node's TLS does of material that is none. */
export function byTls({ ca, own }: Proof): Access {
  const context = createSecureContext({ ca, ...own, minVersion: 'TLSv1.3' })
  return { credentials: ChannelCredentials.createFromSecureContext(context) }
}

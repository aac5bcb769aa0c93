import { createSecureContext } from 'node:tls'
import { CallCredentials, ChannelCredentials, Metadata } from '@grpc/grpc-js'

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
  /** The bearer token as it is now; throws where there is none. */
  readonly token?: (() => string) | undefined
}

/** By TLS 1.3; throws what Node's TLS does of material that is none. */
export function byTls({ ca, own, token }: Proof): Access {
  const context = createSecureContext({ ca, ...own, minVersion: 'TLSv1.3' })
  const channel = ChannelCredentials.createFromSecureContext(context)
  return { credentials: token === undefined ? channel : channel.compose(bearer(token)) }
}

const bearer = (token: () => string): CallCredentials =>
  CallCredentials.createFromMetadataGenerator((_, shown) => {
    const metadata = new Metadata()
    metadata.set('authorization', `Bearer ${token()}`)
    shown(null, metadata)
  })

import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import forge from 'node-forge'

/** A certificate with its key, both PEM. */
export interface Issued {
  readonly certificate: string
  readonly key: string
}

export interface Wanted {
  readonly commonName: string
  readonly for: 'server' | 'client'
  /** Host names and addresses that a server answers by. */
  readonly hosts?: readonly string[]
  /** Who a client is, see identity. */
  readonly uris?: readonly string[]
  readonly validFrom: Date
  readonly validTo: Date
}

// Numbers of GeneralName, RFC 5280.
const URI = 6
const DNS = 2
const IP = 7

const KEY_BITS = 2048

/**
 * Makes certificates to try things with. What it signs with lies beside them in a file: nothing
 * that matters should trust it.
 */
export class Authority {
  readonly certificate: string
  readonly key: string
  readonly #subject: forge.pki.CertificateField[]
  readonly #signingKey: forge.pki.rsa.PrivateKey

  /** As it was made before. */
  constructor({ certificate, key }: Issued) {
    this.certificate = certificate
    this.key = key
    this.#signingKey = forge.pki.privateKeyFromPem(key)
    this.#subject = forge.pki.certificateFromPem(certificate).subject.attributes
  }

  static make(commonName: string, validFrom: Date, validTo: Date): Authority {
    const { key, publicKey } = newKey()
    const own = blank(publicKey, validFrom, validTo)
    own.setSubject(named(commonName))
    own.setExtensions([
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      { name: 'subjectKeyIdentifier' },
    ])
    own.setIssuer(named(commonName))
    own.sign(forge.pki.privateKeyFromPem(key), forge.md.sha256.create())
    return new Authority({ certificate: forge.pki.certificateToPem(own), key })
  }

  issue(wanted: Wanted): Issued {
    const { commonName, hosts = [], uris = [] } = wanted
    const { key, publicKey } = newKey()
    const one = blank(publicKey, wanted.validFrom, wanted.validTo)
    one.setSubject(named(commonName))
    const altNames = [
      ...hosts.map((host) =>
        isIP(host) === 0 ? { type: DNS, value: host } : { type: IP, ip: host },
      ),
      ...uris.map((value) => ({ type: URI, value })),
    ]
    one.setExtensions([
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      wanted.for === 'server'
        ? { name: 'extKeyUsage', serverAuth: true }
        : { name: 'extKeyUsage', clientAuth: true },
      ...(altNames.length === 0 ? [] : [{ name: 'subjectAltName', altNames }]),
    ])
    return { certificate: this.#signed(one), key }
  }

  #signed(certificate: forge.pki.Certificate): string {
    certificate.setIssuer(this.#subject)
    certificate.sign(this.#signingKey, forge.md.sha256.create())
    return forge.pki.certificateToPem(certificate)
  }
}

function blank(publicKey: string, validFrom: Date, validTo: Date): forge.pki.Certificate {
  const made = forge.pki.createCertificate()
  made.publicKey = forge.pki.publicKeyFromPem(publicKey)
  // Positive, and never the same twice.
  made.serialNumber = `01${randomBytes(15).toString('hex')}`
  made.validity.notBefore = validFrom
  made.validity.notAfter = validTo
  return made
}

const named = (value: string) => [{ name: 'commonName', value }]

function newKey(): { readonly key: string; readonly publicKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: KEY_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return { key: privateKey, publicKey }
}

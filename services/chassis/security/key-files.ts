import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { ConfigError } from '../config/index.ts'
import type { Logger } from '../observe/index.ts'
import { securitySettings } from './settings.ts'

/** Paths of PEM files. */
export interface TlsFiles {
  /** Our own certificate, with those between it and its authority. */
  readonly cert: string
  readonly key: string
  /** Who signs callers; undefined: callers show no certificate. */
  readonly ca?: string | undefined
}

/** What is in the files, as Node's TLS takes it. */
export interface KeyMaterial {
  readonly cert: Buffer
  readonly key: Buffer
  readonly ca?: Buffer
  readonly minVersion: 'TLSv1.3'
}

/** Long before a renewed certificate matters, and three small files each time. */
const LOOK_MS = 10_000

type Listener = (material: KeyMaterial) => void

/**
 * The files of one server, looked at again and again: whoever renews them, or swaps the links to
 * them as Kubernetes does, need not restart anyone. What does not fit together, as a certificate
 * whose key is still being written, is not taken; what was there before stays in use.
 */
export class KeyFiles {
  readonly #files: TlsFiles
  readonly #logger: Logger
  readonly #listeners = new Set<Listener>()
  readonly #timer: NodeJS.Timeout
  #current: KeyMaterial
  #refused = 0
  #renewed = 0

  /** Throws ConfigError when the files can't be used. */
  constructor(files: TlsFiles, logger: Logger, lookMs = LOOK_MS) {
    this.#files = files
    this.#logger = logger
    this.#current = read(files)
    this.#timer = setInterval(() => this.look(), lookMs)
    this.#timer.unref()
  }

  get current(): KeyMaterial {
    return this.#current
  }

  /** Callers have to show a certificate. */
  get asks(): boolean {
    return this.#files.ca !== undefined
  }

  /** Unix time in seconds at which our own certificate ends. */
  get expiresSeconds(): number {
    return new X509Certificate(this.#current.cert).validToDate.getTime() / 1000
  }

  /** How often other files were taken into use, and how often they could not be. */
  get looks(): { readonly renewed: number; readonly refused: number } {
    return { renewed: this.#renewed, refused: this.#refused }
  }

  /** Called with what new connections are to use from now on; open ones go on as they are. */
  onRenewed(listener: Listener): void {
    this.#listeners.add(listener)
  }

  /** Now, rather than when it is time. */
  look(): void {
    let found: KeyMaterial
    try {
      found = read(this.#files)
    } catch (error) {
      this.#refused += 1
      this.#logger.warn('tls.files_refused', { error })
      return
    }
    if (same(found, this.#current)) return
    this.#current = found
    this.#renewed += 1
    this.#logger.info('tls.files_renewed')
    for (const listener of this.#listeners) listener(found)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#listeners.clear()
  }
}

function read(files: TlsFiles): KeyMaterial {
  const { certFile, keyFile, caFile } = securitySettings
  const cert = contents(certFile.name, files.cert)
  const key = contents(keyFile.name, files.key)
  const ca = files.ca === undefined ? {} : { ca: contents(caFile.name, files.ca) }
  const material = { cert, key, ...ca, minVersion: 'TLSv1.3' as const }
  try {
    createSecureContext(material)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new ConfigError([
      `${certFile.name} and ${keyFile.name}: ${files.cert} and ${files.key} are no PEM of a ` +
        `certificate and its key, or the one at ${caFile.name} is none (${code})`,
    ])
  }
  return material
}

/** Of a file that a setting names; what is in it is never told. Throws ConfigError. */
export function contents(setting: string, file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new ConfigError([`${setting}: ${file} can't be read (${why})`])
  }
}

function same(one: KeyMaterial, other: KeyMaterial): boolean {
  return (
    one.cert.equals(other.cert) &&
    one.key.equals(other.key) &&
    (one.ca === undefined || other.ca === undefined || one.ca.equals(other.ca))
  )
}

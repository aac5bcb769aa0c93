import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An authority of our own, and what it has signed: for localhost, valid for two days. */
export class Authority {
  readonly folder = mkdtempSync(join(tmpdir(), 'evenkeel-tls-'))

  constructor() {
    this.#openssl('req', '-x509', ...newKey('ca'), '-out', 'ca.pem', '-days', '2', ...as('tests'))
    writeFileSync(this.path('names'), 'subjectAltName=DNS:localhost\n')
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  text(name: string): string {
    return readFileSync(this.path(name), 'utf8')
  }

  /** Writes `<name>.pem` and `<name>.key`. */
  sign(name: string, commonName: string): void {
    this.#openssl('req', ...newKey(name), '-out', `${name}.csr`, ...as(commonName))
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names']
    this.#openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, '-days', '2', ...by)
  }

  #openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: 'pipe' })
  }
}

function newKey(name: string): readonly string[] {
  return ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`]
}

function as(commonName: string): readonly string[] {
  return ['-subj', `/CN=${commonName}`]
}

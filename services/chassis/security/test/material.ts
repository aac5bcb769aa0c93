import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { Authority, type Issued, type TlsFiles, type Wanted } from '../index.ts'

const DAY_MS = 86_400_000
export const now = {
  validFrom: new Date(Date.now() - DAY_MS),
  validTo: new Date(Date.now() + DAY_MS),
}
export const over = {
  validFrom: new Date(Date.now() - 2 * DAY_MS),
  validTo: new Date(Date.now() - DAY_MS),
}

export const authority = Authority.make('tests', now.validFrom, now.validTo)
export const stranger = Authority.make('strangers', now.validFrom, now.validTo)

export const server = (some: Partial<Wanted> = {}, by = authority): Issued =>
  by.issue({ commonName: 'server', for: 'server', hosts: ['localhost'], ...now, ...some })

export const client = (some: Partial<Wanted> = {}, by = authority): Issued =>
  by.issue({ commonName: 'client', for: 'client', ...now, ...some })

/** A folder of its own, gone with the test. */
export function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'evenkeel-tls-'))
  t.after(() => rmSync(made, { recursive: true }))
  return made
}

export function write(
  directory: string,
  { certificate, key }: Issued,
): TlsFiles & { readonly ca: string } {
  const files = {
    cert: join(directory, 'tls.crt'),
    key: join(directory, 'tls.key'),
    ca: join(directory, 'ca.crt'),
  }
  writeFileSync(files.cert, certificate)
  writeFileSync(files.key, key)
  writeFileSync(files.ca, authority.certificate)
  return files
}

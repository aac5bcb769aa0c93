import { type Environment, environment } from '@evenkeel/chassis/config'
import { contents, securitySettings } from '@evenkeel/chassis/security'
import { tokenIn } from '../platform/token-file.ts'
import { type Access, byTls, plaintext } from '../platform/access.ts'
import { text, UsageError, type Values } from './flags.ts'

const { caFile, certFile, keyFile } = securitySettings
const TOKEN_FILE = 'EVENKEEL_TOKEN_FILE'

/** How a command is let in where it asks; the same names as those by which servers are told. */
export const ACCESS_FLAGS = {
  'tls-ca': text(
    'FILE',
    'PEM of who signs the servers; given: TLS',
    `$${caFile.name}, or plaintext`,
  ),
  'tls-cert': text('FILE', 'PEM of our certificate, where they ask for one', `$${certFile.name}`),
  'tls-key': text('FILE', 'PEM of its key', `$${keyFile.name}`),
  token: text('FILE', 'a bearer token (JWT) to show, by TLS alone', `$${TOKEN_FILE}`),
} as const

/** For who runs servers: the token by which the same shell asks others is no setting of theirs. */
export const serverEnvironment = (): Environment =>
  Object.fromEntries(Object.entries(environment()).filter(([name]) => name !== TOKEN_FILE))

/** Manifests leave a variable empty to say that it isn't set. */
const set = (raw: string | undefined) => (raw === '' ? undefined : raw)

/** Reads the files that flags or the environment name. Throws UsageError, ConfigError. */
export function accessOf(values: Values<typeof ACCESS_FLAGS>): Access {
  const env = environment()
  const given = (flag: keyof typeof ACCESS_FLAGS, variable: string) =>
    values[flag] ?? set(env[variable])
  const files = {
    ca: given('tls-ca', caFile.name),
    cert: given('tls-cert', certFile.name),
    key: given('tls-key', keyFile.name),
    token: given('token', TOKEN_FILE),
  }
  if ((files.cert === undefined) !== (files.key === undefined)) {
    throw new UsageError('--tls-cert and --tls-key are given together or not at all')
  }
  if (files.ca === undefined) {
    if (files.token !== undefined) {
      throw new UsageError('--token needs --tls-ca: by plaintext whoever listens could use it too')
    }
    if (files.cert === undefined) return plaintext
    throw new UsageError('--tls-cert needs --tls-ca: without it there is no TLS')
  }
  const ca = contents('--tls-ca', files.ca)
  const token = files.token === undefined ? undefined : tokenIn('--token', files.token)
  if (files.cert === undefined || files.key === undefined) return byTls({ ca, token })
  const cert = contents('--tls-cert', files.cert)
  const key = contents('--tls-key', files.key)
  try {
    return byTls({ ca, own: { cert, key }, token })
  } catch {
    throw new UsageError(`${files.cert} and ${files.key} are no PEM of a certificate and its key`)
  }
}

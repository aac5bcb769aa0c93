import type { Sasl } from './options.ts'

/** As kafkajs takes it: it looks for the password whenever it proves who we are, and not before. */
type Credentials =
  | { mechanism: 'scram-sha-256'; username: string; password: string }
  | { mechanism: 'scram-sha-512'; username: string; password: string }

export function credentialsOf({ mechanism, username, password }: Sasl): Credentials {
  const who = {
    username,
    get password() {
      return typeof password === 'string' ? password : password()
    },
  }
  return mechanism === 'scram-sha-256'
    ? Object.assign(who, { mechanism })
    : Object.assign(who, { mechanism })
}

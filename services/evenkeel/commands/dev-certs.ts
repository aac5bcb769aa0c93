import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  Authority,
  grantsFrom,
  identityUri,
  type Issued,
  scopes,
  securitySettings,
} from '@evenkeel/chassis/security'
import { figure, flagLines, readFlags, text, UsageError, type Values } from './flags.ts'
import { type Command, EXIT, type Terminal } from './terminal.ts'

const DAYS = 30
const DAY_MS = 86_400_000
/** A clock that is behind ours takes what it is shown all the same. */
const EARLIER_MS = 3_600_000
const HOSTS = ['localhost', '127.0.0.1', '::1']
const SERVER = 'server'

const FLAGS = {
  name: text('NAME', 'whom to make a client certificate for, and its files', 'client'),
  scopes: text('SCOPE,...', `what it may do: ${scopes.join(', ')}`, 'all of them'),
  pools: text('POOL,...', 'the pools it may touch; *: all', '*'),
  agent: text('ID', 'the one agent that it may speak for', 'any'),
  hosts: text('HOST,...', 'names and addresses that the server answers by', HOSTS.join(',')),
  days: figure('N', 'how long all are valid', { min: 1, max: 365, unit: 'days' }, String(DAYS)),
} as const

function help(): string {
  const { certFile, keyFile, caFile } = securitySettings
  return [
    'Usage: evenkeel dev-certs DIR [flags]',
    '',
    'Certificates to try TLS with: makes an authority (ca.crt, ca.key) and a certificate for the',
    'server in DIR unless they are there, and one for a client, NAME.crt and NAME.key. Whoever has',
    'ca.key can make more: trust it for nothing that matters.',
    '',
    ...flagLines(FLAGS),
    '',
    'Then, for a server that asks each caller for a certificate, and a client that shows one:',
    `  ${certFile.name}=DIR/server.crt ${keyFile.name}=DIR/server.key \\`,
    `    ${caFile.name}=DIR/ca.crt npx evenkeel start`,
    '  npx evenkeel ops partitions --target localhost:7400 --tls-ca DIR/ca.crt \\',
    '    --tls-cert DIR/client.crt --tls-key DIR/client.key',
    '',
    'Exit codes: 0 done, 2 wrong usage, or a client of this name is there.',
  ].join('\n')
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(FLAGS, args)
  const [directory, unexpected] = positionals
  if (directory === undefined) throw new UsageError('where to? DIR is missing')
  if (unexpected !== undefined) throw new UsageError(`unexpected argument ${unexpected}`)
  const { name = 'client' } = values
  const uri = identityOf(name, values)
  const client = filesOf(directory, name)
  if ([SERVER, 'ca'].includes(name)) throw new UsageError(`--name ${name} is not a client's`)
  if (existsSync(client.certificate)) throw new UsageError(`${client.certificate} is there already`)
  const valid = {
    validFrom: new Date(Date.now() - EARLIER_MS),
    validTo: new Date(Date.now() + (values.days ?? DAYS) * DAY_MS),
  }
  mkdirSync(directory, { recursive: true })
  const authority = authorityIn(directory, valid, terminal)
  const server = filesOf(directory, SERVER)
  if (!existsSync(server.certificate)) {
    const hosts = listed(values.hosts) ?? HOSTS
    write(server, authority.issue({ commonName: SERVER, for: 'server', hosts, ...valid }), terminal)
  }
  const wanted = { commonName: name, for: 'client', uris: [uri], ...valid } as const
  write(client, authority.issue(wanted), terminal)
  terminal.out(`${name} is ${uri}\n`)
  return EXIT.done
}

const listed = (given: string | undefined) => given?.split(',')

function identityOf(actor: string, values: Values<typeof FLAGS>): string {
  const { agent } = values
  const grants = grantsFrom({
    actor,
    scopes: listed(values.scopes) ?? scopes,
    pools: listed(values.pools) ?? ['*'],
    agents: agent === undefined ? [] : [agent],
  })
  if (grants === undefined) {
    throw new UsageError(
      `--name, --pools and --agent are 1-64 characters of a-z A-Z 0-9 . _ : @ -, and --scopes ` +
        `some of ${scopes.join(', ')}`,
    )
  }
  return identityUri(grants)
}

const filesOf = (directory: string, name: string): Issued => ({
  certificate: join(directory, `${name}.crt`),
  key: join(directory, `${name}.key`),
})

function authorityIn(
  directory: string,
  { validFrom, validTo }: { readonly validFrom: Date; readonly validTo: Date },
  terminal: Terminal,
): Authority {
  const files = filesOf(directory, 'ca')
  if (existsSync(files.key)) {
    return new Authority({
      certificate: readFileSync(files.certificate, 'utf8'),
      key: readFileSync(files.key, 'utf8'),
    })
  }
  const made = Authority.make('Evenkeel, to try', validFrom, validTo)
  write(files, made, terminal)
  return made
}

/** Nobody else of this machine may read a key. */
function write(files: Issued, { certificate, key }: Issued, terminal: Terminal): void {
  writeFileSync(files.key, key, { mode: 0o600, flag: 'wx' })
  writeFileSync(files.certificate, certificate)
  terminal.out(`${files.certificate}, ${files.key}\n`)
}

export const devCerts: Command = {
  name: 'dev-certs',
  summary: 'certificates to try TLS with: an authority, a server, clients',
  help,
  run,
}

import { type Scope, scopes } from './scopes.ts'

/** What an identity allows. */
export interface Grants {
  /** Name of who calls, for the audit; never a person's. */
  readonly actor: string
  readonly scopes: ReadonlySet<Scope>
  /** '*': every pool there is or will be. */
  readonly pools: ReadonlySet<string> | '*'
  /** The one agent that it may speak for; undefined: any of its pools. */
  readonly agent: string | undefined
}

export const ACTOR = /^[a-zA-Z0-9._:@-]{1,64}$/
export const ID = /^[a-zA-Z0-9._:@-]{1,64}$/
const PROTOCOL = 'evenkeel:'

/** As a certificate has it, e.g. evenkeel://acd?scope=contacts&pool=bank&pool=shop. */
export function identityUri({ actor, scopes, pools, agent }: Grants): string {
  const query = new URLSearchParams()
  for (const scope of scopes) query.append('scope', scope)
  for (const pool of pools) query.append('pool', pool)
  if (agent !== undefined) query.append('agent', agent)
  return `${PROTOCOL}//${actor}?${query.toString()}`
}

/** Undefined: it is none of ours, or has a word that means nothing here. */
export function grantsOf(uri: string): Grants | undefined {
  if (!URL.canParse(uri)) return undefined
  const { protocol, host, pathname, hash, searchParams } = new URL(uri)
  if (protocol !== PROTOCOL || !ACTOR.test(host) || pathname.length > 1 || hash !== '') {
    return undefined
  }
  const known = ['scope', 'pool', 'agent']
  if ([...searchParams.keys()].some((key) => !known.includes(key))) return undefined
  return grantsFrom({
    actor: host,
    scopes: searchParams.getAll('scope'),
    pools: searchParams.getAll('pool'),
    agents: searchParams.getAll('agent'),
  })
}

/** Words of a certificate or token as grants; undefined: one of them means nothing here. */
export function grantsFrom(said: {
  readonly actor: string
  readonly scopes: readonly string[]
  readonly pools: readonly string[]
  readonly agents: readonly string[]
}): Grants | undefined {
  const { actor, pools, agents } = said
  const known = scopes.filter((scope) => said.scopes.includes(scope))
  if (!ACTOR.test(actor) || known.length !== new Set(said.scopes).size) return undefined
  const everything = pools.includes('*')
  if (!everything && !pools.every((pool) => ID.test(pool))) return undefined
  if (agents.length > 1 || !agents.every((agent) => ID.test(agent))) return undefined
  return {
    actor,
    scopes: new Set(known),
    pools: everything ? '*' : new Set(pools),
    agent: agents[0],
  }
}

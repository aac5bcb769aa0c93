import { randomBytes } from 'node:crypto'
import { type CodedError, common } from '../errors/index.ts'
import { defineMetrics, type Logger, type Registry } from '../observe/index.ts'
import { type Grants, grantsOf } from './identity-uri.ts'
import { property, type Rule, ruleOf, textsAt } from './rules.ts'
import { scopes } from './scopes.ts'
import { TokenRefused, type Tokens } from './tokens.ts'

/** What a caller shows, by gRPC and HTTP alike. */
export interface Shown {
  /** The header Authorization. */
  readonly authorization: string | undefined
  /** The header X-Request-Id. */
  readonly requestId: string | undefined
  /** subjectAltName of the certificate that TLS has verified, as Node writes it. */
  certificate(): string | undefined
}

/** How callers prove who they are; neither: nobody is asked, as on loopback. */
export interface Proofs {
  readonly tokens?: Tokens | undefined
  readonly certificates: boolean
}

const EVERYBODY: Grants = {
  actor: 'anybody',
  scopes: new Set(scopes),
  pools: '*',
  agent: undefined,
}

/**
 * The one way to a handler, whichever protocol a call comes by: `enter` asks who calls and whether
 * the call is for them, `Visit.check` whether its pool and its agent are theirs. What is not
 * granted is refused.
 */
export class Gate {
  readonly #proofs: Proofs
  readonly #logger: Logger
  readonly #refused: (cause: string) => void

  constructor(proofs: Proofs, logger: Logger, registry: Registry) {
    this.#proofs = proofs
    this.#logger = logger
    const { refused } = defineMetrics(registry, {
      refused: {
        kind: 'counter',
        name: 'evenkeel_security_refused_total',
        help: 'Calls of callers who are unknown or may not make them, by cause (SECURITY.md).',
        labels: ['cause'],
      },
    })
    this.#refused = (cause) => refused.inc({ cause })
  }

  /** Nobody is asked who they are. */
  get isOpen(): boolean {
    return this.#proofs.tokens === undefined && !this.#proofs.certificates
  }

  /** Who calls, if the call is for them; throws UNAUTHENTICATED, PERMISSION_DENIED. */
  async enter(rpc: string, shown: Shown): Promise<Visit> {
    const rule = ruleOf(rpc)
    const grants = rule.scopes === undefined ? EVERYBODY : await this.#known(shown)
    const isFor = this.isOpen || rule.scopes === undefined || holds(grants, rule.scopes)
    if (!isFor) {
      this.#refused('scope')
      throw common('PERMISSION_DENIED', { rpc, limit: [...(rule.scopes ?? [])].join(' or ') })
    }
    return new Visit(rule, grants, shown.requestId, this.#logger, this.#refused)
  }

  /** To what is no call but tells of all pools, such as metrics. */
  async enterPage(page: string, shown: Shown): Promise<void> {
    const { scopes: held } = await this.#known(shown)
    if (held.has('operator')) return
    this.#refused('scope')
    throw common('PERMISSION_DENIED', { rpc: page, limit: 'operator' })
  }

  async #known({ authorization, certificate }: Shown): Promise<Grants> {
    const { tokens, certificates } = this.#proofs
    if (this.isOpen) return EVERYBODY
    if (tokens !== undefined && authorization !== undefined) {
      const [, token] = /^Bearer +([\w.~+/=-]{1,8192})$/i.exec(authorization) ?? []
      if (token === undefined) throw this.#unknown('malformed')
      try {
        return await tokens.grantsOf(token)
      } catch (error) {
        if (!(error instanceof TokenRefused)) throw error
        throw this.#unknown(error.fault)
      }
    }
    const names = certificates ? certificate() : undefined
    if (names === undefined) throw this.#unknown('nothing_shown')
    const grants = grantsOfCertificate(names)
    if (grants === undefined) throw this.#unknown('certificate')
    return grants
  }

  #unknown(cause: string): CodedError {
    this.#refused(cause)
    return cause === 'keys_out_of_reach'
      ? common('KEYS_OUT_OF_REACH', {})
      : common('UNAUTHENTICATED', {})
  }
}

const holds = ({ scopes: held }: Grants, wanted: ReadonlySet<string>): boolean =>
  [...held].some((scope) => wanted.has(scope))

/** A name that Node has put in quotes has signs in it that none of ours has. */
function grantsOfCertificate(subjectAltName: string): Grants | undefined {
  const ours = subjectAltName
    .split(', ')
    .filter((name) => name.startsWith('URI:evenkeel:'))
    .map((name) => name.slice('URI:'.length))
  const [only] = ours
  return ours.length === 1 && only !== undefined ? grantsOf(only) : undefined
}

const isList = (value: unknown): value is unknown[] => Array.isArray(value)

/** One call of one caller. */
export class Visit {
  readonly #rule: Rule
  readonly #grants: Grants
  readonly #requestId: string | undefined
  readonly #logger: Logger
  readonly #refused: (cause: string) => void
  #request: unknown

  constructor(
    rule: Rule,
    grants: Grants,
    requestId: string | undefined,
    logger: Logger,
    refused: (cause: string) => void,
  ) {
    this.#rule = rule
    this.#grants = grants
    this.#requestId = requestId
    this.#logger = logger
    this.#refused = refused
  }

  /** Refuses a request, or a message of a stream, about what is not the caller's. */
  check(request: unknown): void {
    this.#request = request
    const { pools, agent } = this.#grants
    if (pools !== '*') this.#checkPools(pools, request)
    if (agent !== undefined) this.#checkAgent(agent, request)
  }

  #checkPools(held: ReadonlySet<string>, request: unknown): void {
    const { pools: places, lists, streams, rpc } = this.#rule
    const named = textsAt(places, request)
    const foreign = named.find((pool) => !held.has(pool))
    if (foreign !== undefined) {
      this.#refused('pool')
      // In the same words whether or not there is such a pool.
      throw common('POOL_UNKNOWN', { pool: foreign })
    }
    if (named.length > 0 || streams || this.#rule.scopes === undefined) return
    if (places.length > 0) throw common('FIELD_MISSING', { field: 'pool' })
    if (lists.length > 0) return
    this.#refused('pool')
    throw common('PERMISSION_DENIED', { rpc, limit: 'who may touch every pool' })
  }

  #checkAgent(own: string, request: unknown): void {
    const { agents: places, streams, rpc } = this.#rule
    const named = textsAt(places, request)
    const isOwn = named.every((agent) => agent === own) && (named.length > 0 || streams)
    if (isOwn || this.#rule.scopes === undefined) return
    this.#refused('agent')
    throw common('PERMISSION_DENIED', { rpc, limit: 'another agent, or no single one' })
  }

  /** The answer without what is not the caller's. */
  shown<T>(answer: T): T {
    const { pools } = this.#grants
    if (pools === '*') return answer
    for (const name of this.#rule.lists) {
      const items: unknown = property(answer, name)
      if (!isList(items)) continue
      const own = items.filter((item) => pools.has(String(property(item, 'pool'))))
      items.splice(0, items.length, ...own)
    }
    return answer
  }

  /** Tells the audit of an administrative call; `code` OK, or why it was refused. */
  done(code: string): void {
    const { administrative, pools, rpc } = this.#rule
    if (!administrative) return
    const text = (name: string) => {
      const value = property(this.#request, name)
      return typeof value === 'string' && value !== '' ? value : undefined
    }
    this.#logger.info('audit', {
      actor: this.#grants.actor,
      rpc,
      pool: textsAt(pools, this.#request)[0],
      agentId: text('agentId'),
      queueId: text('queueId'),
      contactId: text('contactId'),
      reason: text('reason'),
      requestId: text('requestId') ?? this.#requestId ?? randomBytes(8).toString('hex'),
      code,
    })
  }
}

import { readFileSync } from 'node:fs'
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose'
import { ConfigError } from '../config/index.ts'
import { type Grants, grantsFrom } from './identity-uri.ts'
import { securitySettings } from './settings.ts'

export interface TokenRules {
  /** Path of a JSON Web Key Set, or https:// of one. */
  readonly jwks: string
  readonly issuer: string
  readonly audience: string
}

/** Why a token is not taken: for the metrics, never for the caller. */
export type TokenFault =
  | 'malformed'
  | 'algorithm'
  | 'signature'
  | 'key_unknown'
  | 'keys_out_of_reach'
  | 'expired'
  | 'not_yet'
  | 'issuer'
  | 'audience'
  | 'claims'

export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
  readonly fault: TokenFault

  constructor(fault: TokenFault) {
    super(fault)
    this.fault = fault
  }
}

/** Signatures by a key that only the issuer has: neither `none`, nor any HS, whose key is shared. */
const ALGORITHMS = ['EdDSA', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'RS256']
/** Clocks of two machines that both keep time. */
const SKEW_S = 30
/** A token that was taken is not looked at again for so long, whatever has become of its key. */
const TRUSTED_MS = 60_000
/** Each of some hundred bytes; forgotten whole when full, since callers have one for many calls. */
const TRUSTED_MAX = 10_000
const LOOK_MS = 10_000
/** Between two questions for keys, lest unknown key ids make us flood the issuer. */
const COOLDOWN_MS = 30_000
const FETCH_MS = 5_000
/** Scopes of others may stand beside ours. */
const PREFIX = 'evenkeel:'

interface Trusted {
  readonly grants: Grants
  readonly untilMs: number
}

/** Who callers are by their bearer tokens (JWT). */
export class Tokens {
  readonly #rules: TokenRules
  readonly #keys: JWTVerifyGetKey
  readonly #now: () => number
  readonly #trusted = new Map<string, Trusted>()

  /** `now`: Unix ms. Throws ConfigError when there are no keys at the path. */
  constructor(rules: TokenRules, now: () => number = Date.now) {
    this.#rules = rules
    this.#now = now
    this.#keys = isUrl(rules.jwks)
      ? createRemoteJWKSet(new URL(rules.jwks), {
          cooldownDuration: COOLDOWN_MS,
          timeoutDuration: FETCH_MS,
        })
      : keysOf(rules.jwks, now)
  }

  /** At once for a token that was taken a moment ago; rejects with TokenRefused. */
  grantsOf(token: string): Grants | Promise<Grants> {
    const known = this.#trusted.get(token)
    if (known !== undefined && this.#now() < known.untilMs) return known.grants
    return this.#verified(token)
  }

  async #verified(token: string): Promise<Grants> {
    const { issuer, audience } = this.#rules
    const nowMs = this.#now()
    const payload = await jwtVerify(token, this.#keys, {
      ...{ issuer, audience, algorithms: ALGORITHMS, clockTolerance: SKEW_S },
      ...{ requiredClaims: ['exp', 'sub'], currentDate: new Date(nowMs) },
    }).then(
      (verified) => verified.payload,
      (error: unknown) => {
        throw new TokenRefused(faultOf(error))
      },
    )
    const grants = grantsIn(payload)
    if (grants === undefined) throw new TokenRefused('claims')
    const endsMs = (Number(payload.exp) + SKEW_S) * 1000
    if (this.#trusted.size >= TRUSTED_MAX) this.#trusted.clear()
    this.#trusted.set(token, { grants, untilMs: Math.min(endsMs, nowMs + TRUSTED_MS) })
    return grants
  }
}

function grantsIn(payload: JWTPayload): Grants | undefined {
  const { sub = '', scope = '', evenkeel_pools: pools = [], evenkeel_agent: agent } = payload
  if (typeof scope !== 'string' || !isTexts(pools)) return undefined
  if (agent !== undefined && typeof agent !== 'string') return undefined
  const ours = scope.split(' ').filter((word) => word.startsWith(PREFIX))
  return grantsFrom({
    actor: sub,
    scopes: ours.map((word) => word.slice(PREFIX.length)),
    pools,
    agents: agent === undefined ? [] : [agent],
  })
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')

function faultOf(error: unknown): TokenFault {
  if (error instanceof errors.JWTExpired) return 'expired'
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return 'audience'
    if (error.claim === 'iss') return 'issuer'
    return error.claim === 'nbf' ? 'not_yet' : 'claims'
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm'
  if (error instanceof errors.JOSENotSupported) return 'algorithm'
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature'
  if (error instanceof errors.JWKSNoMatchingKey) return 'key_unknown'
  if (error instanceof errors.JWKSMultipleMatchingKeys) return 'key_unknown'
  const isMalformed = error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid
  return isMalformed ? 'malformed' : 'keys_out_of_reach'
}

const isUrl = (place: string): boolean => /^https?:\/\//.test(place)

/** Keys in a file, looked at again when some time has gone by; one that is broken changes nothing. */
function keysOf(path: string, now: () => number): JWTVerifyGetKey {
  const { jwks } = securitySettings
  let keys: JWTVerifyGetKey
  try {
    keys = keysIn(path)
  } catch {
    throw new ConfigError([`${jwks.name}: ${path} can't be read, or is no JSON Web Key Set`])
  }
  let lookedMs = now()
  return (header, token) => {
    if (now() - lookedMs >= LOOK_MS) {
      lookedMs = now()
      try {
        keys = keysIn(path)
      } catch {
        // Whoever writes it has not finished.
      }
    }
    return keys(header, token)
  }
}

function keysIn(path: string): JWTVerifyGetKey {
  const found: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (!isKeySet(found)) throw new Error('no JSON Web Key Set')
  return createLocalJWKSet(found)
}

/** jose looks at each key itself. */
const isKeySet = (value: unknown): value is JSONWebKeySet =>
  typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys)

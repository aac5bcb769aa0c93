import { common } from '../errors/index.ts'
import { type Bucket, full, takeOne } from './bucket.ts'
import { type Pace, paceAt, retryAfterMs, unknownPace } from './pace.ts'
import { type AdmissionLimits, admissionLimits } from './settings.ts'

export const shedCauses = ['pool_rate', 'apply_lag'] as const
export type ShedCause = (typeof shedCauses)[number]

/** Where new work would go. */
export interface Place {
  /** As it is called in the refusal. */
  readonly pool: string
  /** There is such a pool. All that are unknown share one bucket, so that names cost nothing. */
  readonly known: boolean
  readonly partition: number
  /** Commands that are not applied yet, and records that are. */
  readonly waiting: number
  readonly applied: number
}

export interface Shed {
  /** '': of no pool that is known. */
  readonly pool: string
  readonly cause: ShedCause
  readonly count: number
}

interface Account {
  bucket: Bucket
  readonly shed: Record<ShedCause, number>
}

/**
 * Whether a process takes new work. What ends work, or is a desk's, never asks here: turning that
 * away would make an overload last. There is an account for each pool that is known, none more.
 */
export class Admission {
  readonly #limits: AdmissionLimits
  readonly #now: () => number
  readonly #accounts = new Map<string, Account>()
  readonly #paces = new Map<number, Pace>()

  constructor(
    limits: AdmissionLimits = admissionLimits,
    now: () => number = () => performance.now(),
  ) {
    this.#limits = limits
    this.#now = now
    this.#accountOf('', false)
  }

  /** Throws POOL_OVER_RATE: the pool has had its share for now. */
  withinRate({ pool, known }: Pick<Place, 'pool' | 'known'>): void {
    const account = this.#accountOf(pool, known)
    const { bucket, retryAfterMs: ms } = takeOne(account.bucket, this.#now(), this.#limits)
    account.bucket = bucket
    if (ms === undefined) return
    account.shed.pool_rate += 1
    const fields = {
      pool,
      limit: this.#limits.poolContactsPerS,
      value: Math.ceil(bucket.turnedAway),
    }
    throw common('POOL_OVER_RATE', fields, { retryAfterMs: ms })
  }

  /** Throws APPLYING_BEHIND: what is there already comes first. `counts`: whoever asks goes away. */
  keepingUp({ pool, known, partition, waiting, applied }: Place, counts = true): void {
    const pace = paceAt(this.#paces.get(partition) ?? unknownPace, applied, this.#now())
    this.#paces.set(partition, pace)
    const { applyLagCommands: limit } = this.#limits
    if (waiting < limit) return
    if (counts) this.#accountOf(pool, known).shed.apply_lag += 1
    const fields = { pool, limit, value: waiting }
    throw common('APPLYING_BEHIND', fields, { retryAfterMs: retryAfterMs(pace, waiting) })
  }

  /** Of pools that are not known also where there was none: a counter that is there from the first. */
  *shed(): Iterable<Shed> {
    for (const [pool, { shed }] of this.#accounts) {
      for (const cause of shedCauses) {
        if (pool === '' || shed[cause] > 0) yield { pool, cause, count: shed[cause] }
      }
    }
  }

  #accountOf(pool: string, known: boolean): Account {
    const key = known ? pool : ''
    const found = this.#accounts.get(key)
    if (found !== undefined) return found
    const bucket = full(this.#limits, this.#now())
    const account = { bucket, shed: { pool_rate: 0, apply_lag: 0 } }
    this.#accounts.set(key, account)
    return account
  }
}

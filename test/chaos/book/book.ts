import type { ContactState } from '@evenkeel/proto/evenkeel/routing/v1/contact'

/** What was acknowledged. Each names the ids by which its effect is found among the events. */
export type Deed =
  | { readonly kind: 'submitted'; readonly contactId: string; readonly answeredId: string }
  | { readonly kind: 'accepted'; readonly contactId: string; readonly offer: Place }
  | { readonly kind: 'declined'; readonly contactId: string; readonly offer: Place }
  | { readonly kind: 'connected'; readonly contactId: string }
  | { readonly kind: 'ended'; readonly contactId: string; readonly state: ContactState }
  | { readonly kind: 'callbackChosen'; readonly contactId: string }
  | { readonly kind: 'dialClaimed'; readonly contactId: string; readonly dial: Place }
  | { readonly kind: 'dialReported'; readonly contactId: string; readonly dial: Place }

/** An offer or a dial attempt, and whose it was: an agent's or a claimant's. */
export interface Place {
  readonly id: string
  readonly by: string
}

export interface Acknowledged {
  readonly pool: string
  readonly deed: Deed
  /** `partition/offset` by which it was decided; empty where the answer does not carry one. */
  readonly position: string
  /** ms of the run's clock. */
  readonly at: number
}

/** An answer that was none, or was a refusal. */
export interface Refused {
  readonly code: string
  /** What it said, for whoever looks into it. */
  readonly message: string
  /** The caller may send the same again, and has. */
  readonly retryable: boolean
  /** How long the caller waited for it. */
  readonly tookMs: number
  readonly at: number
}

/** An offer that came to a desk. */
export interface Offered {
  readonly pool: string
  readonly contactId: string
  readonly offerId: string
  readonly agentId: string
  readonly at: number
}

/**
 * All that the platform was told, kept by itself: what the server has published is held against it.
 */
export class Book {
  readonly acknowledged: Acknowledged[] = []
  readonly offered: Offered[] = []
  readonly refused: Refused[] = []
  /** What the platform saw for itself that may never be. */
  readonly wrong: string[] = []
  /** Calls sent once more with the same ids. */
  repeated = 0
  /** Commands of which no answer has come so far, by what they are about. */
  readonly unanswered = new Map<string, number>()
  readonly #clock: () => number

  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock
  }

  now(): number {
    return this.#clock()
  }

  acknowledge(pool: string, deed: Deed, position = ''): void {
    this.acknowledged.push({ pool, deed, position, at: this.now() })
  }

  offer(offer: Omit<Offered, 'at'>): void {
    this.offered.push({ ...offer, at: this.now() })
  }

  refuse(refused: Omit<Refused, 'at'>): void {
    this.refused.push({ ...refused, at: this.now() })
  }

  /** A command is on its way until `answered` is called, with or without a good answer. */
  sent(what: string): void {
    this.unanswered.set(what, this.now())
  }

  answered(what: string): void {
    this.unanswered.delete(what)
  }

  violation(what: string): void {
    this.wrong.push(what)
  }
}

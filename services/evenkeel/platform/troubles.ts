import {
  type OperationsServiceClient,
  ReconcileCause,
  ReconciliationState,
} from '@evenkeel/proto/evenkeel/routing/v1/operations_service'
import { type Contact, ContactState } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import type { Crash, Day, Span } from '../day/day.ts'
import { SECOND } from '../day/day.ts'
import type { Random } from '../day/random.ts'
import type { Case } from './case.ts'
import { persistently } from './connection.ts'
import { type Customers, onLine } from './customers.ts'
import { endOf } from './ledger.ts'
import type { Scheduler } from './scheduler.ts'
import { SWITCH, timestamp } from './wire.ts'

/** Ids of one page of a reconciliation. */
const PAGE = 200
/** Between two looks at how far it is. */
const LOOK_MS = SECOND

/** What went wrong, and what came of it. */
export interface TroubleCounts {
  agentsVanished: number
  /** Answered by a customer whose agent had vanished. */
  dialsWithoutAgent: number
  /** Connections that a dead phone did not take. */
  endpointsDead: number
  legsDropped: number
  /** Ended or written up because a reconciliation missed them. */
  legsReconciled: number
  calledAgain: number
}

export const noTroubles: Readonly<TroubleCounts> = {
  agentsVanished: 0,
  dialsWithoutAgent: 0,
  endpointsDead: 0,
  legsDropped: 0,
  legsReconciled: 0,
  calledAgain: 0,
}

export interface TroublesWorld {
  readonly day: Day
  readonly scheduler: Scheduler
  readonly operations: OperationsServiceClient
  readonly random: Random
  readonly customers: Customers
  cases(): Iterable<Case>
  failed(error: unknown): void
  told(text: string): void
}

/** What befalls the platform's own machines and people: drawn with the day, done here. */
export class Troubles {
  readonly #world: TroublesWorld
  readonly counts: TroubleCounts = { ...noTroubles }

  constructor(world: TroublesWorld) {
    this.#world = world
  }

  /** From now on; what lies back has been. */
  begin(): void {
    const { day, scheduler } = this.#world
    for (const crash of day.troubles?.crashes ?? []) {
      if (crash.atMs < scheduler.now()) continue
      scheduler.at(crash.atMs, () => this.#crash(crash))
    }
  }

  isGone(agentId: string): boolean {
    const { vanished = [] } = this.#world.day.troubles ?? {}
    return vanished.some((one) => one.agentId === agentId && this.#isNow(one))
  }

  isDead(agentId: string): boolean {
    const { deadPhones = [], allPhonesDead = [] } = this.#world.day.troubles ?? {}
    const own = deadPhones.some((one) => one.agentId === agentId && this.#isNow(one))
    return own || allPhonesDead.some((one) => this.#isNow(one)) || this.isGone(agentId)
  }

  #isNow({ fromMs, untilMs }: Span): boolean {
    const now = this.#world.scheduler.now()
    return fromMs <= now && now < untilMs
  }

  /** Legs are gone, and nobody reports it: who was on them calls again, as people do. */
  #crash(crash: Crash): void {
    const { random, scheduler, customers, told } = this.#world
    for (const one of this.#world.cases()) {
      if (!hasLeg(one) || !random.chance(crash.lostShare)) continue
      this.counts.legsDropped += 1
      if (customers.lose(one)) this.counts.calledAgain += 1
    }
    told(`the switch crashes: ${this.counts.legsDropped} legs are gone`)
    scheduler.after(crash.downMs, () => {
      this.#reconcile(crash).catch((error) => this.#world.failed(error))
    })
  }

  /** The switch is back and says which legs it has; what else is open here has none. */
  async #reconcile(crash: Crash): Promise<void> {
    const { day, operations, scheduler, told } = this.#world
    const requestId = `crash-${crash.atMs}`
    const live = [...this.#world.cases()].filter(isListed).map((one) => one.arrival.contactId)
    const asOf = timestamp(scheduler.now())
    const common = { pool: day.pool, source: SWITCH, requestId, asOf }
    const call = operations.reconcileContacts.bind(operations)
    const cause = ReconcileCause.RECONCILE_CAUSE_SWITCH_LOST
    for (let from = 0, page = 1; from === 0 || from < live.length; from += PAGE, page += 1) {
      const liveContactIds = live.slice(from, from + PAGE)
      const last = from + PAGE >= live.length
      await persistently(call, { ...common, cause, page, liveContactIds, last, carryOut: false })
    }
    await this.#until(ReconciliationState.RECONCILIATION_STATE_COUNTED)
    const end = { page: 0, liveContactIds: [], last: false, carryOut: true }
    await persistently(call, { ...common, cause: 0, asOf: undefined, ...end })
    const done = await this.#until(ReconciliationState.RECONCILIATION_STATE_DONE)
    const { missingWaiting, missingOffered, missingConnected } = done
    this.counts.legsReconciled += missingWaiting + missingOffered + missingConnected
    told(`the switch is back: ${this.counts.legsReconciled} contacts without a leg are closed`)
  }

  async #until(state: ReconciliationState) {
    const { day, operations, scheduler } = this.#world
    const call = operations.getReconciliation.bind(operations)
    for (;;) {
      const { reconciliation } = await persistently(call, { pool: day.pool, source: SWITCH })
      if (reconciliation?.state === state) return reconciliation
      await new Promise<void>((resolve) => scheduler.after(LOOK_MS, resolve))
    }
  }
}

const WITH_AGENT: ReadonlySet<ContactState> = new Set([
  ContactState.CONTACT_STATE_CONNECTING,
  ContactState.CONTACT_STATE_CONNECTED,
])

const isOpen = (contact: Contact | undefined): boolean =>
  contact === undefined || endOf(contact) === undefined

/** The customer is on the line of the switch, as far as told. */
const hasLeg = (one: Case): boolean =>
  one.channel === 'voice' &&
  !one.lost &&
  one.latest !== undefined &&
  (WITH_AGENT.has(one.latest.state) || onLine(one.latest))

/** What the switch can speak for: what it knows to be gone is left out. */
const isListed = (one: Case): boolean => one.channel === 'voice' && !one.lost && isOpen(one.latest)

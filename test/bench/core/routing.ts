import { strict as assert } from 'node:assert'
import { EXPIRE_BUDGET, type Moment } from '@evenkeel/chassis/protocol'
import { Database } from '@evenkeel/chassis/table'
import {
  type Command,
  createState,
  type RoutingEvent,
  type RoutingState,
  routingCore,
} from '@evenkeel/routing/core'
import type { Listener, Subject } from './subject.ts'

/**
 * The routing core as a replica drives it: apply, then the journal closes and the touched rows are
 * named.
 */
export class RoutingSubject implements Subject {
  readonly db = new Database()
  readonly state: RoutingState = createState(this.db)
  #events: readonly RoutingEvent[] = []
  #offset = 0
  #touched = 0

  constructor() {
    this.db.commit()
  }

  apply(command: Command, time: number): void {
    const outcome = routingCore.apply(this.state, command, this.#at(time))
    if (!outcome.ok) assert.fail(`${command.kind}: ${JSON.stringify(outcome.rejection)}`)
    this.#events = outcome.events
    this.#touched = this.db.commit().length
  }

  tick(time: number): boolean {
    const { events, more } = routingCore.expire(this.state, this.#at(time), EXPIRE_BUDGET)
    this.#events = events
    this.#touched = this.db.commit().length
    return more
  }

  touched(): number {
    return this.#touched
  }

  tell(listener: Listener): void {
    for (const event of this.#events) tell(listener, event)
  }

  /** Both clocks run together: nobody falls asleep in a benchmark. */
  #at(time: number): Moment {
    return { time, uptime: time, offset: this.#offset++, logic: 1 }
  }
}

/** Tells of one event what a load must know of it. */
export function tell(listener: Listener, event: RoutingEvent): void {
  switch (event.kind) {
    case 'offerMade':
      return listener.offered(event.contactId, event.agentId, event.offerId)
    case 'offerClosed':
      return listener.returned(event.contactId)
    case 'offerAccepted':
      return listener.accepted(event.contactId)
    case 'contactConnected':
      return listener.connected(event.contactId)
    case 'contactEnded':
      return listener.ended(event.contact.contactId)
    case 'presenceChanged':
      return listener.presence(event.agentId, event.presence === 'ready')
    default:
  }
}

import type { Channel, Command, RoutingEvent, RoutingState } from '@evenkeel/routing/core'

/** What has been said of an agent, and until when each counts. */
interface Said {
  active: readonly Channel[]
  activeUntil: number
  readonly out: Set<Channel>
  /** Of all of them: that of the last word. */
  outUntil: number
  external: number
  externalUntil: number
  /** Kept from work by a supervisor. */
  heldUntil: number
  request: string
}

/** What agents can be offered beside presence and skill, from what was said of them alone. */
export class Availability {
  readonly #said = new Map<string, Said>()
  /** What lapses does so with a tick. */
  #asOf = 0
  /** Some of what lapses by then may have done so, and all of it once the tick is through. */
  reached = 0

  accepted(command: Command, time: number): void {
    if (command.kind === 'setActiveChannels') {
      const said = this.#of(command.agentId)
      said.active = command.channels
      said.activeUntil = command.until
    } else if (command.kind === 'setEndpointState') {
      const said = this.#of(command.agentId)
      for (const channel of command.channels) {
        if (command.reachable) said.out.delete(channel)
        else said.out.add(channel)
      }
      if (!command.reachable) said.outUntil = time + command.forMs
    } else if (command.kind === 'forceAgentState') {
      const said = this.#of(command.agentId)
      if (said.request === command.requestId) return
      said.request = command.requestId
      const held = command.holdMs > 0 && command.presence !== 'ready'
      said.heldUntil = held ? time + command.holdMs : 0
    } else if (command.kind === 'setExternalLoad') {
      const said = this.#of(command.agentId)
      said.external = command.weight
      said.externalUntil = time + command.forMs
    }
  }

  /** A contact that comes through shows that the endpoint answers. */
  told(events: readonly RoutingEvent[], state: RoutingState | undefined): void {
    for (const e of events) {
      const row = e.kind === 'contactConnected' && state?.contacts.get(`p/${e.contactId}`)
      if (row) this.#said.get(e.agentId)?.out.delete(row.channel)
    }
  }

  passed(time: number): void {
    this.#asOf = time
    for (const said of this.#said.values()) if (said.outUntil <= time) said.out.clear()
  }

  /** Who is forgotten comes back as somebody new. */
  forget(state: RoutingState): void {
    for (const id of this.#said.keys()) {
      if (state.agents.get(`p/${id}`) === undefined) this.#said.delete(id)
    }
  }

  counts(agentId: string, channel: Channel, onRequest: boolean): boolean {
    const said = this.#said.get(agentId)
    if (said === undefined) return !onRequest
    const unasked = said.active.length === 0 || said.activeUntil <= this.#asOf
    return (unasked ? !onRequest : said.active.includes(channel)) && !said.out.has(channel)
  }

  /** Only a supervisor can have the agent ready again: no hold is over before its time. */
  isHeld(agentId: string): boolean {
    return (this.#said.get(agentId)?.heldUntil ?? 0) > this.reached
  }

  external(agentId: string): number {
    const said = this.#said.get(agentId)
    return said !== undefined && said.externalUntil > this.#asOf ? said.external : 0
  }

  #of(agentId: string): Said {
    const known = this.#said.get(agentId) ?? {
      active: [],
      activeUntil: 0,
      out: new Set(),
      outUntil: 0,
      external: 0,
      externalUntil: 0,
      heldUntil: 0,
      request: '',
    }
    this.#said.set(agentId, known)
    return known
  }
}

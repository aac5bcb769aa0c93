import type { BridgeRule, Moment, ServiceCore } from '@evenkeel/chassis/protocol'
import { Database } from '@evenkeel/chassis/table'
import { must } from '../failure.ts'

/** How the record of a side begins: what it was given, to be given to it again. */
type Given<Command> = { readonly at: Moment } & (
  | { readonly command: Command }
  | { readonly tick: true }
)

export interface SideListener<Command, Event> {
  readonly given: (command: Command, ok: boolean, time: number) => void
  readonly told: (event: Event, time: number) => void
}

/** A core with its log, and what it has told so far; others read that when it reaches them. */
export class Side<State, Command, Event> {
  readonly told: Uint8Array[] = []
  readonly #service: ServiceCore<State, Command, Event>
  readonly #listener: SideListener<Command, Event>
  readonly #log: Given<Command>[] = []
  #db = new Database()
  #state: State
  #read = 0

  constructor(
    service: ServiceCore<State, Command, Event>,
    listener: SideListener<Command, Event> = { given: () => undefined, told: () => undefined },
  ) {
    this.#service = service
    this.#listener = listener
    this.#state = service.core.create(this.#db)
    this.#db.commit()
  }

  get state(): State {
    return this.#state
  }

  apply(command: Command, time: number): void {
    const at = this.#at(time)
    this.#log.push({ at, command })
    this.#applied(command, at)
  }

  /** The next event of the other side, if there is one; `lost`: it never arrives. */
  reads(told: readonly Uint8Array[], source: string, time: number, lost = false): boolean {
    const body = told[this.#read]
    if (body === undefined) return false
    this.#read += 1
    const rule: BridgeRule<Command> | undefined = this.#service.bridges.find(
      (one) => one.source === source,
    )
    const command = lost ? undefined : rule?.decode(body)
    if (command !== undefined) this.apply(command, time)
    return true
  }

  ticks(time: number): void {
    for (let more = true; more; ) {
      const at = this.#at(time)
      this.#log.push({ at, tick: true })
      more = this.#ticked(at)
    }
  }

  /** Killed, and begun anew with its log: it is what it was, and tells nothing twice. */
  restarts(): void {
    const before = this.#db.dump()
    const told = this.told.length
    this.#db = new Database()
    this.#state = this.#service.core.create(this.#db)
    this.#db.commit()
    for (const one of this.#log) {
      if ('command' in one) this.#applied(one.command, one.at, false)
      else this.#ticked(one.at, false)
    }
    must(this.#db.dump() === before, () => 'a log, read again, comes to something else')
    must(this.told.length === told, () => 'what is read again is told again')
  }

  #applied(command: Command, at: Moment, first = true): void {
    const outcome = this.#service.core.apply(this.#state, command, at)
    if (first) this.#listener.given(command, outcome.ok, at.time)
    if (outcome.ok) this.#tell(outcome.events, at, first)
    else this.#db.undo()
    this.#settle(at)
  }

  #ticked(at: Moment, first = true): boolean {
    const { events, more } = this.#service.core.expire(this.#state, at, 64)
    this.#tell(events, at, first)
    this.#settle(at)
    return more
  }

  #at(time: number): Moment {
    return { time, uptime: time, offset: 10 + this.#log.length, logic: 1 }
  }

  #tell(events: readonly Event[], at: Moment, first: boolean): void {
    if (!first) return
    for (const event of events) {
      this.told.push(this.#service.codec.encodeEvent(event))
      this.#listener.told(event, at.time)
    }
  }

  #settle(at: Moment): void {
    const broken = this.#service.core.invariants(this.#state, at, false)
    this.#db.commit()
    must(broken.length === 0, () => broken.join('; '))
  }
}

import type { Core, Moment, Outcome, ServiceCore, WorkItem } from '@evenkeel/chassis/protocol'
import type { Database } from '@evenkeel/chassis/table'
import type { Chance } from '../chance.ts'
import { must, sentenceOf } from '../failure.ts'

/** Records between two looks at everything. */
const fullScanRecords = 256
/** Of the commands, how many are first tried and undone. */
const rehearsed = 1 / 24

/** Told of everything that a core decides, in the order of the log. */
export interface Audience<State, Command, Event> {
  before(state: State, at: Moment): void
  decided(command: Command, outcome: Outcome<Event>, at: Moment): void
  /** Time has passed. `more`: not all that is due has been done. */
  passed(events: readonly Event[], more: boolean, at: Moment): void
  /** One slice of work that was too long for its command. `over`: it was the last. */
  worked(events: readonly Event[], at: Moment, slice: { item: WorkItem; over: boolean }): void
  broken(sentence: string): void
}

/** What a check finds broken ends the seed, not the replica that it was found in. */
export function reporting(broken: (sentence: string) => void, check: () => void): void {
  try {
    check()
  } catch (error) {
    broken(sentenceOf(error))
  }
}

/** A service whose every decision is looked at; decides as the service itself does. */
export function witnessed<State extends { readonly db: Database }, Command, Event>(
  service: ServiceCore<State, Command, Event>,
  chance: Chance,
  audience: Audience<State, Command, Event>,
): ServiceCore<State, Command, Event> {
  const { core } = service
  const scoped = (state: State, at: Moment) => {
    const broken = core.invariants(state, at, false)
    if (broken.length > 0) audience.broken(`invariant: ${broken.join('; ')}`)
  }
  const safely = (check: () => void) => reporting((sentence) => audience.broken(sentence), check)
  const looking: Core<State, Command, Event> = {
    ...core,
    apply(state, command, at) {
      if (chance.happens(rehearsed)) safely(() => rehearse(core, state, command, at))
      safely(() => audience.before(state, at))
      const outcome = core.apply(state, command, at)
      if (outcome.ok) scoped(state, at)
      safely(() => audience.decided(command, outcome, at))
      return outcome
    },
    expire(state, at, budget) {
      safely(() => audience.before(state, at))
      const fired = core.expire(state, at, budget)
      scoped(state, at)
      safely(() => audience.passed(fired.events, fired.more, at))
      return fired
    },
    work(state, item, at) {
      safely(() => audience.before(state, at))
      const slice = core.work(state, item, at)
      scoped(state, at)
      const over = slice.next === undefined
      safely(() => audience.worked(slice.events, at, { item, over }))
      return slice
    },
  }
  return { ...service, core: looking }
}

/** Whatever a command writes, undoing it leaves what was there; then it decides the same again. */
function rehearse<State extends { readonly db: Database }, Command, Event>(
  core: Core<State, Command, Event>,
  state: State,
  command: Command,
  at: Moment,
): void {
  const { db } = state
  const before = db.dump()
  try {
    core.apply(state, command, at)
  } catch {
    // It fails again when it is meant, and is reported there.
  }
  db.undo()
  must(
    db.dump() === before,
    () => `undo: a command left something behind ${difference(before, db.dump())}`,
  )
  const broken = db.check()
  must(broken.length === 0, () => `undo: ${broken.join('; ')}`)
}

function difference(before: string, after: string): string {
  const lines = new Set(before.split('\n'))
  const fresh = after.split('\n').find((line) => !lines.has(line))
  return fresh === undefined ? '(a row is gone)' : fresh.slice(0, 300)
}

/** Everything, now and then: what no single command could have been seen to break. */
export class FullScan<State extends { readonly db: Database }, Command, Event> {
  readonly #core: Core<State, Command, Event>
  #records = 0

  constructor(core: Core<State, Command, Event>) {
    this.#core = core
  }

  record(state: State, at: Moment): void {
    this.#records += 1
    if (this.#records % fullScanRecords === 0) this.now(state, at)
  }

  now(state: State, at: Moment): void {
    const broken = [...this.#core.invariants(state, at, true), ...state.db.check()]
    must(broken.length === 0, () => `full scan: ${broken.slice(0, 3).join('; ')}`)
  }
}

import type { FaultKind } from '@evenkeel/chassis/log/memory'

/** What a simulated fault stands for: the rows of docs/faults.md. */
interface Covered {
  readonly rows: readonly string[]
  readonly what: string
}

/** Everything that can go wrong in a seed. One that no seed of a long run meets is asleep. */
export const faults = {
  refused: { rows: ['F6'], what: 'the log takes no append' },
  ack_lost: { rows: ['F3'], what: 'appended, and nobody was told' },
  lost: { rows: ['F3', 'F5'], what: 'not appended, and nobody was told' },
  late: { rows: ['F3', 'F4', 'F5'], what: 'given up for lost, and appended behind its own retry' },
  delayed: { rows: ['F4'], what: 'an append or its acknowledgement takes seconds' },
  too_late: { rows: ['F4'], what: 'a command lands after its deadline' },
  delivery_delayed: { rows: ['F5'], what: 'records reach a replica seconds later' },
  split: { rows: ['F5'], what: 'records come in pieces' },
  broken: { rows: ['F5', 'F7'], what: 'a connection breaks off in the middle of reading' },
  leader_killed: { rows: ['F1'], what: 'the leader is killed' },
  killed_in_flight: { rows: ['F1'], what: 'a process is killed with a batch on its way' },
  killed: { rows: ['F1', 'F13'], what: 'a replica is killed' },
  all_killed: {
    rows: ['F1', 'F13'],
    what: 'every replica is killed, and begins with the log alone',
  },
  leader_paused: { rows: ['F2'], what: 'the leader stands still past its lease, then goes on' },
  paused: { rows: ['F2'], what: 'a follower stands still, then goes on' },
  blocked: { rows: ['F21'], what: 'a process does nothing for ten seconds' },
  left: { rows: ['F9'], what: 'a process drains and leaves, and is started anew' },
  handed_over: { rows: ['F9'], what: 'the leader gives up its lead' },
  log_down: { rows: ['F6', 'F7', 'F20b'], what: 'log and streams are out of reach for minutes' },
  stalled: { rows: ['F18', 'F20b'], what: 'everything stands still, nobody ticks' },
  ticks_doubled: { rows: ['F19'], what: 'ticks that the log holds come again' },
  clock_stepped: { rows: ['F17'], what: 'the log’s clock is off, by up to an hour' },
  replica_clock_stepped: { rows: ['F17'], what: 'a replica’s clock is off, by up to an hour' },
  twin: { rows: ['F20d'], what: 'a second process runs under a replica’s name' },
  out_of_turn: { rows: ['F2', 'F20d'], what: 'records of a run that is over, or with one missing' },
  stranger: { rows: ['F31'], what: 'records of a replica that never joined' },
  skills_killed: { rows: ['F28', 'F29'], what: 'the other service is killed' },
  reallocation_killed: {
    rows: ['F1', 'F28'],
    what: 'the leader of reallocation is killed, and another replays',
  },
  reallocation_gone: { rows: ['F28', 'F29'], what: 'all of reallocation is killed during moves' },
  routing_gone: { rows: ['F28', 'F29'], what: 'all of routing is killed during moves' },
  streams_down: { rows: ['F29'], what: 'events can be neither published nor read' },
  events_dropped: {
    rows: ['F29'],
    what: 'a stream drops its start, from where a bridge was to read on',
  },
  repeated: { rows: ['F30'], what: 'a stream holds an event twice' },
  log_truncated: { rows: ['F10'], what: 'the log has lost its end' },
  log_recreated: { rows: ['F10'], what: 'the log was deleted and made anew' },
  start_dropped: { rows: ['F11'], what: 'the log drops its start, as far as snapshots reach' },
  restored: { rows: ['F11', 'F12', 'F13'], what: 'a replica begins with a snapshot' },
  snapshot_partial: { rows: ['F12'], what: 'a snapshot was never finished' },
  snapshot_corrupt: { rows: ['F12'], what: 'a snapshot has a damaged chunk' },
  snapshot_cut: { rows: ['F12'], what: 'a snapshot has lost a chunk' },
  snapshot_foreign: { rows: ['F12'], what: 'a snapshot of another log lies among the log’s own' },
  shuffled: { rows: ['F30'], what: 'events reach a consumer twice, or before their turn' },
  poison_command: { rows: ['F14'], what: 'a command breaks an assertion' },
  replica_gone: { rows: ['F1'], what: 'a replica with a desk is gone for good' },
  start_cut: { rows: ['F11'], what: 'the log’s start is gone' },
  older_version: { rows: ['F15'], what: 'a version that does not know a kind of command' },
  mixed_versions: { rows: ['F15'], what: 'a newer logic, before and after everybody knows it' },
  strayed: { rows: ['F16'], what: 'a replica that decides otherwise' },
  unreadable_event: {
    rows: ['F31'],
    what: 'an event that this version can’t read is skipped by operators',
  },
  roster_changed: { rows: ['F32'], what: 'shifts are put, replaced, removed or imported' },
  shift_overlapped: { rows: ['F32'], what: 'a shift is to be where another is' },
  roster_edge: { rows: ['F32'], what: 'a guard time, a break or a shift begins or ends' },
  left_at_work: { rows: ['F32'], what: 'one that begins or ends in the middle of work' },
  profiles_too_old: { rows: ['F29'], what: 'what is known of the agents is too old for the pool' },
  clocks_changed: { rows: ['F32'], what: 'the clocks are changed where customers live' },
  foreign_bytes: { rows: ['F31'], what: 'a record that nobody can read' },
} as const satisfies Record<string, Covered>

export type FaultName = keyof typeof faults

export type FaultCounts = Readonly<Partial<Record<FaultName, number>>>

/** How the log's own faults are called here; an append that goes well is none. */
export const ofLog: Readonly<Record<Exclude<FaultKind, 'written'>, FaultName>> = {
  refused: 'refused',
  ack_lost: 'ack_lost',
  lost: 'lost',
  late: 'late',
  delayed: 'delayed',
  delivery_delayed: 'delivery_delayed',
  split: 'split',
  broken: 'broken',
  repeated: 'repeated',
  clock_stepped: 'clock_stepped',
}

export const faultNames = Object.keys(faults) as readonly FaultName[]

/** What all seeds of a run met: how often, and in how many seeds. */
export class Coverage {
  readonly #times = new Map<FaultName, { times: number; seeds: number }>()

  add(counts: FaultCounts): void {
    for (const name of faultNames) {
      const times = counts[name] ?? 0
      if (times === 0) continue
      const known = this.#times.get(name) ?? { times: 0, seeds: 0 }
      this.#times.set(name, { times: known.times + times, seeds: known.seeds + 1 })
    }
  }

  rows(): { fault: FaultName; rows: readonly string[]; times: number; seeds: number }[] {
    return faultNames.map((fault) => {
      const { times, seeds } = this.#times.get(fault) ?? { times: 0, seeds: 0 }
      return { fault, rows: faults[fault].rows, times, seeds }
    })
  }

  /** Faults that never happened. */
  asleep(): FaultName[] {
    return faultNames.filter((name) => !this.#times.has(name))
  }

  table(): string[] {
    return this.rows().map(({ fault, rows, times, seeds }) => {
      const many = `${String(times).padStart(9)} times in ${String(seeds).padStart(6)} seeds`
      return `${many}  ${fault.padEnd(22)} ${rows.join(', ').padEnd(12)} ${faults[fault].what}`
    })
  }
}

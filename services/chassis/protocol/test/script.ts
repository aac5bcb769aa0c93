import { Partition, type Verdict } from '../index.ts'
import type { Body, LogRecord } from '../index.ts'
import { encodeEnvelope } from '../../replica/record.ts'
import { type Command, type Event, type State, counterService } from './counter.ts'

export const incarnation = '0123456789abcdef'
export const start = Date.UTC(2026, 0, 5, 8)

export const genesis: Body<Command> = {
  kind: 'genesis',
  incarnation,
  partitions: 1,
  service: 'counter',
}

/**
 * A record as a test writes it; what is left out is what a well-behaved replica 'a' would write
 * next.
 */
export interface Line {
  readonly body: Body<Command>
  readonly replica?: string
  readonly epoch?: number
  readonly sequence?: number
  readonly notAfterMs?: number
  readonly clockMs?: number
  readonly timestampMs?: number
  readonly offset?: number
}

/** A partition fed by hand, one record after the other. */
export class Script {
  readonly partition: Partition<State, Command, Event>
  readonly #epochs = new Map<string, number>()
  readonly #sequences = new Map<string, number>()

  constructor(feeds: readonly string[] = [], logic = 1) {
    this.partition = new Partition({
      service: counterService('counter', feeds, logic),
      partition: 0,
      partitions: 1,
      envelope: encodeEnvelope,
    })
  }

  /** Genesis and the Join of 'a'. */
  static begun(feeds: readonly string[] = [], logic = 1): Script {
    const script = new Script(feeds, logic)
    script.take({ body: genesis })
    script.join('a', 'boot-1', { logic })
    script.command({ kind: 'say', events: 0 })
    return script
  }

  take(line: Line): Verdict {
    const { partition } = this
    const { body, replica = body.kind === 'genesis' ? '' : 'a' } = line
    const outside = body.kind === 'genesis' || body.kind === 'join'
    const epoch = line.epoch ?? (outside ? 0 : (this.#epochs.get(replica) ?? 0))
    const sequence = line.sequence ?? (outside ? 0 : (this.#sequences.get(replica) ?? 0) + 1)
    const { notAfterMs = 0, clockMs = start, timestampMs = start } = line
    const record: LogRecord<Command> = { replica, epoch, sequence, notAfterMs, clockMs, body }
    const offset = line.offset ?? partition.offset + 1
    const bytes = new TextEncoder().encode(JSON.stringify(record))
    const verdict = partition.apply(record, { offset, timestampMs, bytes })
    partition.db.commit()
    const standing = partition.standing(replica)
    if (standing) {
      this.#epochs.set(replica, standing.epoch)
      this.#sequences.set(replica, standing.sequence)
    }
    return verdict
  }

  join(replica: string, bootNonce: string, { clockMs = start, logic = 1 } = {}): Verdict {
    const body = { kind: 'join', bootNonce, supportedLogic: logic } as const
    return this.take({ replica, body, clockMs, timestampMs: clockMs })
  }

  activate(logic: number): Verdict {
    return this.take({ body: { kind: 'activateLogic', logic } })
  }

  command(command: Command, line: Omit<Line, 'body'> = {}): Verdict {
    return this.take({ ...line, body: { kind: 'command', command } })
  }

  tick(clockMs: number, timestampMs = clockMs): Verdict {
    return this.tickOf('a', clockMs, timestampMs)
  }

  tickOf(replica: string, clockMs: number, timestampMs = clockMs): Verdict {
    const { offset } = this.partition
    const body = { kind: 'tick', incarnation, offset, chain: this.partition.chain() } as const
    return this.take({ replica, body, clockMs, timestampMs })
  }

  claim(replica: string, clockMs: number): Verdict {
    return this.take({ replica, body: { kind: 'claim' }, clockMs, timestampMs: clockMs })
  }

  goOn(): Verdict {
    return this.take({ body: { kind: 'continue' } })
  }

  value(key: string): number | undefined {
    return this.partition.state.counters.get(key)?.value
  }

  /** The state, without what every record leaves behind. */
  dump(): string {
    return this.partition.db
      .dump()
      .split('\n')
      .filter((line) => !/^protocol\.(meta|replicas) /.test(line))
      .join('\n')
  }
}

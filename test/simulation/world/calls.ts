import { CodedError } from '@evenkeel/chassis/errors'
import type { Applied } from '@evenkeel/chassis/replica'
import { Command } from '@evenkeel/proto/evenkeel/routing/log/v1/command'
import type { RoutingState } from '@evenkeel/routing/core'
import type { Chance } from '../chance.ts'
import type { Process } from '../host.ts'

export type WireCommand = NonNullable<Command['kind']>

/** What a caller learns from the answer, once it has one. */
export type Heard = (command: WireCommand, answer: Applied | CodedError) => void

interface Call {
  readonly command: WireCommand
  readonly bytes: Uint8Array
  triesLeft: number
}

const triesMax = 8
/** Said before, to be said again; the oldest are forgotten. */
const rememberedMax = 60

/** Codes that leave a caller without an answer: it asks again, with the same ids. */
const unanswered: ReadonlySet<string> = new Set([
  'LOG_UNAVAILABLE',
  'OUTCOME_UNKNOWN',
  'DEADLINE_EXCEEDED',
  'REPLICA_NOT_READY',
  'REPLICA_FENCED',
  'SERVER_LEAVING',
  'OVERLOADED',
  'COMMAND_TOO_LATE',
  'WORK_LIST_FULL',
  'OUTBOX_FULL',
])

/** The platform's end of the API: every call is repeated, to whichever process is there, until it is answered. */
export class Calls {
  readonly #processes: () => Process<RoutingState>[]
  readonly #chance: Chance
  readonly #heard: Heard
  readonly #broken: (sentence: string) => void
  readonly #waiting: Call[] = []
  readonly #said: WireCommand[] = []
  #outstanding = 0

  constructor(options: {
    readonly processes: () => Process<RoutingState>[]
    readonly chance: Chance
    readonly heard: Heard
    readonly broken: (sentence: string) => void
  }) {
    this.#processes = options.processes
    this.#chance = options.chance
    this.#heard = options.heard
    this.#broken = options.broken
  }

  get outstanding(): number {
    return this.#outstanding + this.#waiting.length
  }

  say(command: WireCommand): void {
    const bytes = Command.encode({ kind: command }).finish()
    this.#said.push(command)
    if (this.#said.length > rememberedMax) this.#said.shift()
    this.#try({ command, bytes, triesLeft: triesMax })
  }

  /** Something that was said before. */
  former(): WireCommand | undefined {
    return this.#chance.any(this.#said)
  }

  /** Whoever had no answer asks again. */
  repeat(): void {
    for (const call of this.#waiting.splice(0)) this.#try(call)
  }

  #try(call: Call): void {
    const process = this.#chance.any(this.#processes())
    call.triesLeft -= 1
    if (process?.replica === undefined) return this.#later(call)
    const deadlineMs = this.#chance.pick([300, 2_000, 10_000])
    this.#outstanding += 1
    const once = (then: () => void) => {
      if (!process.lost.delete(lost)) return
      this.#outstanding -= 1
      then()
    }
    const lost = () => once(() => this.#later(call))
    process.lost.add(lost)
    try {
      process.replica
        .submit(call.bytes, { deadlineMs }, (applied) => applied)
        .then(
          (applied) =>
            once(() => {
              this.#heard(call.command, applied)
              if (this.#chance.happens(0.05)) this.#readElsewhere(applied.position)
            }),
          (error: unknown) => once(() => this.#refused(call, error)),
        )
    } catch (error) {
      once(() => this.#refused(call, error))
    }
  }

  /** Whoever has an answer finds it wherever it looks, if it says so. */
  #readElsewhere(position: string): void {
    const { name = '', replica } = this.#chance.any(this.#processes()) ?? {}
    const offset = Number(position.slice(position.indexOf('/') + 1))
    replica?.atLeast(position, 5_000).then(
      () => {
        if (replica.now().offset >= offset) return
        this.#broken(`${name} is asked for ${position} and answers from ${replica.position()}`)
      },
      () => {},
    )
  }

  #refused(call: Call, error: unknown): void {
    if (!(error instanceof CodedError)) {
      return this.#broken(`${call.command.$case} was answered with ${String(error)}`)
    }
    if (unanswered.has(error.code)) this.#later(call)
    else this.#heard(call.command, error)
  }

  #later(call: Call): void {
    if (call.triesLeft > 0) this.#waiting.push(call)
  }
}

import { CodedError } from '@evenkeel/chassis/errors'
import { Command } from '@evenkeel/proto/evenkeel/skills/log/v1/command'
import type { SkillsState } from '@evenkeel/skills/core'
import type { Chance } from '../chance.ts'
import type { Process } from '../host.ts'

export type SkillsWireCommand = NonNullable<Command['kind']>

export const etagOf = (changed: number): string => `v${changed.toString(36)}`

/** Somebody who calls the skills service, one call at a time. */
export class SkillsCalls {
  readonly #processes: () => Process<SkillsState>[]
  readonly #chance: Chance
  readonly #broken: (sentence: string) => void
  #busy = false

  constructor(options: {
    readonly processes: () => Process<SkillsState>[]
    readonly chance: Chance
    readonly broken: (sentence: string) => void
  }) {
    this.#processes = options.processes
    this.#chance = options.chance
    this.#broken = options.broken
  }

  get busy(): boolean {
    return this.#busy
  }

  state(): SkillsState | undefined {
    return this.#processes()[0]?.replica?.state
  }

  /** `then`: it is done. */
  say(command: SkillsWireCommand, then: () => void): void {
    const process = this.#chance.any(this.#processes())
    if (process?.replica === undefined) return
    this.#busy = true
    const once = (heard: () => void) => {
      if (!process.lost.delete(lost)) return
      this.#busy = false
      heard()
    }
    const lost = () => once(() => {})
    process.lost.add(lost)
    try {
      process.replica
        .submit(Command.encode({ kind: command }).finish(), { deadlineMs: 2_000 }, () => {})
        .then(
          () => once(then),
          (error: unknown) => once(() => this.#refused(error, then)),
        )
    } catch (error) {
      once(() => this.#refused(error, then))
    }
  }

  /** An etag that is stale, after an answer that was lost, says that it is done. */
  #refused(error: unknown, then: () => void): void {
    if (!(error instanceof CodedError)) this.#broken(`skills answered ${String(error)}`)
    else if (error.code === 'COMMAND_FAILED') this.#broken(error.message)
    else if (error.code.includes('ETAG')) then()
  }
}

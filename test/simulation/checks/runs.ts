import type { LogRecord, Verdict } from '@evenkeel/chassis/protocol'
import { must } from '../failure.ts'

/** Whose records may count, kept by a clerk who knows no more than the rule. */
export class Runs {
  readonly #runs = new Map<string, { readonly epoch: number; readonly last: number }>()

  took(record: LogRecord<unknown>, offset: number, verdict: Verdict): void {
    const { replica, epoch, sequence, body } = record
    const { kind } = body
    if (kind === 'genesis' || kind === 'skip') return
    if (kind === 'join') {
      if (verdict.kind === 'applied') this.#runs.set(replica, { epoch: offset, last: 0 })
      return
    }
    const run = this.#runs.get(replica)
    const next = run?.epoch === epoch && run.last + 1 === sequence
    if (next) this.#runs.set(replica, { epoch, last: sequence })
    const discounted = verdict.kind === 'ignored' && outOfTurn.has(verdict.reason)
    must(next !== discounted, () => {
      const stands = `${replica} stands at ${run?.epoch}/${run?.last}`
      return `${kind} ${epoch}/${sequence} is ${next ? 'passed over' : 'counted'}, ${stands}`
    })
  }
}

const outOfTurn: ReadonlySet<string> = new Set([
  'stranger',
  'fenced',
  'duplicate',
  'out_of_sequence',
])

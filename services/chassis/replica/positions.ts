import { type CodedError, common, refused } from '../errors/index.ts'
import type { RealTime } from './real-time.ts'

/** For the refusal to reach its caller in time. */
const ANSWER_MARGIN_MS = 50

interface Reader {
  readonly offset: number
  readonly reached: () => void
  readonly failed: (error: CodedError) => void
}

/** Reads that wait until this replica has come as far as they have seen elsewhere. */
export class Positions {
  readonly #partition: number
  readonly #time: RealTime
  readonly #readers = new Set<Reader>()

  constructor(partition: number, time: RealTime) {
    this.#partition = partition
    this.#time = time
  }

  text(offset: number): string {
    return `${this.#partition}/${offset}`
  }

  wait(position: string, applied: number, deadlineMs: number): Promise<void> {
    const [, partition, offset] = /^(\d{1,9})\/(\d{1,15})$/.exec(position) ?? []
    const field = 'evenkeel-at-least'
    if (partition === undefined) return Promise.reject(refused('POSITION_MALFORMED', field))
    if (Number(partition) !== this.#partition) {
      return Promise.reject(refused('POSITION_ELSEWHERE', field, this.#partition, partition))
    }
    if (Number(offset) <= applied) return Promise.resolve()
    // A reader who is told at its own deadline has stopped listening and would hear of nothing but
    // the deadline.
    const patienceMs = deadlineMs - Math.min(ANSWER_MARGIN_MS, deadlineMs / 2)
    return new Promise((resolve, reject) => {
      const cancel = this.#time.after(patienceMs, () => {
        this.#readers.delete(reader)
        reject(common('POSITION_NOT_REACHED', { position }))
      })
      const leave = () => {
        cancel()
        this.#readers.delete(reader)
      }
      const reader: Reader = {
        offset: Number(offset),
        reached: () => {
          leave()
          resolve()
        },
        failed: (error) => {
          leave()
          reject(error)
        },
      }
      this.#readers.add(reader)
    })
  }

  reached(offset: number): void {
    for (const reader of this.#readers) if (reader.offset <= offset) reader.reached()
  }

  fail(error: () => CodedError): void {
    for (const reader of this.#readers) reader.failed(error())
  }
}

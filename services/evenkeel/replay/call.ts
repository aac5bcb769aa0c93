import type { BrokenLine } from './lines.ts'

/** One recorded contact, whatever file it came from. */
export interface Call {
  readonly line: number
  readonly contactId: string
  /** When it entered the queue. */
  readonly atMs: number
  readonly kind: string
  readonly priority: number
  readonly requirements: readonly { readonly skillId: string; readonly level: number }[]
  /** Empty: nobody known. */
  readonly customerKey: string
  readonly patience: Patience
  /** Undefined: not recorded, to be drawn. */
  readonly handleMs: number | undefined
}

/**
 * How long the customer would wait: seen to leave after that long, or known to have waited longer
 * than that.
 */
export interface Patience {
  readonly ms: number
  readonly censored: boolean
}

/** What a file says of one day. */
export interface Recorded {
  readonly calls: readonly Call[]
  readonly broken: readonly BrokenLine[]
  /** Rows that are no contacts of the day, by reason. */
  readonly leftOut: ReadonlyMap<string, number>
}

/** A field that is not what it should be; the line is left out. */
export class BrokenField extends Error {
  override readonly name = 'BrokenField'
}

export function wholeNumber(
  name: string,
  text: string | undefined,
  min: number,
  max: number,
): number {
  const value = Number(text)
  if (text === undefined || !/^-?\d+$/.test(text) || value < min || value > max) {
    throw new BrokenField(`${name} "${text ?? ''}" is not a whole number ${min} to ${max}`)
  }
  return value
}

export function decimal(name: string, text: string | undefined, min: number, max: number): number {
  const value = Number(text)
  if (!text || !/^\d+(\.\d+)?$/.test(text) || value < min || value > max) {
    throw new BrokenField(`${name} "${text ?? ''}" is not a number ${min} to ${max}`)
  }
  return value
}

/** Keeps what a parser makes of each line, or why the line is broken. */
export class Recorder {
  readonly calls: Call[] = []
  readonly broken: BrokenLine[] = []
  readonly leftOut = new Map<string, number>()
  readonly #lineOf = new Map<string, number>()

  /** `parse` gives a call, or why the row is none. */
  record(line: number, parse: () => Call | string): void {
    try {
      const found = parse()
      if (typeof found === 'string') {
        this.leftOut.set(found, (this.leftOut.get(found) ?? 0) + 1)
      } else {
        this.#keep(found)
      }
    } catch (error) {
      if (!(error instanceof BrokenField)) throw error
      this.broken.push({ line, reason: error.message })
    }
  }

  #keep(call: Call): void {
    const first = this.#lineOf.get(call.contactId)
    if (first !== undefined) {
      throw new BrokenField(`contact ${call.contactId} is in line ${first} already`)
    }
    this.#lineOf.set(call.contactId, call.line)
    this.calls.push(call)
  }

  sorted(): Recorded {
    this.calls.sort((a, b) => a.atMs - b.atMs || a.line - b.line)
    return { calls: this.calls, broken: this.broken, leftOut: this.leftOut }
  }
}

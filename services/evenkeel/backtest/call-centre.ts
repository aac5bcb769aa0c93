import { MINUTE, SECOND } from '../day/day.ts'
import type { Call } from '../replay/call.ts'

/** Something that the log says happened, in the order in which it did. */
type Happening =
  | { readonly kind: 'freed'; readonly call: Call; readonly atMs: number }
  | { readonly kind: 'left'; readonly call: Call; readonly atMs: number }
  | { readonly kind: 'came'; readonly call: Call; readonly atMs: number }

const ORDER = ['freed', 'left', 'came'] as const

/**
 * Services of less than ten seconds were not recorded as services (the agent hung up): the agent
 * was
 * free again after about this.
 */
const BRIEF_MS = 5 * SECOND

export const waitedMs = (call: Call): number => call.patience.ms
/** Censored patience: the customer was still there when an agent answered. */
export const wasAnswered = (call: Call): boolean => call.patience.censored
/** Calls that find an agent free have no wait to be predicted. */
export const wasDelayed = (call: Call): boolean => call.patience.ms > 0

function happenings(calls: readonly Call[]): Happening[] {
  const all = calls.flatMap((call): Happening[] => {
    const answeredMs = call.atMs + waitedMs(call)
    const came: Happening = { kind: 'came', call, atMs: call.atMs }
    const left: Happening = { kind: 'left', call, atMs: answeredMs }
    if (!wasAnswered(call)) return [came, left]
    const freed: Happening = { kind: 'freed', call, atMs: answeredMs + (call.handleMs ?? BRIEF_MS) }
    return wasDelayed(call) ? [came, left, freed] : [came, freed]
  })
  // In one second, who got free was free before the next one came.
  return all.sort(
    (a, b) =>
      a.atMs - b.atMs || ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || a.call.line - b.call.line,
  )
}

/** One point of priority moves a call ahead by this; the bank's highest class has three. */
const AGING_MS = MINUTE / 2

/** A call's place is by this, the smallest first. */
const keyOf = (call: Call): number => call.atMs - call.priority * AGING_MS

/** What stands at a moment of the recorded time: who waits, and who is with an agent. */
export class CallCentre {
  readonly #waiting = new Set<Call>()
  readonly #serving = new Map<string, number>()
  #served = 0

  /** Calls with an agent. */
  get busy(): number {
    return this.#served
  }

  /** Calls of a kind with an agent. */
  serving(kind: string): number {
    return this.#serving.get(kind) ?? 0
  }

  /** How many are served before this call if nobody leaves. */
  ahead(call: Call): number {
    let ahead = 0
    for (const other of this.#waiting) if (keyOf(other) <= keyOf(call)) ahead += 1
    return ahead
  }

  /** Since when the first of a kind waits; undefined: none does. */
  headSince(kind: string): number | undefined {
    let head: Call | undefined
    for (const other of this.#waiting) {
      if (other.kind !== kind) continue
      if (head === undefined || keyOf(other) < keyOf(head)) head = other
    }
    return head?.atMs
  }

  wait(call: Call): void {
    this.#waiting.add(call)
  }

  leave(call: Call): void {
    this.#waiting.delete(call)
  }

  serve(call: Call): void {
    this.#served += 1
    this.#serving.set(call.kind, this.serving(call.kind) + 1)
  }

  free(call: Call): void {
    this.#served -= 1
    this.#serving.set(call.kind, this.serving(call.kind) - 1)
  }
}

/** Who looks on: each is told in the order of time, and of nothing before it happened. */
export interface Onlooker {
  /** A call found nobody free; the centre stands as it was just before. */
  delayed(call: Call, centre: CallCentre): void
  /** An agent answered, at once or after a wait. */
  answered(call: Call): void
  freed(call: Call, atMs: number): void
}

/** Tells the recorded calls in the order in which things happened. */
export function recount(
  calls: readonly Call[],
  onlookers: readonly Onlooker[],
  progress: (share: number) => void,
): void {
  const centre = new CallCentre()
  const all = happenings(calls)
  all.forEach(({ kind, call, atMs }, index) => {
    if (index % 1_000 === 0) progress(index / all.length)
    if (kind === 'came') arrive(call, centre, onlookers)
    else if (kind === 'left') {
      centre.leave(call)
      if (wasAnswered(call)) answer(call, centre, onlookers)
    } else {
      centre.free(call)
      for (const one of onlookers) one.freed(call, atMs)
    }
  })
}

function arrive(call: Call, centre: CallCentre, onlookers: readonly Onlooker[]): void {
  if (!wasDelayed(call)) {
    if (wasAnswered(call)) answer(call, centre, onlookers)
    return
  }
  for (const one of onlookers) one.delayed(call, centre)
  centre.wait(call)
}

function answer(call: Call, centre: CallCentre, onlookers: readonly Onlooker[]): void {
  centre.serve(call)
  for (const one of onlookers) one.answered(call)
}

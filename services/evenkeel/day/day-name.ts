import { MINUTE } from './day.ts'
import { DAY_KINDS, type DayKind } from './demand.ts'

/** What a generated day is made from: the same key gives the same day. */
export interface DayKey {
  readonly kind: DayKind
  readonly seed: number
  readonly openMs: number
  readonly durationMs: number
}

/**
 * The name that the day's pool is given, so that whoever goes on with it knows which day it was.
 */
export function nameOf({ kind, seed, openMs, durationMs }: DayKey): string {
  const from = new Date(openMs).toISOString()
  return `${kind} day from ${from} for ${durationMs / MINUTE} min, seed ${seed}`
}

const NAME = /^(\w+) day from (\S+) for (\d+(?:\.\d+)?) min, seed (\d+)$/

/** Undefined: not a name that `nameOf` gives. */
export function keyOf(name: string): DayKey | undefined {
  const [named, from, minutes, seed] = (NAME.exec(name) ?? []).slice(1)
  const kind = DAY_KINDS.find((one) => one === named)
  const openMs = Date.parse(from ?? '')
  if (kind === undefined || Number.isNaN(openMs)) return undefined
  return { kind, openMs, durationMs: Number(minutes) * MINUTE, seed: Number(seed) }
}

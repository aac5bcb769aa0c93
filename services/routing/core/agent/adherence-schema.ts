import { int, NONE, ref, text, value } from '@evenkeel/chassis/table'
import { keyBytesMax } from '../limits.ts'

/**
 * Where agents are beside where the roster has them. There: ready, or draining. `unrostered`:
 * nothing of their roster is known; `onDuty` and `offDuty` keep to it; `lateIn`: not there since
 * their span on channel has begun; `away`: there in it, and not any more.
 */
export const adherences = [
  'unrostered',
  'onDuty',
  'offDuty',
  'lateIn',
  'away',
  'onThoughOff',
] as const
export type Adherence = (typeof adherences)[number]

/** The number of a set of agents: those of one timesheet who are so. */
export const adherenceSet = (timesheet: number, adherence: Adherence): number =>
  timesheet === NONE ? NONE : timesheet * adherences.length + adherences.indexOf(adherence)

/** Agents' time added up, ms. */
export interface RosteredTime {
  /** By the roster on channel. */
  readonly rosteredMs: number
  /** Of it, there. */
  readonly adheredMs: number
  /** There beside it. */
  readonly beyondMs: number
}

export interface Quarter extends RosteredTime {
  readonly from: number
}

/** A team's time by quarters of an hour, so that a day of any zone can be asked for. */
export const timesheets = {
  /** pool/team */
  id: text(keyBytesMax),
  pool: ref('pools'),
  seq: int(),
  /** Up to then `quarters` have what those who are on it now have done. */
  countedUntil: int(),
  /** Ascending; those in which nobody was rostered or there are left out. */
  quarters: value<readonly Quarter[]>(),
}

import type { Book } from '../book/book.ts'
import { effectsOf } from './effects.ts'
import { livesOf } from './lives.ts'
import { distinct, type Raw } from './published.ts'

/** Refused for good, and nobody's fault: others were faster, or it was over. */
const RACES: ReadonlySet<string> = new Set([
  'ATTEMPT_CLAIMED',
  'ATTEMPT_CLOSED',
  'ATTEMPT_UNKNOWN',
  'CALLBACK_NOT_OFFERED',
  'CONTACT_ENDED',
  'CONTACT_NOT_YOURS',
  'CONTACT_STATE',
  'OFFER_CLOSED',
  'OFFER_UNKNOWN',
  'SESSION_UNKNOWN',
])

export interface Judged {
  readonly acknowledged: number
  readonly lost: number
  readonly doubled: number
  readonly events: number
  readonly repeats: number
  readonly foreign: number
  readonly contacts: number
  /** Every one is a broken promise. */
  readonly findings: readonly string[]
}

/** What the platform was told, against what was published. */
export function judge(book: Book, records: Iterable<Raw>) {
  const { events, repeats, foreign, findings } = distinct(records)
  const effects = effectsOf(book.acknowledged, events)
  const lives = livesOf(events)
  const judged: Judged = {
    acknowledged: book.acknowledged.length,
    lost: effects.lost.length,
    doubled: effects.doubled.length,
    events: events.length,
    repeats,
    foreign,
    contacts: lives.begun.size,
    findings: [
      ...effects.lost.map((what) => `lost: ${what}`),
      ...effects.doubled.map((what) => `doubled: ${what}`),
      ...effects.late.map((what) => `decided after the position that was stated: ${what}`),
      ...lives.findings,
      ...lives.open.map((what) => `${what} was accepted and never ended`),
      ...findings,
      ...refusals(book),
      ...claimedTwice(book),
      ...book.wrong,
    ],
  }
  return { judged, events }
}

function refusals(book: Book): string[] {
  const counts = new Map<string, number>()
  for (const { code, message, retryable } of book.refused) {
    if (retryable || RACES.has(code)) continue
    const said = `${code} (${message})`
    counts.set(said, (counts.get(said) ?? 0) + 1)
  }
  return [...counts].map(([said, count]) => `${count} calls were refused for good with ${said}`)
}

/** Two diallers that were both told to dial have dialled the customer twice. */
function claimedTwice(book: Book): string[] {
  const claimants = new Map<string, string>()
  const findings: string[] = []
  for (const { pool, deed } of book.acknowledged) {
    if (deed.kind !== 'dialClaimed') continue
    const name = `${pool}: dial ${deed.dial.id} of ${deed.contactId}`
    const first = claimants.get(name) ?? deed.dial.by
    claimants.set(name, first)
    if (first !== deed.dial.by) findings.push(`${name} was given to ${first} and ${deed.dial.by}`)
  }
  return findings
}

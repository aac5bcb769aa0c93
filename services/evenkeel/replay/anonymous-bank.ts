import { createHash } from 'node:crypto'
import { HOUR, MINUTE, SECOND } from '../day/day.ts'
import {
  BrokenField,
  type Call,
  type Patience,
  Recorder,
  type Recorded,
  wholeNumber,
} from './call.ts'
import { readTable, type Row } from './lines.ts'

/** Kinds of calls as the log names them. */
const KINDS = ['PS', 'PE', 'IN', 'NE', 'NW', 'TT'] as const

/**
 * A customer of the highest class (2) was moved ahead by a minute and a half: three points of 30 s.
 */
const PRIORITY_POINTS: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 3 }

const DAY_MS = 24 * HOUR
/**
 * Shorter services are the agent hanging up on the customer (a fault of that year), not the
 * customer's need.
 */
const SERVICE_MS_MIN = 10 * SECOND

/**
 * The call log of an Israeli bank's call centre, 1999 (Mandelbaum et al., Technion): the calls of
 * `date`, or of every date. Times are wall times, which are taken as UTC: a replay needs their
 * differences only.
 */
export async function readAnonymousBank(
  path: string,
  date: string | undefined,
  progress: (read: number, size: number) => void,
): Promise<Recorded> {
  const recorder = new Recorder()
  const day = date?.slice(2).replaceAll('-', '')
  await readTable(path, {
    columns: [
      ...[
        'vru+line',
        'call_id',
        'customer_id',
        'priority',
        'type',
        'date',
        'vru_entry',
        'vru_exit',
      ],
      ...['q_start', 'q_time', 'outcome', 'ser_time'],
    ],
    delimiter: '\t',
    progress,
    broken: (line) => recorder.broken.push(line),
    row: (row) => recorder.record(row.line, () => callOf(row, day)),
  })
  return recorder.sorted()
}

function callOf({ line, fields }: Row, day: string | undefined): Call | string {
  const midnightMs = midnightOf(fields.date ?? '')
  if (day !== undefined && fields.date !== day) return 'another day'
  const kind = KINDS.find((known) => known === fields.type)
  if (kind === undefined)
    throw new BrokenField(`type "${fields.type}" is none of ${KINDS.join(' ')}`)
  const vruLine = fields['vru+line'] ?? ''
  if (!/^[A-Z0-9]{1,16}$/.test(vruLine)) throw new BrokenField(`vru+line "${vruLine}" is no line`)
  const callId = wholeNumber('call_id', fields.call_id, 0, 1e9)
  const priority = PRIORITY_POINTS[wholeNumber('priority', fields.priority, 0, 2)] ?? 0
  const waitedMs = SECOND * wholeNumber('q_time', fields.q_time, 0, 86_400)
  const servedMs = SECOND * wholeNumber('ser_time', fields.ser_time, 0, 86_400)
  const sinceMidnight = queuedAt(fields)
  const queued = timeOfDay('q_start', fields.q_start) > 0 || waitedMs > 0
  const outcome = outcomeOf(fields.outcome, queued, waitedMs)
  if (typeof outcome === 'string') return outcome
  return {
    line,
    contactId: `${vruLine}-${callId}`,
    atMs: midnightMs + sinceMidnight,
    kind: kind.toLowerCase(),
    priority,
    // Customers of the highest class are for agents who have done this before.
    requirements: [{ skillId: kind.toLowerCase(), level: priority > 0 ? 2 : 1 }],
    customerKey: keyOf(fields.customer_id ?? ''),
    patience: outcome,
    handleMs: servedMs < SERVICE_MS_MIN ? undefined : servedMs,
  }
}

/** The log is of 1999; a date of another year is a slip of the pen, and so is a 31st of February. */
function midnightOf(date: string): number {
  const [year, month, day] = (/^(\d\d)(\d\d)(\d\d)$/.exec(date) ?? []).slice(1)
  const iso = `19${year}-${month}-${day}`
  const midnightMs = Date.parse(`${iso}T00:00:00Z`)
  const real = !Number.isNaN(midnightMs) && new Date(midnightMs).toISOString().startsWith(iso)
  if (!real || year !== '99') throw new BrokenField(`date "${date}" is not a day of 1999 as YYMMDD`)
  return midnightMs
}

/**
 * The start of the wait: in the queue, or the end of the VRU for those who were answered at once.
 */
function queuedAt(fields: Row['fields']): number {
  const entry = timeOfDay('vru_entry', fields.vru_entry)
  const queue = timeOfDay('q_start', fields.q_start)
  const at = queue > 0 ? queue : timeOfDay('vru_exit', fields.vru_exit)
  // After midnight the day goes on; a queue that begins a second before the VRU is two clocks.
  return at < entry - DAY_MS / 2 ? at + DAY_MS : at
}

function outcomeOf(
  outcome: string | undefined,
  queued: boolean,
  waitedMs: number,
): Patience | string {
  switch (outcome) {
    case 'AGENT':
      return { ms: waitedMs, censored: true }
    case 'HANG':
      return queued ? { ms: waitedMs, censored: false } : 'left in the VRU'
    case 'PHANTOM':
      return 'phantom call'
    default:
      throw new BrokenField(`outcome "${outcome ?? ''}" is none of AGENT HANG PHANTOM`)
  }
}

/** H:MM:SS in ms since midnight. */
function timeOfDay(name: string, text: string | undefined): number {
  const parts = /^(\d{1,2}):(\d\d):(\d\d)$/.exec(text ?? '')
  const [hours, minutes, seconds] = (parts ?? []).slice(1).map(Number)
  if (hours === undefined || minutes === undefined || seconds === undefined) {
    throw new BrokenField(`${name} "${text ?? ''}" is not H:MM:SS`)
  }
  if (hours > 23 || minutes > 59 || seconds > 59) {
    throw new BrokenField(`${name} "${text ?? ''}" is no time of a day`)
  }
  return hours * HOUR + minutes * MINUTE + seconds * SECOND
}

/**
 * Evenkeel is given keys, never numbers or names. 0 is a caller who did not identify; a number that
 * a spreadsheet has rounded (3.27E+11) is nobody either: it may be several customers.
 */
function keyOf(customer: string): string {
  if (!/^\d+$/.test(customer) || Number(customer) === 0) return ''
  return createHash('sha256').update(`customer ${customer}`).digest('hex').slice(0, 16)
}

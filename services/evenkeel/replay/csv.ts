import { MINUTE, SECOND } from '../day/day.ts'
import { BrokenField, type Call, decimal, type Recorded, Recorder, wholeNumber } from './call.ts'
import { readTable, type Row } from './lines.ts'

export const CSV_COLUMNS =
  'time,contact_id,queue,channel,requirements,priority,patience_s,handle_s' as const

/** Channels that a replay has agents for. */
const CHANNELS: ReadonlySet<string> = new Set(['voice', 'chat', 'email'])

/**
 * A day as anybody can write it down. `time` is HH:MM:SS of the date; `requirements` is "tax:3
 * french:2" or empty; `patience_s` is empty when the customer was served (more patience is drawn);
 * `handle_s` empty: drawn.
 */
export async function readCsv(
  path: string,
  date: string,
  progress: (read: number, size: number) => void,
): Promise<Recorded> {
  const recorder = new Recorder()
  const midnightMs = Date.parse(`${date}T00:00:00Z`)
  const channels = new Map<string, FirstUse>()
  await readTable(path, {
    columns: CSV_COLUMNS.split(','),
    delimiter: ',',
    progress,
    broken: (line) => recorder.broken.push(line),
    row: (row) =>
      recorder.record(row.line, () => {
        const call = callOf(row, midnightMs)
        assertOneChannel(channels, call)
        return call
      }),
  })
  return recorder.sorted()
}

interface FirstUse {
  readonly channel: string
  readonly line: number
}

/** A queue has one channel for good. */
function assertOneChannel(channels: Map<string, FirstUse>, { kind, line }: Call): void {
  const [queue = '', channel = ''] = kind.split(':')
  const first = channels.get(queue) ?? { channel, line }
  channels.set(queue, first)
  if (first.channel !== channel) {
    throw new BrokenField(
      `queue ${queue} is of the channel ${first.channel} since line ${first.line}`,
    )
  }
}

function callOf({ line, fields }: Row, midnightMs: number): Call {
  const time = /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.exec(fields.time ?? '')
  if (time === null) throw new BrokenField(`time "${fields.time}" is not HH:MM:SS`)
  const [hours = 0, minutes = 0, seconds = 0] = time[0].split(':').map(Number)
  const contactId = fields.contact_id ?? ''
  if (!/^[A-Za-z0-9._:@-]{1,64}$/.test(contactId)) {
    throw new BrokenField(
      `contact_id "${contactId}" is not 1-64 characters of A-Z a-z 0-9 . _ : @ -`,
    )
  }
  const queue = fields.queue ?? ''
  if (!/^[a-z0-9._-]{1,55}$/.test(queue)) {
    throw new BrokenField(`queue "${queue}" is not 1-55 characters of a-z 0-9 . _ -`)
  }
  const channel = fields.channel ?? ''
  if (!CHANNELS.has(channel)) {
    throw new BrokenField(`channel "${channel}" is none of ${[...CHANNELS].join(' ')}`)
  }
  const patience = optional('patience_s', fields.patience_s)
  return {
    line,
    contactId,
    atMs: midnightMs + (hours * 60 + minutes) * MINUTE + seconds * SECOND,
    kind: `${queue}:${channel}`,
    priority: wholeNumber('priority', fields.priority, -100, 100),
    requirements: requirementsOf(fields.requirements ?? ''),
    customerKey: '',
    patience: { ms: patience ?? 0, censored: patience === undefined },
    handleMs: optional('handle_s', fields.handle_s),
  }
}

function optional(name: string, text: string | undefined): number | undefined {
  return text === '' ? undefined : Math.round(SECOND * decimal(name, text, 0, 86_400))
}

function requirementsOf(text: string): Call['requirements'] {
  if (text === '') return []
  return text.split(' ').map((one) => {
    const parts = /^([a-z0-9._-]{1,64}):([1-9]|10)$/.exec(one)
    const [skillId, level] = (parts ?? []).slice(1)
    if (skillId === undefined || level === undefined) {
      throw new BrokenField(`requirement "${one}" is not skill:level with a level 1 to 10`)
    }
    return { skillId, level: Number(level) }
  })
}

import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Entry } from '@evenkeel/chassis/log'
import { Partition, type ServiceCore, type Verdict } from '@evenkeel/chassis/protocol'
import { decodeRecord, encodeEnvelope } from '@evenkeel/chassis/replica'

/**
 * A log as some version wrote it, byte for byte, and what that version came to. Text lines in gzip:
 * a head in JSON, then `offset timestamp base64` for each record; nothing in it is decoded, so no
 * later field of a record is lost on the way.
 */
export interface Recording {
  readonly service: string
  readonly partitions: number
  /** Version of the logic at the end. */
  readonly logic: number
  /** After the last record. */
  readonly chain: string
  readonly entries: readonly Entry[]
}

export function writeRecording(file: string, recording: Recording): void {
  const { entries, ...head } = recording
  const lines = entries.map(({ offset, timestampMs, bytes }) =>
    [offset, timestampMs, Buffer.from(bytes).toString('base64')].join(' '),
  )
  writeFileSync(file, gzipSync([JSON.stringify(head), ...lines].join('\n'), { level: 9 }))
}

export function readRecording(file: string): Recording {
  const [head = '', ...lines] = gunzipSync(readFileSync(file)).toString('latin1').split('\n')
  const { service, partitions, logic, chain } = headOf(file, JSON.parse(head))
  const entries = lines.map((line): Entry => {
    const [offset, timestampMs, base64 = ''] = line.split(' ')
    const bytes = new Uint8Array(Buffer.from(base64, 'base64'))
    return { offset: Number(offset), timestampMs: Number(timestampMs), bytes }
  })
  return { service, partitions, logic, chain, entries }
}

function headOf(file: string, head: unknown): Omit<Recording, 'entries'> {
  const whole =
    typeof head === 'object' && head !== null && 'service' in head && 'chain' in head
      ? { partitions: 0, logic: 0, ...head }
      : undefined
  const { service, partitions, logic, chain } = whole ?? { service: 0, chain: 0 }
  if (typeof service !== 'string' || typeof chain !== 'string') {
    throw new Error(`${file} is no recording`)
  }
  if (typeof partitions !== 'number' || typeof logic !== 'number') {
    throw new Error(`${file} lacks its partitions or its logic`)
  }
  return { service, partitions, logic, chain }
}

/** What a service of this version makes of recorded entries. */
export interface Replayed {
  readonly logic: number
  readonly chain: string
  /** What became of the records, by kind and outcome: what the recording covers. */
  readonly verdicts: ReadonlyMap<string, number>
}

/** Applies the entries as a replica does; throws where it would halt, fail or leave the books open. */
export function replay<State, Command, Event>(
  service: ServiceCore<State, Command, Event>,
  { partitions, entries }: Pick<Recording, 'partitions' | 'entries'>,
): Replayed {
  const partition = new Partition({ service, partition: 0, partitions, envelope: encodeEnvelope })
  const verdicts = new Map<string, number>()
  for (const entry of entries) {
    const record = decodeRecord(entry.bytes, service)
    const verdict = partition.apply(record, entry)
    partition.db.commit()
    if (verdict.kind === 'halted') throw new Error(`offset ${entry.offset}: ${verdict.reason}`)
    if (verdict.kind === 'failed') throw verdict.fault
    const name = `${record.body.kind} ${outcomeOf(verdict)}`
    verdicts.set(name, (verdicts.get(name) ?? 0) + 1)
  }
  const at = partition.now()
  const broken = [...service.core.invariants(partition.state, at, true), ...partition.db.check()]
  if (broken.length > 0) throw new Error(`after the last record: ${broken.join('; ')}`)
  return { logic: at.logic, chain: partition.chain(), verdicts }
}

function outcomeOf(verdict: Verdict): string {
  if (verdict.kind === 'ignored') return verdict.reason
  return verdict.kind === 'rejected' ? verdict.rejection.code : verdict.kind
}

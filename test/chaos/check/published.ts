import { createHash } from 'node:crypto'
import { Event as Envelope } from '@evenkeel/proto/evenkeel/log/v1/log'
import { Event } from '@evenkeel/proto/evenkeel/routing/v1/events'

/** One record of an events stream, as it was read. */
export interface Raw {
  readonly partition: number
  readonly position: number
  readonly bytes: Uint8Array
}

export type Kind = NonNullable<Event['kind']>

/** An event, by its first publication. */
export interface Published {
  readonly id: string
  readonly partition: number
  /** Of the record of the log that decided it. */
  readonly offset: number
  readonly index: number
  readonly pool: string
  readonly kind: Kind
}

export interface Distinct {
  readonly events: readonly Published[]
  /** Records that say again what was said before; consumers drop them. */
  readonly repeats: number
  /** Records that are no event. */
  readonly foreign: number
  readonly findings: readonly string[]
}

interface Mark {
  readonly offset: number
  readonly index: number
}

/**
 * Each event once, in the order of its first publication, and whether those keep their order: ids
 * grow within a partition, an offset's events are whole, and no id has two contents.
 */
export function distinct(records: Iterable<Raw>): Distinct {
  const events: Published[] = []
  const findings: string[] = []
  const contents = new Map<string, string>()
  const marks = new Map<number, Mark>()
  const incarnations = new Map<number, string>()
  let repeats = 0
  let foreign = 0
  for (const record of records) {
    const envelope = read(record)
    if (envelope === undefined) {
      foreign += 1
      continue
    }
    const { id, incarnation, partition, offset, index } = envelope
    const content = createHash('sha256').update(record.bytes).digest('base64')
    const known = contents.get(id)
    if (known !== undefined) {
      repeats += 1
      if (known !== content) findings.push(`${id} was published with two contents`)
      continue
    }
    contents.set(id, content)
    const first = incarnations.get(partition) ?? incarnation
    incarnations.set(partition, first)
    if (first !== incarnation) findings.push(`${id} is of another log than ${first}`)
    if (partition !== record.partition) {
      findings.push(`${id} stands in partition ${record.partition}`)
    }
    const gap = wrongAfter(marks.get(partition), { offset, index })
    if (gap !== undefined) findings.push(`${id} ${gap}`)
    marks.set(partition, { offset, index })
    events.push({ id, partition, offset, index, pool: envelope.pool, kind: envelope.kind })
  }
  return { events, repeats, foreign, findings }
}

function wrongAfter(mark: Mark | undefined, { offset, index }: Mark): string | undefined {
  if (mark !== undefined && offset < mark.offset) {
    return `came first after ${mark.offset}/${mark.index}`
  }
  const same = mark !== undefined && offset === mark.offset
  const due = same ? mark.index + 1 : 0
  return index === due ? undefined : `came where ${offset}/${due} was due`
}

function read({ bytes }: Raw) {
  try {
    const { id, pool, body } = Envelope.decode(bytes)
    const [, incarnation = '', partition, offset, index] =
      /^([0-9a-f]{16})\/(\d+)\/(\d+)\/(\d+)$/.exec(id) ?? []
    const { kind } = Event.decode(body)
    if (partition === undefined || kind === undefined) return undefined
    return {
      ...{ id, incarnation, pool, kind },
      ...{ partition: Number(partition), offset: Number(offset), index: Number(index) },
    }
  } catch {
    return undefined
  }
}

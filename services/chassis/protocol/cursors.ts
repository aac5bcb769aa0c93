import type { EventId, MoveBridge, Passage, Verdict } from './record.ts'
import type { ProtocolTables } from './tables.ts'
import { applied, rejected } from './verdicts.ts'

/** How an event stands to what was taken in of its source. */
export type Arrival = 'next' | 'repeat' | 'elsewhere' | 'other_log'

/** Where each bridge stands. */
export class Cursors {
  readonly #tables: ProtocolTables
  /** Streams that feed this partition. */
  readonly #sources: ReadonlySet<string>

  constructor(tables: ProtocolTables, sources: Iterable<string>) {
    this.#tables = tables
    this.#sources = new Set(sources)
  }

  /** Position of the last event taken in, -1 before the first. */
  position(source: string): number {
    return this.#tables.cursors.get(source)?.position ?? -1
  }

  /** The log that feeds it; '': whichever comes first. */
  incarnation(source: string): string {
    return this.#tables.cursors.get(source)?.incarnation ?? ''
  }

  arrival({ source, prev, position, event }: Passage): Arrival {
    if (prev !== this.position(source) || position <= prev) return 'elsewhere'
    const row = this.#tables.cursors.get(source)
    if (row === undefined || row.incarnation === '') return 'next'
    if (row.incarnation !== event.incarnation) return 'other_log'
    return isAfter(event, row) ? 'next' : 'repeat'
  }

  /** Takes the step without the event. Of another log nothing is taken. */
  pass(passage: Passage): void {
    if (!this.#sources.has(passage.source)) return
    const arrival = this.arrival(passage)
    if (arrival === 'elsewhere' || arrival === 'other_log') return
    this.move(passage, arrival === 'repeat')
  }

  /** Within one log the last event's id stays the highest: what a stream repeats is still known. */
  begin({ source, prev, position, incarnation }: MoveBridge): Verdict {
    if (!this.#sources.has(source)) return rejected('BRIDGE_UNKNOWN', { source })
    const value = this.position(source)
    if (value !== prev) return rejected('BRIDGE_MOVED', { source, value })
    const { cursors } = this.#tables
    const row = cursors.get(source)
    const fresh = { position, incarnation, eventOffset: -1, eventIndex: -1 }
    if (row === undefined) cursors.insert({ source, ...fresh })
    else if (incarnation === '' || incarnation === row.incarnation)
      cursors.update(row, { position })
    else cursors.update(row, fresh)
    return applied()
  }

  /** A repeat moves the position only: the last event's id stays the highest. */
  move({ source, position, event }: Passage, repeat: boolean): void {
    const { cursors } = this.#tables
    const row = cursors.get(source)
    if (row && repeat) {
      cursors.update(row, { position })
      return
    }
    const { incarnation, offset: eventOffset, index: eventIndex } = event
    const cursor = { position, incarnation, eventOffset, eventIndex }
    if (row) cursors.update(row, cursor)
    else cursors.insert({ source, ...cursor })
  }
}

function isAfter(event: EventId, last: { eventOffset: number; eventIndex: number }): boolean {
  if (event.offset !== last.eventOffset) return event.offset > last.eventOffset
  return event.index > last.eventIndex
}

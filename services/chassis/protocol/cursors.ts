import type { EventId, Passage } from './record.ts'
import type { ProtocolTables } from './tables.ts'

/** How an event stands to what was taken in of its source. */
export type Arrival = 'next' | 'repeat' | 'elsewhere' | 'other_log'

/** Where each bridge stands. */
export class Cursors {
  readonly #tables: ProtocolTables

  constructor(tables: ProtocolTables) {
    this.#tables = tables
  }

  /** Position of the last event taken in, -1 before the first. */
  position(source: string): number {
    return this.#tables.cursors.get(source)?.position ?? -1
  }

  arrival({ source, prev, position, event }: Passage): Arrival {
    if (prev !== this.position(source) || position <= prev) return 'elsewhere'
    const row = this.#tables.cursors.get(source)
    if (row === undefined) return 'next'
    if (row.incarnation !== event.incarnation) return 'other_log'
    return isAfter(event, row) ? 'next' : 'repeat'
  }

  /** Takes the step without the event. Of another log nothing is taken. */
  pass(passage: Passage): void {
    const arrival = this.arrival(passage)
    if (arrival === 'elsewhere' || arrival === 'other_log') return
    this.move(passage, arrival === 'repeat')
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

import { DatabaseSync } from 'node:sqlite'
import {
  type Connection,
  consumeEvents,
  type Delivery,
  type Envelope,
  type EventConsumer,
  type Events,
  type Mark,
  MarkMoved,
  markText,
  parseMark,
  sameMark,
  type Trouble,
} from '@evenkeel/consumer'

/**
 * A small CRM's list: for each customer, how many contacts there were and how the last one ended.
 * The list and the marks are in one database, and each event changes both in one transaction: kill
 * it whenever you like, each contact counts once.
 */
export class CustomerList {
  readonly #db: DatabaseSync

  constructor(file: string) {
    this.#db = new DatabaseSync(file)
    this.#db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS customers (
        customer TEXT PRIMARY KEY, contacts INTEGER NOT NULL, last_end TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS marks (partition INTEGER PRIMARY KEY, mark TEXT NOT NULL);
    `)
  }

  /** Reads the events of routing into the list until it is closed. */
  follow(connection: Connection, onTrouble: (trouble: Trouble) => void): Promise<EventConsumer> {
    return consumeEvents({
      ...connection,
      service: 'routing',
      from: 'beginning',
      // No `save`: `onEvent` writes the mark itself, beside the effect.
      store: { load: async (partition) => this.mark(partition) },
      onEvent: (envelope, delivery) => this.#apply(envelope, delivery),
      onForeign: ({ partition, position, reason }) => {
        console.warn(`partition ${partition}, position ${position}: ${reason}`)
      },
      onTrouble,
    })
  }

  mark(partition: number): Mark | undefined {
    const row = this.#db.prepare('SELECT mark FROM marks WHERE partition = ?').get(partition)
    return row === undefined ? undefined : parseMark(String(row.mark))
  }

  #apply({ event }: Envelope<Events['routing']>, { partition, mark, before }: Delivery): void {
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      // Another process may have gone on with this partition meanwhile: then this one must not.
      if (!sameMark(this.mark(partition), before)) throw new MarkMoved(`partition ${partition}`)
      if (event.$case === 'contactEnded' && event.value.contact !== undefined) {
        const { customerKey, state } = event.value.contact
        this.#count(customerKey, String(state))
      }
      this.#db
        .prepare('INSERT OR REPLACE INTO marks (partition, mark) VALUES (?, ?)')
        .run(partition, markText(mark))
      this.#db.exec('COMMIT')
    } catch (error) {
      this.#db.exec('ROLLBACK')
      throw error
    }
  }

  #count(customer: string, end: string): void {
    this.#db
      .prepare(
        `INSERT INTO customers (customer, contacts, last_end) VALUES (?, 1, ?)
         ON CONFLICT DO UPDATE SET contacts = contacts + 1, last_end = excluded.last_end`,
      )
      .run(customer, end)
  }

  /** customer -> contacts */
  contacts(): ReadonlyMap<string, number> {
    const rows = this.#db.prepare('SELECT customer, contacts FROM customers').all()
    return new Map(rows.map((row) => [String(row.customer), Number(row.contacts)]))
  }

  close(): void {
    this.#db.close()
  }
}

/** `node customer-list.ts localhost:9092 customers.sqlite` */
if (import.meta.main) {
  const [brokers = 'localhost:9092', file = 'customers.sqlite'] = process.argv.slice(2)
  const list = new CustomerList(file)
  const consumer = await list.follow({ brokers: brokers.split(',') }, (trouble) => {
    console.error(trouble)
  })
  const leave = (): void => void consumer.close()
  process.once('SIGINT', leave).once('SIGTERM', leave)
  const why = await consumer.ended
  console.table([...list.contacts()])
  list.close()
  if (why !== undefined) throw why
}

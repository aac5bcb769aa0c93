import type { Links } from './links.ts'
import type { Genesis, LogRecord, Tick } from './record.ts'
import type { MetaRow } from './tables.ts'

// Why a replica must not go on from a record: the log, or the replica, is not what it should be.
// Each returns a sentence, or undefined when all is well.

/**
 * Every offset is the former one + 1, and the first record is Genesis; else this is not the log
 * that was begun. `understood`: highest logic of this process.
 */
export function outOfPlace(
  meta: MetaRow,
  offset: number,
  kind: LogRecord<unknown>['body']['kind'],
  understood: number,
): string | undefined {
  const expected = meta.offset + 1
  if (offset !== expected) return `the log jumped: offset ${offset} came, ${expected} was due`
  if (meta.logic > understood) return tooOld(meta.logic, understood)
  if (expected > 0 || kind === 'genesis') return undefined
  return `offset 0 is ${kind}, not genesis`
}

export function tooOld(logic: number, understood: number): string {
  const needed = `the log is decided by logic ${logic}, this process understands ${understood}`
  return `${needed}: run a newer version`
}

/** The log was made for another service, or with another number of partitions. */
export function foreign(genesis: Genesis, service: string, partitions: number): string | undefined {
  if (genesis.service !== service) {
    return `this is the log of ${genesis.service}, not of ${service}`
  }
  if (genesis.partitions === partitions) return undefined
  return `the log was made with ${genesis.partitions} partitions, not ${partitions}`
}

/** A Tick states what its sender believes; whoever believes otherwise stops. */
export function disputed(tick: Tick, meta: MetaRow, links: Links): string | undefined {
  if (tick.incarnation !== meta.incarnation) {
    return `a tick is of log ${tick.incarnation}, this is ${meta.incarnation}`
  }
  if (tick.offset > meta.offset) return `a tick states offset ${tick.offset}`
  const own = links.at(tick.offset)
  if (own === undefined || own === tick.chain) return undefined
  return `replicas came apart by offset ${tick.offset}: chain ${own}, stated ${tick.chain}`
}

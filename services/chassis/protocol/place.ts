import type { Halt, HaltCode } from './halts.ts'
import type { Links } from './links.ts'
import type { Genesis, LogRecord, Tick } from './record.ts'
import type { MetaRow } from './tables.ts'

// Why a replica must not go on from a record: the log, or the replica, is not what it should be.
// Each returns undefined when all is well.

/**
 * Every offset is the former one + 1, and the first record is Genesis; else this is not the log
 * that was begun. `understood`: highest logic of this process.
 */
export function outOfPlace(
  meta: MetaRow,
  offset: number,
  kind: LogRecord<unknown>['body']['kind'],
  understood: number,
): Halt | undefined {
  const expected = meta.offset + 1
  if (offset !== expected) {
    return halt('log_gap', `the log jumped: offset ${offset} came, ${expected} was due`)
  }
  if (meta.logic > understood) return tooOld(meta.logic, understood)
  if (expected > 0 || kind === 'genesis') return undefined
  return halt('log_not_begun', `offset 0 is ${kind}, not genesis`)
}

export function tooOld(logic: number, understood: number): Halt {
  const needed = `the log is decided by logic ${logic}, this process understands ${understood}`
  return halt('logic_too_new', `${needed}: run a newer version`)
}

/** The log was made for another service, or with another number of partitions. */
export function foreign(genesis: Genesis, service: string, partitions: number): Halt | undefined {
  if (genesis.service !== service) {
    return halt('log_of_another', `this is the log of ${genesis.service}, not of ${service}`)
  }
  if (genesis.partitions === partitions) return undefined
  const sizes = `${genesis.partitions} partitions, not ${partitions}`
  return halt('log_of_another', `the log was made with ${sizes}`)
}

/** A Tick states what its sender believes; whoever believes otherwise stops. */
export function disputed(tick: Tick, meta: MetaRow, links: Links): Halt | undefined {
  if (tick.incarnation !== meta.incarnation) {
    const both = `log ${tick.incarnation}, this is ${meta.incarnation}`
    return halt('log_replaced', `a tick is of ${both}`)
  }
  if (tick.offset > meta.offset) {
    return halt('replicas_apart', `a tick states offset ${tick.offset}, which is yet to come`)
  }
  const own = links.at(tick.offset)
  if (own === undefined || own === tick.chain) return undefined
  const chains = `chain ${own}, stated ${tick.chain}`
  return halt('replicas_apart', `replicas came apart by offset ${tick.offset}: ${chains}`)
}

function halt(code: HaltCode, reason: string): Halt {
  return { code, reason }
}

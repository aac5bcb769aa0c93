import { appendBytesMax, appendRecordsMax, recordBytesMax } from './limits.ts'
import { LogRefused } from './port.ts'

/** What every adapter refuses before it touches anything; undefined when the records may go in. */
export function refusalOf(records: readonly Uint8Array[]): LogRefused | undefined {
  if (records.length === 0) return new LogRefused('empty', 'an append needs at least one record')
  if (records.length > appendRecordsMax) {
    const message = `${records.length} records in one append, ${appendRecordsMax} at most`
    return new LogRefused('too_many', message)
  }
  let total = 0
  for (const record of records) {
    if (record.length > recordBytesMax) {
      const message = `a record of ${record.length} bytes, ${recordBytesMax} at most`
      return new LogRefused('too_large', message)
    }
    total += record.length
  }
  if (total > appendBytesMax) {
    return new LogRefused('too_large', `${total} bytes in one append, ${appendBytesMax} at most`)
  }
  return undefined
}

/** A partition that does not exist is a defect of the caller, not an operating failure. */
export function assertPartition(partition: number, partitions: number): void {
  if (!Number.isInteger(partition) || partition < 0 || partition >= partitions) {
    throw new RangeError(`partition ${partition} of a log of ${partitions}`)
  }
}

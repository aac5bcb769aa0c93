/**
 * A process that appends until it is killed or the disk ends, and says on stdout which offset it
 * has been told. Arguments: file, bytes per record, records per append.
 */
import { writeSync } from 'node:fs'
import { realClock } from '../clock.ts'
import { LogAmbiguous, LogRefused } from '../port.ts'
import { openSqlite } from '../sqlite/index.ts'

const [, , file = '', size = '100', batch = '1'] = process.argv

try {
  await appendForEver()
} catch (error) {
  const code = error instanceof LogRefused ? error.causeCode : ''
  const name = error instanceof LogAmbiguous ? 'ambiguous' : 'failed'
  writeSync(1, `${code || name} ${error instanceof Error ? error.message : ''}\n`)
}

async function appendForEver(): Promise<void> {
  const { log } = openSqlite({ file, service: 'routing', partitions: 1, clock: realClock() })
  let head = await log.head(0)
  writeSync(1, `open ${head}\n`)
  for (;;) {
    const records = Array.from({ length: Number(batch) }, (_, index) => payload(head + index))
    const first = await log.append(0, records)
    head = first + records.length
    // Synchronously, so that what was said is what had been acknowledged.
    writeSync(1, `acknowledged ${head}\n`)
  }
}

/** Tells its own offset, so that a reader sees whether a record stands where it belongs. */
function payload(offset: number): Uint8Array {
  return new TextEncoder().encode(String(offset).padEnd(Number(size), '.'))
}

import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'
import manifest from 'kafkajs/package.json' with { type: 'json' }

/** What is built here on the inside of kafkajs was read and tried in this version only. */
const VERSION = '2.2.4'

let patched = false

/** To be called before the first connection. */
export function prepareKafkajs(): void {
  if (patched) return
  if (manifest.version !== VERSION) {
    throw new Error(`kafkajs ${manifest.version}, but this adapter stands on ${VERSION}`)
  }
  patched = true
  // kafkajs sets a timer per connection again and again although nothing waits: some 5% of a core
  // with three brokers, and a warning of Node for each negative delay.
  const schedule = RequestQueue.prototype.scheduleCheckPendingRequests
  RequestQueue.prototype.scheduleCheckPendingRequests = function whenNeeded() {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this)
  }
}

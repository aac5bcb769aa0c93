/** Preloaded into a server: tells the benchmark what the process holds and what it has used. */
export type Look = 'memory' | 'cpu'

export interface Seen {
  /** Heap and buffers after a collection, or 0 where only time was asked for. */
  readonly heldBytes: number
  readonly residentBytes: number
  /** Processor time so far, user and system, us. */
  readonly cpuUs: number
}

process.on('message', (look: Look) => {
  const memory = look === 'memory'
  if (memory) globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  const seen: Seen = {
    heldBytes: memory ? heapUsed + external : 0,
    residentBytes: memory ? rss : 0,
    cpuUs: user + system,
  }
  process.send?.(seen)
})
// Whoever listens keeps the process alive, and this is not its business.
process.channel?.unref()
// A benchmark that was killed leaves nobody behind.
process.on('disconnect', () => process.exit())

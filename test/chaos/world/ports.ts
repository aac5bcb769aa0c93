import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below the ports that systems give to outgoing connections: none of these takes ours meanwhile. */
const FIRST = 29_100
const COUNT = 3_000

let next = FIRST + ((process.pid * 41) % COUNT)

/** A port that nobody listens on: the same before and after a restart of whoever takes it. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = next
    next = FIRST + ((next - FIRST + 1) % COUNT)
    const server = createServer()
    try {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
      return port
    } catch {
      continue
    } finally {
      server.close()
    }
  }
}

import { createServer } from 'node:net'

/** Below what systems give to outgoing connections: none can take a port between probe and bind. */
const FIRST_PORT = 20_000
const PORTS = 9_000

let next = (process.pid * 37) % PORTS

/** A port that nobody listens at, another one each time. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + next
    next = (next + 1) % PORTS
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)))
  })
}

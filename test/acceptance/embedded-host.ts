// node embedded-host.ts DIRECTORY GRPC_PORT HTTP_PORT SPEED: all services in this process, on a
// clock that whoever started it moves on by messages. Ends with whoever started it.
import { manualClock } from '@evenkeel/chassis/log'
import { createLogger } from '@evenkeel/chassis/observe'
import { startHost } from 'evenkeel/host.ts'

/** Where a new log begins: Monday, 2 March 2026, 09:00. Its date means nothing. */
const BEGIN_MS = Date.UTC(2026, 2, 2, 9)

const [dataDirectory = '', grpcPort = '0', httpPort = '0', speed = '1'] = process.argv.slice(2)
let clock = manualClock(BEGIN_MS)
const host = await startHost({
  dataDirectory,
  grpc: { host: '127.0.0.1', port: Number(grpcPort) },
  http: { host: '127.0.0.1', port: Number(httpPort) },
  clock(last) {
    clock = manualClock(last ?? BEGIN_MS)
    return clock
  },
  speed: Number(speed),
  logger: createLogger({ service: 'evenkeel', level: 'error' }),
})
process.on('message', (ms) => {
  clock.advance(Number(ms))
  process.send?.({ nowMs: clock.now() })
})
process.on('disconnect', () => {
  void host.stop('the test is over').then(() => process.exit())
})
process.send?.({ grpcPort: host.grpcPort, httpPort: host.httpPort, nowMs: clock.now() })

import type { Socket } from 'node:net'
import Broker from 'kafkajs/src/broker/index.js'
import ConnectionPool, { type Connection, type Logger } from 'kafkajs/src/network/connectionPool.js'
import type { Request } from 'kafkajs/src/protocol/requests/index.js'
import { LogUnusable } from '../port.ts'
import { credentialsOf } from './credentials.ts'
import { CONNECT_MS_MAX, REQUEST_MS_MAX } from './limits.ts'
import type { KafkaConnection } from './options.ts'
import { versions } from './requests.ts'
import { openSocket } from './sockets.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

/** kafkajs logs every failure that it also throws; whoever catches it here knows what it means. */
const silent: Logger = {
  namespace: () => silent,
  debug() {},
  info() {},
  warn() {},
  error() {},
}

/**
 * One connection to one broker, authenticated. It never connects again by itself: once it is down,
 * its owner opens another, so that nothing is ever sent twice without anyone's asking.
 */
export class Line {
  readonly address: Address
  readonly #connection: Connection
  readonly #sockets: readonly Socket[]
  #closed = false

  private constructor(address: Address, connection: Connection, sockets: readonly Socket[]) {
    this.address = address
    this.#connection = connection
    this.#sockets = sockets
  }

  static async open(address: Address, options: KafkaConnection): Promise<Line> {
    const sockets: Socket[] = []
    const pool = new ConnectionPool({
      ...address,
      clientId: options.clientId,
      connectionTimeout: CONNECT_MS_MAX,
      requestTimeout: REQUEST_MS_MAX,
      sasl: options.sasl === undefined ? null : credentialsOf(options.sasl),
      logger: silent,
      socketFactory: (target) => {
        const socket = openSocket(target, options.tls)
        sockets.push(socket)
        return socket
      },
    })
    const broker = new Broker({ connectionPool: pool, logger: silent })
    try {
      await broker.connect()
      assertVersions(address, broker)
      return new Line(address, await pool.getConnection(0), sockets)
    } catch (error) {
      for (const socket of sockets) socket.destroy()
      void pool.destroy()
      throw error
    }
  }

  get up(): boolean {
    return !this.#closed && this.#connection.isConnected()
  }

  /** Rejects when the connection fails or no answer comes in time: then close the line. */
  async ask<T>(request: Request, decode: (payload: Buffer) => Promise<T>): Promise<T> {
    // kafkajs takes requests for a connection that is closing, and they would wait in vain.
    if (!this.up) throw new Error(`the connection to ${inWords(this.address)} is down`)
    return this.#connection.send({
      ...request,
      logResponseError: false,
      response: {
        // A broker that throttles us answers late by itself; there is nothing to add to it.
        decode: async (payload) => ({ clientSideThrottleTime: 0, payload }),
        parse: ({ payload }) => decode(payload),
      },
    })
  }

  close(): void {
    this.#closed = true
    this.#connection.rejectRequests(new Error(`the connection to ${inWords(this.address)} closed`))
    void this.#connection.disconnect()
    for (const socket of this.#sockets) socket.destroy()
  }
}

export function inWords(address: Address): string {
  return `${address.host}:${address.port}`
}

/** kafkajs never looks at the oldest version that a broker still speaks. */
function assertVersions(address: Address, broker: Broker): void {
  for (const { name, key, version } of Object.values(versions)) {
    const spoken = broker.versions?.[key]
    if (spoken === undefined || version < spoken.minVersion || version > spoken.maxVersion) {
      const range =
        spoken === undefined ? 'not at all' : `${spoken.minVersion}-${spoken.maxVersion}`
      throw new LogUnusable(
        'broker_too_old',
        `${inWords(address)} speaks ${name} ${range}; version ${version} is needed`,
      )
    }
  }
}

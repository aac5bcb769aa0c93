import { Writable } from 'node:stream'
import type { TestContext } from 'node:test'
import { Client, Metadata, type ServiceError, credentials } from '@grpc/grpc-js'
import { ErrorInfo } from '@evenkeel/proto/google/rpc/error_details'
import { Status } from '@evenkeel/proto/google/rpc/status'
import { Registry, createLogger, rpcMetrics } from '../../observe/index.ts'
import { Gate } from '../../security/index.ts'
import { type Binding, type ServeLimits, createHealth, startGrpc, startHttp } from '../index.ts'

export const loopback = { host: '127.0.0.1', port: 0 }

/** Everything that a server stands on, with its log kept. */
export function standing(bindings: readonly Binding[]) {
  const lines: string[] = []
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString())
      done()
    },
  })
  const registry = new Registry()
  const logger = createLogger({ service: 'test', level: 'debug', destination })
  return {
    gate: new Gate({ certificates: false }, logger, registry),
    bindings,
    address: loopback,
    health: createHealth(bindings.map(({ fullName }) => fullName)),
    logger,
    metrics: rpcMetrics(registry),
    registry,
    reflection: true,
    lines,
  }
}

/** A gRPC server and a client for it, gone with the test. */
export async function grpcServer(
  t: TestContext,
  bindings: readonly Binding[],
  limits: Partial<ServeLimits> = {},
) {
  const on = standing(bindings)
  const server = await startGrpc({ ...on, limits })
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure())
  t.after(() => {
    client.close()
    server.stop()
  })
  return { ...on, server, client }
}

/** An HTTP server, gone with the test. */
export async function httpServer(
  t: TestContext,
  bindings: readonly Binding[],
  limits: Partial<ServeLimits> = {},
) {
  const on = standing(bindings)
  const server = await startHttp({ ...on, limits })
  t.after(() => server.stop())
  return { ...on, server, url: `http://127.0.0.1:${server.port}` }
}

export interface Answer {
  readonly error: ServiceError | null
  readonly bytes: Buffer
  readonly headers: Metadata
}

export interface RawCall {
  readonly path: string
  readonly request: Uint8Array
  readonly deadlineMs?: number
  readonly metadata?: Readonly<Record<string, string>>
}

const same = (bytes: Uint8Array): Buffer => Buffer.from(bytes)

/** A unary call of raw bytes, so that tests may send what no client would. */
export function unary(client: Client, call: RawCall): Promise<Answer> {
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(call.metadata ?? {})) metadata.set(name, value)
  const options = call.deadlineMs === undefined ? {} : { deadline: Date.now() + call.deadlineMs }
  return new Promise((resolve) => {
    let headers = new Metadata()
    const made = client.makeUnaryRequest<Uint8Array, Buffer>(
      call.path,
      same,
      (bytes) => bytes,
      call.request,
      metadata,
      options,
      (error, bytes = Buffer.alloc(0)) => resolve({ error, bytes, headers }),
    )
    made.on('metadata', (found) => {
      headers = found
    })
  })
}

/** google.rpc.Status of a refused call, and its ErrorInfo. */
export function refusal(error: ServiceError | null) {
  const trailer = error?.metadata.get('grpc-status-details-bin')[0]
  if (!(trailer instanceof Buffer)) throw new Error(`no details: ${error?.code} ${error?.details}`)
  const status = Status.decode(trailer)
  const info = ErrorInfo.decode(status.details[0]?.value ?? Buffer.alloc(0))
  return { status, code: info.reason, fields: info.metadata }
}

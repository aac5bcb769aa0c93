import type { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire'
import { decoded, encoded } from '../errors/index.ts'
import type { Visit } from '../security/index.ts'

/** What the gate has let in, and still looks at. */
export type Visiting = Pick<Visit, 'check' | 'shown'>

/** What a handler may know about the call it answers. */
export interface Call {
  /** Real ms left until the caller gives up; read anew each time. */
  readonly deadlineMs: number
  /** Aborts when the caller has gone, the deadline has passed or the server leaves. */
  readonly signal: AbortSignal
  /** evenkeel-at-least: the position that a read must have seen. */
  readonly atLeast: string | undefined
  /** Sent with the answer as evenkeel-position. Call it before returning. */
  position(position: string): void
}

/** The answering side of a stream. */
export interface Outbound<Res> {
  /** Aborts when the caller has gone, the stream was cut for slowness, or the server leaves. */
  readonly signal: AbortSignal
  /**
   * Queues a message; never throws, never waits. True: go on. False: the reader is behind, await
   * `drained()` if you can. Past the limit the stream ends with WATCH_TOO_SLOW by itself and
   * everything further is dropped.
   */
  write(message: Res): boolean
  /** Resolves once the reader has caught up or the stream has ended; never rejects. */
  drained(): Promise<void>
}

/** Both sides of a stream. */
export interface Duplex<Req, Res> extends Outbound<Res> {
  /**
   * What the caller sends, one by one; the next is taken off the wire only when asked for. Ends
   * when the caller has no more, or has gone (see `signal`). Throws RejectedInput at a message that
   * can't be read. To be called once.
   */
  read(): AsyncIterable<Req>
}

/** Of a generated message: how it becomes bytes and back. */
export interface Wire<T> {
  encode(message: T, writer?: BinaryWriter): BinaryWriter
  decode(input: BinaryReader | Uint8Array, length?: number): T
}

interface MethodDefinition {
  readonly name: string
  readonly requestType: Pick<Wire<unknown>, 'decode'>
  readonly responseType: Pick<Wire<never>, 'encode'>
  readonly requestStream: boolean
  readonly responseStream: boolean
}

/** A generated generic definition, e.g. ContactServiceDefinition. */
export interface ServiceDefinition {
  readonly fullName: string
  readonly methods: { readonly [key: string]: MethodDefinition }
}

type Request<M> = M extends { requestType: Wire<infer T> } ? T : never
type Response<M> = M extends { responseType: Wire<infer T> } ? T : never

/** The handler of a method. A stream ends when its promise settles: OK, or the error's status. */
export type Handler<M> = M extends { requestStream: false; responseStream: false }
  ? (request: Request<M>, call: Call) => Promise<Response<M>>
  : M extends { requestStream: false; responseStream: true }
    ? (request: Request<M>, stream: Outbound<Response<M>>) => Promise<void>
    : M extends { requestStream: true; responseStream: true }
      ? (stream: Duplex<Request<M>, Response<M>>) => Promise<void>
      : never

/** One handler for every method of the definition, none missing, none unknown. */
export type Handlers<D extends ServiceDefinition> = {
  readonly [K in keyof D['methods']]: Handler<D['methods'][K]>
}

/**
 * A service with its handlers, for servers. Messages are bytes here; what they mean is known inside
 * only.
 */
export interface Binding {
  readonly fullName: string
  readonly methods: readonly BoundMethod[]
}

export type BoundMethod = BoundUnary | BoundServerStream | BoundDuplex

/** A stream of bytes, as servers give it. */
export interface RawOutbound extends Outbound<Uint8Array> {
  /** Ends this stream with the error; for what goes wrong outside the handler's own promise. */
  fail(error: unknown): void
}

export interface RawDuplex extends Duplex<Uint8Array, Uint8Array>, RawOutbound {}

interface Named {
  readonly name: string
  /** e.g. evenkeel.skills.v1.SkillsService/PutSkill */
  readonly rpc: string
}

export interface BoundUnary extends Named {
  readonly kind: 'unary'
  invoke(request: Uint8Array, call: Call, visit: Visiting): Promise<Uint8Array>
}

export interface BoundServerStream extends Named {
  readonly kind: 'serverStream'
  open(request: Uint8Array, stream: RawOutbound, visit: Visiting): Promise<void>
}

export interface BoundDuplex extends Named {
  readonly kind: 'duplex'
  open(stream: RawDuplex, visit: Visiting): Promise<void>
}

/** Ties a service's handlers to its definition. */
export function bind<D extends ServiceDefinition>(definition: D, handlers: Handlers<D>): Binding {
  const methods = Object.entries(definition.methods).map(([key, method]) => {
    // Handlers<D> holds exactly the handler that this method's flags and messages ask for; a loop
    // can't say so.
    const handler = handlers[key] as unknown
    return bindMethod(`${definition.fullName}/${method.name}`, method, handler)
  })
  return { fullName: definition.fullName, methods }
}

type UnaryHandler = (request: unknown, call: Call) => Promise<never>
type ServerStreamHandler = (request: unknown, stream: Outbound<never>) => Promise<void>
type DuplexHandler = (stream: Duplex<unknown, never>) => Promise<void>

function bindMethod(rpc: string, method: MethodDefinition, handler: unknown): BoundMethod {
  const { name, requestType, responseType, requestStream, responseStream } = method
  const encode = (message: never) => encoded(responseType, message)
  const decode = (bytes: Uint8Array, visit: Visiting) => {
    const request = decoded(`request of ${rpc}`, requestType, bytes)
    visit.check(request)
    return request
  }
  if (!requestStream && !responseStream) {
    const unary = handler as UnaryHandler
    const invoke: BoundUnary['invoke'] = async (request, call, visit) =>
      encode(visit.shown(await unary(decode(request, visit), call)))
    return { kind: 'unary', name, rpc, invoke }
  }
  if (!requestStream) {
    const stream = handler as ServerStreamHandler
    return {
      kind: 'serverStream',
      name,
      rpc,
      open: async (request, out, visit) => stream(decode(request, visit), encoding(out, encode)),
    }
  }
  if (!responseStream) throw new Error(`${rpc}: streams from the caller alone are not served`)
  const duplex = handler as DuplexHandler
  const open: BoundDuplex['open'] = (bytes, visit) => {
    const out = encoding(bytes, encode)
    return duplex({ ...out, read: () => decoding(bytes.read(), (each) => decode(each, visit)) })
  }
  return { kind: 'duplex', name, rpc, open }
}

/**
 * Whoever writes is often the log's reader, in between other streams: a message that can't be
 * encoded ends this one.
 */
function encoding(bytes: RawOutbound, encode: (message: never) => Uint8Array): Outbound<never> {
  const write = (message: never) => {
    let outgoing: Uint8Array
    try {
      outgoing = encode(message)
    } catch (error) {
      bytes.fail(error)
      return false
    }
    return bytes.write(outgoing)
  }
  return { signal: bytes.signal, write, drained: () => bytes.drained() }
}

async function* decoding<T>(
  bytes: AsyncIterable<Uint8Array>,
  decode: (bytes: Uint8Array) => T,
): AsyncIterable<T> {
  for await (const message of bytes) yield decode(message)
}

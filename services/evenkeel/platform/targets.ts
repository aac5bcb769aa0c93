import { type Client, Metadata, type StatusObject, status as grpcStatus } from '@grpc/grpc-js'
import { type Refusal, refusalOf } from './refusal.ts'

/** Replicas of one service: whichever answers is as good as the others. */
export class Targets {
  readonly #targets: string[]
  #current: number
  /** Newest position that was told, lest a replica that is behind shows an older state. */
  #position = ''

  /** `first`: which one to begin with, so that clients are spread. */
  constructor(targets: readonly string[], first = 0) {
    if (targets.length === 0) throw new Error('a service without a target')
    this.#targets = [...targets]
    this.#current = first % targets.length
  }

  get current(): string {
    return this.#targets[this.#current] ?? ''
  }

  get position(): string {
    return this.#position
  }

  /** Something that was asked of `target` was refused. True: it may be asked of another one now. */
  refused(target: string, refusal: Refusal): boolean {
    // Of many calls that find out the same, the first counts.
    if (target !== this.current) return true
    if (refusal.movedTo !== undefined) this.#follow(refusal.movedTo)
    else if (useless.has(refusal.status)) this.#current = (this.#current + 1) % this.#targets.length
    return target !== this.current
  }

  /** Another cell keeps the pool. */
  #follow(address: string): void {
    const known = this.#targets.indexOf(address)
    this.#current = known === -1 ? this.#targets.push(address) - 1 : known
  }

  seen(position: string): void {
    if (offsetOf(position) > offsetOf(this.#position)) this.#position = position
  }
}

/** Gone, leaving, or silent; with the same ids another replica may be asked. */
const useless: ReadonlySet<number> = new Set([grpcStatus.UNAVAILABLE, grpcStatus.DEADLINE_EXCEEDED])

const offsetOf = (position: string) => Number(/^\d+\/(\d+)$/.exec(position)?.[1] ?? -1)

/** What of grpc-js's calls, unary or stream, is heard here. */
interface Call {
  on(event: 'metadata', heard: (metadata: Metadata) => void): unknown
  on(event: 'status', heard: (status: StatusObject) => void): unknown
}

function isCall(value: unknown): value is Call {
  return typeof value === 'object' && value !== null && 'on' in value
}

/**
 * A client that makes each call to the target that is in use at the time: whoever repeats a call or
 * opens a stream again meets another replica, and needs to know nothing of it.
 */
export function rotating<C extends Client>(targets: Targets, make: (target: string) => C): C {
  const clients = new Map<string, C>()
  const clientOf = (target: string): C => {
    const client = clients.get(target) ?? make(target)
    clients.set(target, client)
    return client
  }
  const close = () => {
    for (const client of clients.values()) client.close()
  }
  return new Proxy(clientOf(targets.current), {
    get: (_, name) =>
      name === 'close'
        ? close
        : (...args: unknown[]) => {
            const target = targets.current
            const client = clientOf(target)
            const method: unknown = Reflect.get(client, name)
            if (typeof method !== 'function') throw new TypeError(`no method ${String(name)}`)
            askFor(targets.position, args)
            const call: unknown = Reflect.apply(method, client, args)
            if (isCall(call)) listen(call, target, targets)
            return call
          },
  })
}

/** Only unary calls are made with metadata, and writes take no notice of it. */
function askFor(position: string, args: readonly unknown[]): void {
  const metadata = args.find((one) => one instanceof Metadata)
  if (metadata !== undefined && position !== '') metadata.set('evenkeel-at-least', position)
}

function listen(call: Call, target: string, targets: Targets): void {
  call.on('metadata', (metadata) => {
    targets.seen(String(metadata.get('evenkeel-position')[0] ?? ''))
  })
  call.on('status', ({ code, details, metadata }) => {
    if (code === grpcStatus.OK) return
    targets.refused(target, refusalOf({ code, message: details, metadata }))
  })
}

import {
  HealthCheckResponse,
  HealthCheckResponse_ServingStatus as Serving,
  HealthDefinition,
} from '@evenkeel/proto/grpc/health/v1/health'
import { common } from '../errors/index.ts'
import { type Binding, bind } from './bind.ts'

/** What this process says about itself to gRPC clients, probes and balancers. */
export interface Health {
  /** A service serves, or doesn't and why (shown by the readiness probe). */
  set(service: string, serving: boolean, why?: string): void
  /** Replay is over; the startup probe passes from now on. */
  started(): void
  /** Nothing serves any more, whatever is set later. */
  leave(): void
  read(): HealthState
  /** Called after every change. */
  watch(listener: () => void): () => void
}

export interface HealthState {
  readonly started: boolean
  readonly leaving: boolean
  /** All services serve. */
  readonly serving: boolean
  /** Per service, by full name. */
  readonly services: ReadonlyMap<string, { readonly serving: boolean; readonly why: string }>
}

/** `services` by full name; none serves until it is set. */
export function createHealth(services: readonly string[]): Health {
  const states = new Map(services.map((name) => [name, { serving: false, why: 'starting' }]))
  const listeners = new Set<() => void>()
  let started = false
  let leaving = false
  const changed = () => {
    for (const listener of listeners) listener()
  }
  return {
    set: (service, serving, why = '') => {
      if (!states.has(service)) throw new Error(`${service} is not served by this process`)
      states.set(service, { serving, why })
      changed()
    },
    started: () => {
      started = true
      changed()
    },
    leave: () => {
      leaving = true
      changed()
    },
    read: () => ({
      started,
      leaving,
      serving: !leaving && [...states.values()].every(({ serving }) => serving),
      services: new Map(
        [...states].map(([name, state]) => [
          name,
          leaving ? { serving: false, why: 'leaving' } : state,
        ]),
      ),
    }),
    watch: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** grpc.health.v1.Health: each service by name, all together by ''. */
export function healthBinding(health: Health): Binding {
  return bind(HealthDefinition, {
    check: async ({ service }) => {
      const status = statusOf(health.read(), service)
      if (status === Serving.SERVICE_UNKNOWN) throw common('SERVICE_UNKNOWN', { service })
      return { status }
    },
    list: async () => {
      const state = health.read()
      const names = ['', ...state.services.keys()]
      return {
        statuses: Object.fromEntries(
          names.map((name) => [name, { status: statusOf(state, name) }]),
        ),
      }
    },
    watch: ({ service }, stream) =>
      new Promise<void>((resolve) => {
        let last: HealthCheckResponse['status'] = Serving.UNKNOWN
        const tell = () => {
          const status = statusOf(health.read(), service)
          if (status === last) return
          last = status
          stream.write({ status })
        }
        const unwatch = health.watch(tell)
        stream.signal.addEventListener('abort', () => {
          unwatch()
          resolve()
        })
        tell()
      }),
  })
}

function statusOf(state: HealthState, service: string): HealthCheckResponse['status'] {
  const serving = service === '' ? state.serving : state.services.get(service)?.serving
  if (serving === undefined) return Serving.SERVICE_UNKNOWN
  return serving ? Serving.SERVING : Serving.NOT_SERVING
}

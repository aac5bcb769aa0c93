import type { AdmissionLimits } from '@evenkeel/chassis/admission'
import type { Address } from '@evenkeel/chassis/config'
import type { Clock } from '@evenkeel/chassis/log'
import type { Logger } from '@evenkeel/chassis/observe'
import {
  type AnyService,
  type EmbeddedOptions,
  embeddedLogs,
  type Replayed,
  type RunningProcess,
  startProcess,
} from '@evenkeel/chassis/process'
import type { TlsFiles, TokenRules } from '@evenkeel/chassis/security'
import { refusePlaintext } from '@evenkeel/chassis/serve'
import { forecasting } from '@evenkeel/forecasting'
import { reallocation } from '@evenkeel/reallocation'
import { routing } from '@evenkeel/routing'
import { skills } from '@evenkeel/skills'

export interface HostOptions extends Pick<EmbeddedOptions, 'clock' | 'open'> {
  readonly dataDirectory: string
  readonly grpc: Address
  readonly http: Address | undefined
  /** Serve beyond loopback without TLS. */
  readonly allowPlaintext?: boolean
  /** How much new work it takes; undefined: what the settings say where nobody sets them. */
  readonly admission?: AdmissionLimits
  /** Files of TLS; undefined: plaintext. */
  readonly tls?: TlsFiles | undefined
  /** What callers' tokens must be; undefined: none is asked for. */
  readonly tokens?: TokenRules | undefined
  /** ms of the clock in a real ms. */
  readonly speed: number
  readonly logger: Logger
  readonly replayed?: (progress: Replayed) => void
}

export interface Host extends RunningProcess {
  readonly clock: Clock
}

/** In the order in which people name them. */
export const SERVICES: readonly AnyService[] = [routing, skills, forecasting, reallocation]
const REPLICA = 'evenkeel-0'

/** All services in this process, on embedded logs. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { dataDirectory: directory, speed: clockSpeed } = options
  const anywhere = options.allowPlaintext === true || options.tls !== undefined
  // Before a directory is made for a server that is not to be.
  refusePlaintext('gRPC', options.grpc.host, anywhere)
  if (options.http !== undefined) refusePlaintext('HTTP', options.http.host, anywhere)
  const services = SERVICES.map(({ name }) => name)
  const { logs, clock } = await embeddedLogs({ ...options, directory, services })
  const own = { services: SERVICES, logs, replicaId: REPLICA, clock, clockSpeed }
  return { ...(await startProcess({ ...options, ...own })), clock }
}

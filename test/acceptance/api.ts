import assert from 'node:assert/strict'
import { ChannelCredentials, type ClientUnaryCall, Metadata } from '@grpc/grpc-js'
import type { CallOptions, ServiceError } from '@grpc/grpc-js'
import { DriftServiceClient } from '@evenkeel/proto/evenkeel/forecasting/v1/drift_service'
import { PlannedEventServiceClient } from '@evenkeel/proto/evenkeel/forecasting/v1/planned_event_service'
import { PlanningServiceClient } from '@evenkeel/proto/evenkeel/forecasting/v1/planning_service'
import { ForecastServiceClient } from '@evenkeel/proto/evenkeel/forecasting/v1/forecast_service'
import { HistoryServiceClient } from '@evenkeel/proto/evenkeel/forecasting/v1/history_service'
import { ReportServiceClient } from '@evenkeel/proto/evenkeel/forecasting/v1/report_service'
import { SelfServiceClient } from '@evenkeel/proto/evenkeel/forecasting/v1/self_service'
import { SettingsServiceClient } from '@evenkeel/proto/evenkeel/forecasting/v1/settings_service'
import { ReallocationServiceClient } from '@evenkeel/proto/evenkeel/reallocation/v1/reallocation_service'
import { StaffingServiceClient } from '@evenkeel/proto/evenkeel/forecasting/v1/staffing_service'
import { AgentServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { CallbackServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/callback_service'
import { ClassificationServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/classification_service'
import { ContactServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { ExplainServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/explain_service'
import { OperationsServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/operations_service'
import { QueueServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { WatchServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/watch_service'
import { RosterServiceClient } from '@evenkeel/proto/evenkeel/skills/v1/roster_service'
import { SkillsServiceClient } from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import { TrainingServiceClient } from '@evenkeel/proto/evenkeel/skills/v1/training_service'
import { BadRequest, ErrorInfo } from '@evenkeel/proto/google/rpc/error_details'
import { Status } from '@evenkeel/proto/google/rpc/status'

/** Every unary call has a deadline. */
const CALL_MS = 10_000

/** A call that was answered with an error, as a platform reads it. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly status: number
  readonly code: string
  readonly fields: Readonly<Record<string, string>>
  /** The field that BadRequest names. */
  readonly field: string | undefined
  readonly retryable: boolean

  constructor(answer: Status) {
    super(answer.message)
    const find = (name: string) => answer.details.find((any) => any.typeUrl.endsWith(name))?.value
    const info = find('google.rpc.ErrorInfo')
    const bad = find('google.rpc.BadRequest')
    const { reason, metadata } = ErrorInfo.decode(info ?? new Uint8Array())
    this.status = answer.code
    this.code = reason
    this.fields = metadata
    this.field = BadRequest.decode(bad ?? new Uint8Array()).fieldViolations[0]?.field
    this.retryable = find('google.rpc.RetryInfo') !== undefined
  }
}

export function refusedBy(error: ServiceError): Refused {
  const bytes = error.metadata?.get('grpc-status-details-bin')[0]
  if (bytes instanceof Uint8Array) return new Refused(Status.decode(bytes))
  return new Refused({ code: error.code, message: error.message, details: [] })
}

/** Nothing of a call that may be repeated: what it needs is on its way from another service. */
export const orTooEarly = <T>(call: Promise<T>): Promise<T | undefined> =>
  call.catch((error: unknown) => {
    if (error instanceof Refused && error.retryable) return undefined
    throw error
  })

/** A server that is coming back is waited for. */
export const patient = () => new Metadata({ waitForReady: true })

/** A generated unary method, bound to its client. */
export type Unary<Request, Answer> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, answer: Answer) => void,
) => ClientUnaryCall

/** One user of one service: reads what it has written, whichever replica answers. */
export class Caller {
  readonly #waits: boolean
  #position = ''

  /** `waits`: for a server or a log that is not there; otherwise the call fails at once. */
  constructor(waits = true) {
    this.#waits = waits
  }

  /** Rejects with Refused. */
  async call<Request, Answer>(method: Unary<Request, Answer>, request: Request): Promise<Answer> {
    const giveUpAt = Date.now() + CALL_MS
    for (;;) {
      try {
        return await this.#once(method, request)
      } catch (error) {
        // Brokers elect a leader now and then: nothing has happened, and calls are safe to repeat.
        const away = error instanceof Refused && error.code === 'LOG_UNAVAILABLE'
        if (!this.#waits || !away || Date.now() > giveUpAt) throw error
      }
    }
  }

  #once<Request, Answer>(method: Unary<Request, Answer>, request: Request): Promise<Answer> {
    const metadata = this.#waits ? patient() : new Metadata()
    if (this.#position !== '') metadata.set('evenkeel-at-least', this.#position)
    return new Promise((resolve, reject) => {
      const options = { deadline: Date.now() + CALL_MS }
      const call = method(request, metadata, options, (error, answer) => {
        if (error === null) resolve(answer)
        else reject(refusedBy(error))
      })
      call.on('metadata', (headers: Metadata) => {
        this.#position = String(headers.get('evenkeel-position')[0] ?? this.#position)
      })
    })
  }
}

/** Where the services are that are not where routing is. */
interface Elsewhere {
  readonly skills?: string
  readonly forecasting?: string
  readonly reallocation?: string
}

/** The public API, and nothing else. */
export function connect(target: string, elsewhere: Elsewhere = {}) {
  const { skills = target, forecasting = target, reallocation = target } = elsewhere
  const plain = ChannelCredentials.createInsecure()
  const options = {
    'grpc.use_local_subchannel_pool': 1,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.min_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 200,
  }
  const clients = {
    agents: new AgentServiceClient(target, plain, options),
    callbacks: new CallbackServiceClient(target, plain, options),
    classifications: new ClassificationServiceClient(target, plain, options),
    contacts: new ContactServiceClient(target, plain, options),
    explain: new ExplainServiceClient(target, plain, options),
    operations: new OperationsServiceClient(target, plain, options),
    queues: new QueueServiceClient(target, plain, options),
    watches: new WatchServiceClient(target, plain, options),
    skills: new SkillsServiceClient(skills, plain, options),
    roster: new RosterServiceClient(skills, plain, options),
    training: new TrainingServiceClient(skills, plain, options),
    settings: new SettingsServiceClient(forecasting, plain, options),
    planning: new PlanningServiceClient(forecasting, plain, options),
    plannedEvents: new PlannedEventServiceClient(forecasting, plain, options),
    drifts: new DriftServiceClient(forecasting, plain, options),
    selfService: new SelfServiceClient(forecasting, plain, options),
    history: new HistoryServiceClient(forecasting, plain, options),
    forecasts: new ForecastServiceClient(forecasting, plain, options),
    reports: new ReportServiceClient(forecasting, plain, options),
    moves: new ReallocationServiceClient(reallocation, plain, options),
    staffing: new StaffingServiceClient(forecasting, plain, options),
  }
  return {
    ...clients,
    close: () => {
      for (const client of Object.values(clients)) client.close()
    },
  }
}

export type Api = ReturnType<typeof connect>

/** The code of the refusal that a call must meet. */
export async function refusal(call: Promise<unknown>): Promise<Refused> {
  try {
    await call
  } catch (error) {
    if (error instanceof Refused) return error
    throw error
  }
  return assert.fail('this should have been refused')
}

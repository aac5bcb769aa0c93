/** The platform and all agents' desks of assign-embedded, in a process of their own. */
import { ChannelCredentials, type ClientDuplexStream, Metadata } from '@grpc/grpc-js'
import {
  AgentServiceClient,
  type AgentSessionRequest,
  type AgentSessionResponse,
} from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import {
  ContactServiceClient,
  type ContactStreamRequest,
  type ContactStreamResponse,
  type SubmitContactRequest,
} from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { type Refusal, refusalOf, refusalOfAnswer } from 'evenkeel/platform/refusal.ts'
import { median, percentile } from '../statistics.ts'
import {
  type Answer,
  type Ask,
  attributeBytes,
  type Centre,
  type Mode,
  nothing,
  queueId,
  type Run,
} from './messages.ts'
import { agentId, setUp } from './set-up.ts'

const SESSIONS_PER_CONNECTION = 50
/** After the last submission of a run: who is not offered by then is lost. */
const PATIENCE_MS = 2_000
/** More in flight is no service: the run is over. */
const OUTSTANDING_MAX = 5_000
const CALL_MS = 10_000
const WINDOW_MS = 250
const LINES = 8
/** Refusals that an overload is there to see. */
const SHED: ReadonlySet<string> = new Set([
  'POOL_OVER_RATE',
  'APPLYING_BEHIND',
  'OVERLOADED',
  'QUEUE_FULL',
])
/** Not answered in time; without a code: given up by the client itself. */
const LATE: ReadonlySet<string> = new Set([
  '',
  'DEADLINE_EXCEEDED',
  'COMMAND_TOO_LATE',
  'OUTCOME_UNKNOWN',
])
const DRAIN_MS = 20_000

const plain = ChannelCredentials.createInsecure()
const own = { 'grpc.use_local_subchannel_pool': 1 }
const attributes = Buffer.alloc(attributeBytes, 7)

type Session = ClientDuplexStream<AgentSessionRequest, AgentSessionResponse>
type Contacts = ClientDuplexStream<ContactStreamRequest, ContactStreamResponse>

/** A connection of the platform's. */
interface Line {
  readonly contacts: ContactServiceClient
  readonly stream: Contacts
}

class Rig {
  readonly #lines: readonly Line[]
  readonly #sessions: Session[] = []
  /** When each contact without an offer should have been submitted. */
  readonly #due = new Map<string, number>()
  readonly #took: number[] = []
  /** By quarter second in which they were due. */
  #windows: number[][] = []
  #began = 0
  #failure = ''
  #submitted = 0
  #overload = false
  readonly #refusedMs: number[] = []
  #untold = 0
  #late = 0
  readonly #centre: Centre

  constructor(target: string, centre: Centre) {
    this.#centre = centre
    this.#lines = Array.from({ length: LINES }, () => this.#line(target))
  }

  #line(target: string): Line {
    const contacts = new ContactServiceClient(target, plain, own)
    const stream = contacts.contactStream()
    stream.on('data', ({ requestId, result }: ContactStreamResponse) => {
      if (result?.$case === 'error') this.#refused(requestId, refusalOfAnswer(result.value))
    })
    stream.on('error', (error) => this.#failed(error.message))
    return { contacts, stream }
  }

  #refused(contactId: string, { code, message, retryAfterMs }: Refusal): void {
    const isLate = LATE.has(code)
    if (!this.#overload || !(isLate || SHED.has(code))) return this.#failed(message)
    const due = this.#due.get(contactId)
    this.#due.delete(contactId)
    if (isLate) {
      this.#late += 1
      return
    }
    if (due !== undefined) this.#refusedMs.push(performance.now() - due)
    if (retryAfterMs === undefined) this.#untold += 1
  }

  async open(target: string): Promise<void> {
    const { pools, agentsPerPool } = this.#centre
    let client = new AgentServiceClient(target, plain, own)
    const opening: Promise<void>[] = []
    for (const pool of pools) {
      for (let number = 0; number < agentsPerPool; number++) {
        opening.push(this.#sit(client, pool, agentId(pool, number)))
        if (opening.length % SESSIONS_PER_CONNECTION > 0) continue
        client = new AgentServiceClient(target, plain, own)
      }
    }
    await Promise.all(opening)
  }

  #sit(client: AgentServiceClient, pool: string, agent: string): Promise<void> {
    const session = client.agentSession()
    this.#sessions.push(session)
    const value = { pool, agentId: agent, sessionToken: '', ready: true }
    session.write({ requestId: 'open', command: { $case: 'open', value } })
    return new Promise((resolve, reject) => {
      session.on('error', (error) => {
        this.#failed(error.message)
        reject(error)
      })
      session.on('data', ({ event }: AgentSessionResponse) => {
        if (event?.$case === 'opened') resolve()
        if (event?.$case === 'offer') {
          const contactId = event.value.contact?.contactId ?? ''
          this.#offered(contactId)
          this.#work(session, { pool, agentId: agent }, event.value.offerId, contactId)
        }
        if (event?.$case === 'result' && event.value.error !== undefined) {
          this.#failed(event.value.error.message)
        }
      })
    })
  }

  #offered(contactId: string): void {
    const due = this.#due.get(contactId)
    if (due === undefined) return
    this.#due.delete(contactId)
    const took = performance.now() - due
    this.#took.push(took)
    const window = Math.floor((due - this.#began) / WINDOW_MS)
    const windows = (this.#windows[window] ??= [])
    windows.push(took)
  }

  /** Accepted and done at once. */
  #work(
    session: Session,
    mine: { readonly pool: string; readonly agentId: string },
    offerId: string,
    contactId: string,
  ): void {
    const accept = { $case: 'acceptOffer', value: { ...mine, offerId } } as const
    session.write({ requestId: `accept-${contactId}`, command: accept })
    const complete = { $case: 'completeContact', value: { ...mine, contactId } } as const
    session.write({ requestId: `complete-${contactId}`, command: complete })
  }

  #failed(message: string): void {
    this.#failure ||= message
  }

  #submit(mode: Mode, due: number): void {
    const { pools } = this.#centre
    const pool = pools[this.#submitted % pools.length] ?? ''
    const contactId = `c-${this.#submitted++}`
    this.#due.set(contactId, due)
    const value: SubmitContactRequest = { ...blank, pool, contactId, customerKey: contactId }
    // One connection holds its own load back; who brings more than can be taken has several.
    const line = this.#lines[this.#overload ? this.#submitted % LINES : 0]
    if (mode === 'stream') {
      const timeout = { seconds: CALL_MS / 1_000, nanos: 0 }
      const command = { $case: 'submitContact', value } as const
      line?.stream.write({ requestId: contactId, timeout, command })
      return
    }
    const deadline = Date.now() + CALL_MS
    line?.contacts.submitContact(value, new Metadata(), { deadline }, (error) => {
      if (error !== null) this.#refused(contactId, refusalOf(error))
    })
  }

  /**
   * Open loop: each contact is due at its time, whatever became of those before, and is timed from
   * then on.
   */
  async run({ mode, perSecond, ms, overload = false }: Run): Promise<Answer> {
    this.#overload = overload
    this.#refusedMs.length = 0
    this.#untold = 0
    this.#late = 0
    this.#took.length = 0
    this.#windows = []
    this.#due.clear()
    this.#failure = ''
    const began = performance.now()
    this.#began = began
    const total = Math.ceil((perSecond * ms) / 1_000)
    for (let sent = 0; sent < total && this.#failure === ''; ) {
      const now = performance.now()
      const due = (at: number) => began + (at * 1_000) / perSecond
      for (; sent < total && due(sent) <= now; sent++) this.#submit(mode, due(sent))
      if (this.#due.size > OUTSTANDING_MAX && !overload) this.#failed('too many in flight')
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    const ended = performance.now()
    const goodput = (1_000 * this.#took.length) / (ended - began)
    const until = ended + PATIENCE_MS
    while (this.#due.size > 0 && this.#failure === '' && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    const lost = this.#due.size + this.#late
    const sorted = Float64Array.from(this.#took).sort()
    // What an overloaded run has left behind is not to be the next one's.
    for (
      const end = performance.now() + DRAIN_MS;
      this.#due.size > 0 && performance.now() < end;
    ) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const turnedAway = Float64Array.from(this.#refusedMs).sort()
    return {
      offered: sorted.length,
      lost,
      p50Ms: percentile(sorted, 0.5),
      p99Ms: percentile(sorted, 0.99),
      windowP99Ms: median(this.#windows.map((took) => p99(took))),
      refused: turnedAway.length,
      refusedP99Ms: turnedAway.length === 0 ? 0 : percentile(turnedAway, 0.99),
      untold: this.#untold,
      goodput,
      restMs: performance.now() - ended,
      failure: this.#failure,
    }
  }

  close(): void {
    for (const session of this.#sessions) session.cancel()
    for (const { stream } of this.#lines) stream.cancel()
  }
}

const p99 = (took: readonly number[]): number => percentile(Float64Array.from(took).sort(), 0.99)

const blank: SubmitContactRequest = {
  pool: '',
  contactId: '',
  queueId,
  requirements: [],
  preferredAgentIds: [],
  holdOut: undefined,
  excludedAgentIds: [],
  priority: 0,
  customerKey: '',
  addressKey: '',
  conversationId: '',
  attributes,
  references: [],
  enteredAt: undefined,
  timeToLive: undefined,
  source: '',
  timeZone: '',
  test: false,
  need: '',
  facts: [],
}

let rig: Rig | undefined

async function answer(ask: Ask): Promise<void> {
  if (ask.kind === 'end') process.exit(0)
  if (ask.kind === 'run') {
    process.send?.(await rig?.run(ask))
    return
  }
  const { centre } = ask
  if (ask.skills !== undefined) await setUp(ask.target, ask.skills, plain, centre)
  rig = new Rig(ask.target, centre)
  await rig.open(ask.target)
  process.send?.(nothing)
}

process.on('message', (ask: Ask) => void answer(ask))

import { routing } from '@evenkeel/routing'
import {
  type CallbackPolicy,
  type Command,
  contactView,
  findContact,
  keyOf,
  openOfferOf,
  type QueuePolicy,
  type RoutingEvent,
  type RoutingState,
} from '@evenkeel/routing/core'
import type { Chance } from '../chance.ts'
import { Outlook } from '../checks/outlook.ts'
import { Side } from '../moves/side.ts'
import { foretold } from '../world/foretelling.ts'

const second = 1_000
const minute = 60 * second
const pool = 'p'
const queueId = 'tax'
const people = ['ann', 'bob', 'cid', 'dee'] as const

/** What happens how often. */
const deeds = {
  foretells: 1,
  calls: 6,
  chooses: 8,
  works: 6,
  comesAndGoes: 1,
  passes: 4,
  restarts: 1,
} as const
type Deed = keyof typeof deeds
const drawn = Object.entries(deeds).flatMap(([deed, times]) =>
  new Array<Deed>(times).fill(deed as Deed),
)

/**
 * A seed's world of promises: routing's core, a queue that calls back within a time, and a
 * forecasting service that says another thing now and then. Calls take minutes, so that rooms are
 * narrow; whoever is offered a callback mostly takes it.
 */
export class PromisesWorld {
  readonly #routing: Side<RoutingState, Command, RoutingEvent>
  readonly #chance: Chance
  readonly #outlook = new Outlook()
  readonly #told: Uint8Array[] = []
  readonly #dies: boolean
  #time = Date.UTC(2026, 0, 5, 8, 20)
  #calls = 0

  constructor(chance: Chance) {
    this.#chance = chance
    this.#dies = chance.happens(0.1)
    this.#routing = new Side(routing, {
      given: (command, ok) => this.#outlook.decided(command, ok),
      told: (event, time) => this.#outlook.told([event], time, this.#routing.state),
    })
    this.#gives({ kind: 'putPool', pool, displayName: '', etag: '' })
    this.#gives({
      ...{ kind: 'putQueue', pool, queueId, displayName: '', channel: 'voice', etag: '' },
      ...{ policy, callback: callbackOf(chance) },
    })
    const channels = [{ channel: 'voice', weight: 100 }] as const
    for (const agentId of people) {
      this.#gives({ kind: 'changeProfile', pool, agentId, skills: [], channels })
      this.#gives({ kind: 'signIn', pool, agentId, ready: true })
    }
  }

  run(steps: number): void {
    for (let step = 0; step < steps; step++) this.#do(this.#chance.any(drawn) ?? 'passes')
    this.#outlook.mustBeComplete()
  }

  #gives(command: Command): void {
    this.#routing.apply(command, this.#time)
  }

  #do(deed: Deed): void {
    const chance = this.#chance
    const agentId = chance.pick(people)
    switch (deed) {
      case 'foretells':
        return this.#foretells()
      case 'calls':
        return this.#gives(submission(`c${this.#calls++}`))
      case 'chooses':
        return this.#chooses(`c${chance.int(Math.max(0, this.#calls - 8), this.#calls)}`)
      case 'works':
        return this.#works(agentId)
      case 'comesAndGoes':
        return this.#gives({
          ...{ kind: 'setPresence', pool, agentId, reason: '' },
          presence: chance.pick(['ready', 'draining']),
        })
      case 'passes': {
        this.#time += chance.pick([5 * second, minute, 4 * minute])
        return this.#routing.ticks(this.#time)
      }
      case 'restarts':
        return this.#dies ? this.#routing.restarts() : undefined
      default:
        return deed satisfies never
    }
  }

  #foretells(): void {
    const { event, told } = foretold(this.#chance, queueId, this.#time)
    this.#outlook.sent(told)
    this.#told.push(event)
    this.#routing.reads(this.#told, 'forecasting', this.#time)
  }

  #chooses(contactId: string): void {
    const { state } = this.#routing
    const row = findContact(state, pool, contactId)
    if (row === undefined || row.callback < 0) return
    const at = { time: this.#time, uptime: this.#time, offset: 0, logic: 1 }
    const { windows = [] } = contactView(state, row, at).callback?.choices ?? {}
    const window = this.#chance.happens(0.7) ? this.#chance.any(windows) : undefined
    this.#gives({
      ...{ kind: 'respondToCallbackOffer', pool, contactId, accept: true },
      ...{ addressRef: 'tel', product: 'within' },
      ...(window === undefined ? {} : { windowFrom: window.from }),
    })
  }

  /** An agent answers, or is done. */
  #works(agentId: string): void {
    const { state } = this.#routing
    const agent = state.agents.must(keyOf(pool, agentId))
    const at = { time: this.#time, uptime: this.#time, offset: 0, logic: 1 }
    const offer = openOfferOf(state, agent, at)
    if (offer !== undefined) {
      const { offerId, contact } = offer
      const { contactId } = contact
      this.#gives({ kind: 'acceptOffer', pool, agentId, offerId })
      const media = { status: 'answered', cause: 'none' } as const
      return this.#gives({ kind: 'reportMedia', pool, contactId, ...media })
    }
    const slot = state.workOf.first(agent.slot)
    if (slot < 0 || this.#chance.happens(0.6)) return
    const contactId = state.contacts.at(slot).id.slice(pool.length + 1)
    this.#gives({ kind: 'completeContact', pool, contactId, agentId })
  }
}

const policy: QueuePolicy = {
  requirements: [],
  serviceLevelTargetMs: 20 * second,
  serviceLevelGoalBp: 8_000,
  agingPerPointMs: 30 * second,
  timeToLiveMs: 240 * minute,
  maxWaiting: 10_000,
  offerTimeoutMs: 5 * minute,
  connectTimeoutMs: 30 * second,
  handleLimitMs: 480 * minute,
  holdLimitMs: 480 * minute,
  wrapUpMs: 0,
  initialHandleTimeMs: 3 * minute,
}

const callbackOf = (chance: Chance): CallbackPolicy => ({
  offerAboveMs: 0,
  offerLevelBp: 5_000,
  offerCadenceMs: 5 * second,
  offerTimeoutMs: 10 * minute,
  ringTimeoutMs: 25 * second,
  maxAttempts: 2,
  retryAfterMs: minute,
  promiseToleranceMs: minute,
  giveUpAfterMs: 60 * minute,
  within: {
    withinMs: 5 * minute,
    slackMs: minute,
    windowMs: 10 * minute,
    windows: 4,
    shareBp: chance.pick([5_000, 10_000]),
    only: true,
  },
})

const submission = (contactId: string): Command => ({
  kind: 'submitContact',
  ...{ pool, contactId, queueId, requirements: [], preferredAgentIds: [], holdOutMs: 0 },
  ...{ excludedAgentIds: [], priority: 0, customerKey: '', addressKey: '', conversationId: '' },
  ...{ attributes: new Uint8Array(0), references: [], enteredAt: undefined },
  ...{ timeToLiveMs: undefined, test: false, fingerprint: contactId },
})

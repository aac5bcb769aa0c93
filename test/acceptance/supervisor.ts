import assert from 'node:assert/strict'
import { Presence } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import type {
  SubmitContactRequest,
  SubmitContactResponse,
} from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import {
  type Calendar,
  GetQueueStatsRequest,
  Queue,
  SetQueueStateRequest,
  type Unstaffable,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { Caller } from './api.ts'
import type { Centre } from './centre.ts'
import type { Desk } from './desk.ts'
import { timeMs } from './time.ts'

/** Sue, who watches over the queues of a centre and may close them. */
export class Supervisor {
  readonly #centre: Centre
  readonly #caller = new Caller()

  constructor(centre: Centre) {
    this.#centre = centre
  }

  /** Log time, ms since 1970. */
  async now(): Promise<number> {
    const { api, pool } = this.#centre
    const request = GetQueueStatsRequest.fromPartial({ pool })
    const stats = await this.#caller.call(api.queues.getQueueStats.bind(api.queues), request)
    return timeMs(stats.asOf)
  }

  /** A voice queue, with what centre.queue() does not know of. */
  async puts(queue: Partial<Queue>): Promise<void> {
    const { api, pool } = this.#centre
    const whole = Queue.fromPartial({ pool, channel: Channel.CHANNEL_VOICE, ...queue })
    await this.#caller.call(api.queues.putQueue.bind(api.queues), {
      queue: whole,
      validateOnly: false,
    })
  }

  /** Answers with the calendar as it is kept. */
  async putsCalendar(calendar: Calendar): Promise<Calendar> {
    const { api, pool } = this.#centre
    const request = { calendar: { ...calendar, pool }, validateOnly: false }
    const put = await this.#caller.call(api.queues.putCalendar.bind(api.queues), request)
    return put.calendar ?? assert.fail('no calendar')
  }

  /** The whole answer that a platform gets. */
  async submits(
    contactId: string,
    queueId: string,
    more: Partial<SubmitContactRequest> = {},
  ): Promise<SubmitContactResponse> {
    const { contacts } = this.#centre.api
    const request = this.#centre.submission(contactId, queueId, more)
    return this.#caller.call(contacts.submitContact.bind(contacts), request)
  }

  async unstaffable(): Promise<readonly Unstaffable[]> {
    const { api, pool } = this.#centre
    const request = { pool, pageSize: 0, pageToken: '' }
    const list = await this.#caller.call(api.queues.listUnstaffable.bind(api.queues), request)
    return list.combinations
  }

  /** Home for the day. */
  async sendsHome({ agentId }: Desk): Promise<void> {
    const { api, pool } = this.#centre
    const request = { pool, agentId, presence: Presence.PRESENCE_SIGNED_OUT, reason: 'home' }
    await this.#caller.call(api.agents.setPresence.bind(api.agents), request)
  }

  /** For a fire drill. */
  async sets(queueId: string, change: Partial<SetQueueStateRequest>): Promise<Queue> {
    const { api, pool } = this.#centre
    const who = { pool, queueId, reason: 'fire drill', actor: 'sue' }
    const request = SetQueueStateRequest.fromPartial({ ...who, ...change })
    const { queue } = await this.#caller.call(api.queues.setQueueState.bind(api.queues), request)
    return queue ?? assert.fail(`no queue ${queueId}`)
  }
}

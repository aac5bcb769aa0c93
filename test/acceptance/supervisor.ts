import assert from 'node:assert/strict'
import { Queue, SetQueueStateRequest } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Caller } from './api.ts'
import type { Centre } from './centre.ts'
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
    const request = { pool, queueIds: [] }
    const stats = await this.#caller.call(api.queues.getQueueStats.bind(api.queues), request)
    return timeMs(stats.asOf)
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

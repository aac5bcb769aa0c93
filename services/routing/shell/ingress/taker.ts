import { CodedError, common } from '@evenkeel/chassis/errors'
import type { Membership, Received, Sender } from '@evenkeel/chassis/log/kafka'
import type { Logger } from '@evenkeel/chassis/observe'
import type { Call } from '@evenkeel/chassis/serve'
import { type RoutingHosted, submit } from '../calls.ts'
import { ingressLimits } from '../limits.ts'
import type { IngressMetrics } from './metrics.ts'
import type { Stay } from './order.ts'
import type { About, Ask, Asked } from './record.ts'
import { rejectedBytes } from './rejected.ts'

export interface Taken {
  readonly received: Received
  readonly asked: Asked
}

export interface TakerOptions {
  readonly hosted: RoutingHosted
  readonly topic: string
  readonly rejected: Pick<Sender, 'send'>
  readonly membership: Membership
  /** Shared by all takers of a process. */
  readonly halts: Halts
  readonly metrics: IngressMetrics
  readonly logger: Logger
}

const { callMs, waitMsMin, waitMsMax, haltedMsMax } = ingressLimits

/**
 * Since when partitions of the log have been met halted. Counted for each as a whole, or every
 * record of it would hold up what is behind for as long as the first one did.
 */
export class Halts {
  readonly #since = new Map<number, number>()

  /** What became of an attempt there. */
  met(partition: number, error: CodedError | undefined, nowMs: number): void {
    if (error?.code !== 'PARTITION_HALTED') this.#since.delete(partition)
    else if (!this.#since.has(partition)) this.#since.set(partition, nowMs)
  }

  forMs(partition: number, nowMs: number): number {
    return nowMs - (this.#since.get(partition) ?? nowMs)
  }
}

/**
 * One record to its end, which is an effect, a refusal that has been told, or that it is another
 * cell's. What fails only for the time being is tried again until then: a record that is passed
 * over is lost.
 */
export class Taker {
  readonly #options: TakerOptions

  constructor(options: TakerOptions) {
    this.#options = options
  }

  /** False: given up because the signal has aborted; whoever has the partition then repeats it. */
  async take({ received, asked }: Taken, stay: Stay): Promise<boolean> {
    const { hosted, halts, metrics } = this.#options
    const about = 'ask' in asked ? asked.ask.about : asked.about
    // Of a pool that can't be read, or is no id, one cell of all must tell: hashing asks for no id.
    const partition = hosted.partitionOf(about.pool)
    if (!hosted.keeps(partition)) {
      metrics.passedOver.inc({})
      return true
    }
    if ('error' in asked) return this.#refuse(received, about, asked.error, stay)
    for (
      let waitMs: number = waitMsMin;
      !stay.signal.aborted;
      waitMs = Math.min(2 * waitMs, waitMsMax)
    ) {
      const error = await this.#attempt(asked.ask, stay.signal)
      if (error === 'no_lease') {
        await stay.rest(waitMsMin)
        continue
      }
      const nowMs = performance.now()
      halts.met(partition, error, nowMs)
      if (error === undefined) {
        metrics.accepted.inc({})
        return true
      }
      if (!isPassing(error, halts.forMs(partition, nowMs))) {
        return this.#refuse(received, about, error, stay)
      }
      metrics.held.inc({ code: error.code })
      await stay.rest(waitMs)
    }
    return false
  }

  /** As a caller of the API would; undefined: it took effect, now or before. */
  async #attempt(ask: Ask, signal: AbortSignal): Promise<CodedError | 'no_lease' | undefined> {
    const leaseMs = this.#options.membership.leaseMs()
    if (leaseMs <= 0) return 'no_lease'
    const began = performance.now()
    const call: Call = {
      // Never beyond what is certainly ours: then it can't land after what the next owner does.
      get deadlineMs() {
        return Math.max(0, Math.min(callMs, leaseMs) - (performance.now() - began))
      },
      signal,
      atLeast: undefined,
      position: () => undefined,
    }
    try {
      // Nobody reads the answer.
      await submit(this.#options.hosted, ask.command, call, () => undefined, 'topic')
      return undefined
    } catch (error) {
      return error instanceof CodedError ? error : this.#fault(error)
    }
  }

  /** Ours, not the sender's: told all the same, since the next record must not wait for a person. */
  #fault(error: unknown): CodedError {
    const reference = `ingress-${Math.trunc(performance.timeOrigin + performance.now())}`
    this.#options.logger.error('ingress.fault', { reference, error })
    return common('INTERNAL', { reference })
  }

  async #refuse(
    received: Received,
    about: About,
    error: CodedError,
    { signal, rest }: Stay,
  ): Promise<boolean> {
    const { topic, rejected, metrics, logger } = this.#options
    const bytes = rejectedBytes(topic, received, about, error, Date.now())
    const { partition, offset, key } = received
    for (
      let waitMs: number = waitMsMin;
      !signal.aborted;
      waitMs = Math.min(2 * waitMs, waitMsMax)
    ) {
      try {
        await rejected.send(partition, key && key.subarray(0, ingressLimits.keyBytesMax), bytes)
        metrics.refused.inc({ code: error.code })
        logger.info('ingress.refused', { partition, offset, code: error.code })
        return true
      } catch (failure) {
        metrics.untold.inc({})
        logger.warn('ingress.untold', { partition, offset, error: failure, waitMs })
        await rest(waitMs)
      }
    }
    return false
  }
}

/**
 * The system's own state, which a later attempt may find changed. A halted partition waits for an
 * operator; meanwhile what is behind it, of other pools, must not. That a queue is full is no state
 * of the system's: the sender has to know.
 */
export function isPassing({ code, status }: CodedError, haltedMs: number): boolean {
  if (code === 'PARTITION_HALTED') return haltedMs < haltedMsMax
  if (code === 'OVERLOADED' || code === 'APPLYING_BEHIND' || code === 'LOG_REFUSED') return true
  return status === 'UNAVAILABLE' || status === 'DEADLINE_EXCEEDED' || status === 'UNKNOWN'
}

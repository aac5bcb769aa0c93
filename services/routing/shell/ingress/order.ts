import type { Intake } from '@evenkeel/chassis/log/kafka'

/** One thing to do. Equal keys are done one after another, others at the same time. */
export interface Job<T> {
  readonly offset: number
  /** undefined: ordered with nothing. */
  readonly key: string | undefined
  readonly work: T
}

/** How many jobs may be in hand at once, over all partitions. */
export class Slots {
  #free: number
  readonly #waiting = new Set<() => void>()

  constructor(count: number) {
    this.#free = count
  }

  /** False: none is free; `then` is called when one may be. */
  take(then: () => void): boolean {
    if (this.#free === 0) {
      this.#waiting.add(then)
      return false
    }
    this.#free -= 1
    return true
  }

  /** False: the signal has aborted before there was one. */
  taken(signal: AbortSignal): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const next = (): void => {
      if (signal.aborted) resolve(false)
      else if (this.take(next)) resolve(true)
    }
    const gone = (): void => {
      this.#waiting.delete(next)
      resolve(false)
    }
    signal.addEventListener('abort', gone, { once: true })
    next()
    return promise.finally(() => signal.removeEventListener('abort', gone))
  }

  give(): void {
    this.#free += 1
    // Who is let in goes to the end of the line, so that no partition starves; who has closed
    // meanwhile takes nothing, and the next one is asked.
    for (const next of [...this.#waiting]) {
      if (this.#free === 0) return
      this.#waiting.delete(next)
      next()
    }
  }
}

interface Entry<T> extends Job<T> {
  finished: boolean
}

/** What one who is at a job has of the partition. */
export interface Stay {
  /** Aborts when the partition is given up. */
  readonly signal: AbortSignal
  /** Lets others have the slot for so long, before the job is tried again. */
  rest(ms: number): Promise<void>
}

interface Options<T> {
  readonly slots: Slots
  /** So many at rest, and nothing further is begun: it would most likely fail as these do. */
  readonly restingMax: number
  /** True: done with, never to be done again. False: given up because the signal has aborted. */
  act(work: T, stay: Stay): Promise<boolean>
  /** Resolves after so long, or as soon as the signal has aborted. */
  pause(ms: number, signal: AbortSignal): Promise<void>
  /** The backlog has shrunk. */
  onIdle(): void
}

/**
 * One partition's jobs: in order per key, at once across keys. `done` passes a job only when all
 * before it are done with, so that a crash repeats some and loses none.
 */
export class Ordered<T> implements Pick<Intake, 'backlog' | 'done' | 'close'> {
  readonly #options: Options<T>
  readonly #gone = new AbortController()
  /** As they came; those at the front are not finished. */
  readonly #line: Entry<T>[] = []
  /** May begin as soon as there is a slot. */
  readonly #ready: Entry<T>[] = []
  /** By key of a job that is ready or in hand: those that wait behind it. */
  readonly #behind = new Map<string, Entry<T>[]>()
  readonly #inHand = new Set<Promise<void>>()
  readonly #pump = (): void => this.#begin()
  #resting = 0
  done: number | undefined

  constructor(options: Options<T>) {
    this.#options = options
  }

  get backlog(): number {
    return this.#line.length
  }

  push(jobs: readonly Job<T>[]): void {
    for (const job of jobs) {
      const entry = { ...job, finished: false }
      this.#line.push(entry)
      const behind = job.key === undefined ? undefined : this.#behind.get(job.key)
      if (behind !== undefined) behind.push(entry)
      else {
        if (job.key !== undefined) this.#behind.set(job.key, [])
        this.#ready.push(entry)
      }
    }
    this.#begin()
  }

  async close(): Promise<void> {
    this.#gone.abort()
    await Promise.all(this.#inHand)
  }

  #begin(): void {
    const { slots } = this.#options
    while (this.#mayBegin() && slots.take(this.#pump)) {
      const entry = this.#ready.shift()
      if (entry === undefined) return
      const acting = this.#act(entry).finally(() => this.#inHand.delete(acting))
      this.#inHand.add(acting)
    }
  }

  #mayBegin(): boolean {
    if (this.#gone.signal.aborted || this.#ready.length === 0) return false
    return this.#resting < this.#options.restingMax
  }

  async #act(entry: Entry<T>): Promise<void> {
    const { slots, act, pause, onIdle } = this.#options
    const { signal } = this.#gone
    let held = true
    const rest = async (ms: number): Promise<void> => {
      held = false
      this.#resting += 1
      slots.give()
      await pause(ms, signal)
      held = await slots.taken(signal)
      this.#resting -= 1
      this.#begin()
    }
    const done = await act(entry.work, { signal, rest })
    entry.finished = done
    if (done) this.#advance(entry)
    if (held) slots.give()
    if (!done) return
    onIdle()
    this.#begin()
  }

  #advance({ key }: Entry<T>): void {
    let finished = 0
    while (this.#line[finished]?.finished === true) finished += 1
    const last = this.#line[finished - 1]
    if (last !== undefined) this.done = last.offset + 1
    this.#line.splice(0, finished)
    if (key === undefined) return
    const next = this.#behind.get(key)?.shift()
    if (next === undefined) this.#behind.delete(key)
    else this.#ready.push(next)
  }
}

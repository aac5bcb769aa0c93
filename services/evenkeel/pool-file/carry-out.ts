import type { JsonObject } from '@bufbuild/protobuf'
import { Refusal } from '../platform/refusal.ts'
import { refusalInWords } from '../platform/unreached.ts'
import { type Api, isObject } from './api.ts'
import { gather } from './gather.ts'
import { presenceOf } from './at-work.ts'
import { type Kind, kinds } from './kinds.ts'
import { problemOf, putRequest, type Step } from './plan.ts'
import { inWords } from './problem.ts'
import type { Item } from './read-file.ts'

export interface Terms {
  readonly api: Api
  readonly pool: string
  /** For what is told. */
  readonly file: string
  /** Agents who are at work may be removed. */
  readonly force: boolean
  readonly interrupted: AbortSignal
  /** Told of each step that is done. */
  done(step: Step): void
}

/** The step at which it came to an end; those that were done stay done. */
export class StepRefused extends Error {
  override readonly name = 'StepRefused'
}

type Put = Exclude<Step, { readonly deed: 'remove' }>

const isPut = (step: Step): step is Put => step.deed !== 'remove'

/**
 * Does the steps of a plan, each kind after those that it needs, and removals last. Each names the
 * etag that was read: what somebody else has changed meanwhile is refused, not overwritten. Throws
 * StepRefused at the first refusal that the rest of the file does not mend.
 */
export async function carryOut(terms: Terms, steps: readonly Step[]): Promise<void> {
  const waiting: Put[] = []
  for (const kind of kinds()) {
    const ofKind = steps.filter(isPut).filter(({ item }) => item.kind === kind)
    waiting.push(...(await putAll(terms, kind, ofKind)))
  }
  for (const step of steps) {
    if (step.deed === 'remove') await removed(terms, step)
  }
  for (const step of waiting) {
    const refusal = await put(terms, step)
    if (refusal !== undefined) throw stopped(terms, step, refusal)
  }
}

interface RefusedPut {
  readonly step: Put
  readonly refusal: Refusal
}

/**
 * Puts all of a kind. Queues name each other, in whatever order they stand in the file: who is
 * refused is tried again for as long as another one was taken meanwhile. Answers with those that
 * wait for other kinds.
 */
async function putAll(terms: Terms, kind: Kind, steps: readonly Put[]): Promise<readonly Put[]> {
  let left = steps
  let refused: readonly RefusedPut[] = []
  while (left.length > 0) {
    const tried = await gather(left, async (step) => {
      const refusal = await put(terms, step)
      if (refusal === undefined) return []
      // Nothing in the file can mend these.
      if (refusal.code === '' || refusal.code === 'ETAG_MISMATCH') {
        throw stopped(terms, step, refusal)
      }
      return [{ step, refusal }]
    })
    refused = tried.flat()
    const taken = left.length - refused.length
    left = refused.map(({ step }) => step)
    if (taken > 0) continue
    const circle = await brokenUp(terms, refused)
    if (circle === undefined) break
    left = circle
  }
  const lost = refused.find(({ refusal }) => !kind.waitsFor.includes(refusal.code))
  if (left.length > 0 && lost !== undefined) throw stopped(terms, lost.step, lost.refusal)
  return left
}

/**
 * New ones that name each other in a circle can't be made in any order: first each is made with
 * its required fields alone, which nobody uses yet, and then it is put whole.
 */
async function brokenUp(
  { api }: Terms,
  refused: readonly RefusedPut[],
): Promise<readonly Put[] | undefined> {
  const bare = refused.filter(
    ({ step, refusal }) => step.deed === 'create' && refusal.code === 'QUEUE_UNKNOWN',
  )
  const made = new Map<Item, string>()
  for (const { step } of bare) {
    const { item } = step
    const names = ['pool', 'queue_id', 'channel', 'display_name']
    const json = Object.fromEntries(
      Object.entries(item.json).filter(([name]) => names.includes(name)),
    )
    const answer = await api.call(item.kind.put, putRequest({ ...item, json }, '', false))
    made.set(item, etagIn(answer))
  }
  if (made.size === 0) return undefined
  return refused.map(({ step }) => {
    const etag = made.get(step.item)
    return etag === undefined ? step : { ...step, etag }
  })
}

const etagIn = (answer: JsonObject): string => {
  const [message] = Object.values(answer)
  const etag = isObject(message) ? message['etag'] : undefined
  return typeof etag === 'string' ? etag : ''
}

/** Undefined: done. */
async function put(terms: Terms, step: Put): Promise<Refusal | undefined> {
  const { item, etag } = step
  if (terms.interrupted.aborted) throw new StepRefused('interrupted')
  try {
    await terms.api.call(item.kind.put, putRequest(item, etag, false))
    terms.done(step)
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

function stopped({ file }: Terms, step: Put, refusal: Refusal): StepRefused {
  const { item } = step
  const { line, path, text } = problemOf(item, refusal)
  const why =
    refusal.code === 'ETAG_MISMATCH'
      ? 'somebody else has changed it since it was read, and that was not overwritten; run it again'
      : text
  return new StepRefused(inWords(file, [{ line, path, text: why }]))
}

/** Who is at work is looked at once more: a shift may have begun since the plan was made. */
async function removed(
  { api, pool, force, interrupted, done }: Terms,
  step: Extract<Step, { readonly deed: 'remove' }>,
): Promise<void> {
  const { kind, id, etag } = step
  if (kind.remove === undefined || kind.id === undefined) return
  if (interrupted.aborted) throw new StepRefused('interrupted')
  const presence = force ? undefined : await presenceOf(api, pool, id)
  if (presence !== undefined) {
    throw new StepRefused(`${kind.name} ${id} is ${presence} by now; --force signs out`)
  }
  try {
    await api.call(kind.remove, { pool, [kind.id.name]: id, etag })
    done(step)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new StepRefused(`${kind.name} ${id}: ${refusalInWords(error, '')}`)
  }
}

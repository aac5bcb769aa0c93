import { type Command, policyFields, type RoutingEvent } from '@evenkeel/routing/core'
import { must } from '../failure.ts'

type QueueChanged = Extract<RoutingEvent, { readonly kind: 'queueChanged' }>
type PutPolicy = Extract<Command, { readonly kind: 'putPolicy' }>
type Fields = Readonly<Record<string, unknown>>

/** A queue's policy, its callback policy within it. */
interface Known {
  readonly fields: Fields
  readonly etag: string
  readonly version: number
}

/** What a change of policies changes, and what it leaves alone: by the changes and the queues as told. */
export class Policies {
  readonly #known = new Map<string, Known>()
  /** The change that a queue had last, so that a repeat is known. */
  readonly #requests = new Map<string, string>()

  accepted(c: Command, events: readonly RoutingEvent[]): void {
    const before = new Map(this.#known)
    this.told(events)
    if (c.kind !== 'putPolicy') return
    for (const { queueId, etag } of c.queues) this.#put(c, queueId, etag, before.get(queueId))
  }

  told(events: readonly RoutingEvent[]): void {
    for (const e of events) if (e.kind === 'queueChanged') this.#changed(e)
  }

  #changed({ queueId, policy, callback, etag, policyVersion: version }: QueueChanged): void {
    const fields = { ...policy, callback }
    const former = this.#known.get(queueId)
    const same = former !== undefined && textOf(former.fields) === textOf(fields)
    const due = (former?.version ?? 0) + (same ? 0 : 1)
    must(version === due, () => `the policy of ${queueId} is version ${version}, ${due} was next`)
    this.#known.set(queueId, { fields, etag, version })
  }

  #put(c: PutPolicy, queueId: string, etag: string, former: Known | undefined): void {
    const now = this.#known.get(queueId)
    must(former !== undefined && now !== undefined, () => `${queueId} is nobody's queue`)
    if (former === undefined || now === undefined) return
    const repeated = this.#requests.get(queueId) === c.requestId
    const seen = repeated || etag === '' || etag === former.etag
    must(seen, () => `${queueId} was changed by who had seen ${etag}, and is ${former.etag}`)
    const wanted = repeated ? former.fields : patchedBy(former.fields, c)
    must(textOf(wanted) === textOf(now.fields), () => {
      return `${queueId} was to be ${textOf(wanted)}, and is ${textOf(now.fields)}`
    })
    if (now.version > former.version) this.#requests.set(queueId, c.requestId)
  }
}

type Part = { readonly kind: 'none' } | { readonly kind: 'whole' | 'some'; readonly value: object }

function patchedBy(former: Fields, { patch }: PutPolicy): Fields {
  const { plain, callback, within, absent = [], ...parts } = patch
  const policy: Record<string, unknown> = { ...former }
  for (const [key, part] of Object.entries(parts)) policy[key] = partOf(former[key], part)
  const calling = { ...asFields(partOf(former['callback'], callback)) }
  if (within !== undefined) calling['within'] = partOf(calling['within'], within)
  for (const path of absent) {
    const [name = '', inside] = path.split('.')
    if (inside === undefined) delete policy[keyOf(policyFields.plain, name)]
    else delete calling[keyOf(policyFields.callback, inside)]
  }
  const none = partOf(former['callback'], callback) === undefined
  return { ...policy, ...plain, callback: none ? undefined : calling }
}

function partOf(former: unknown, part: Part | undefined): unknown {
  if (part === undefined) return former
  if (part.kind === 'none') return undefined
  return part.kind === 'whole' ? part.value : { ...asFields(former), ...part.value }
}

const asFields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? { ...value } : {}

const keyOf = (fields: readonly (readonly [string, string, string])[], name: string): string =>
  fields.find(([, one]) => one === name)?.[0] ?? ''

/** The same for what is the same, in whatever order its fields come. */
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  )

import { setTimeout as sleep } from 'node:timers/promises'
import { Client, type Metadata, type ServiceError } from '@grpc/grpc-js'
import {
  type DescMessage,
  type DescMethod,
  fromBinary,
  fromJson,
  type JsonObject,
  toBinary,
  toJson,
} from '@bufbuild/protobuf'
import { descriptors } from '@evenkeel/chassis/serve'
import { plaintext } from '../platform/access.ts'
import { once, type Site } from '../platform/connection.ts'
import { backoffMs, Refusal } from '../platform/refusal.ts'
import { rotating, Targets } from '../platform/targets.ts'

/** Real time after which a call that is only ever refused for the moment is given up. */
const GIVE_UP_MS = 60_000
/** Long calls, too, are made again: what the first has done need not be done by the next. */
const ATTEMPTS_MIN = 3

export interface Terms {
  /** Refusals that are an answer here, however retryable. */
  readonly final?: readonly string[]
  /** Real time for one attempt. */
  readonly callMs?: number
}

/** Services that may be processes of their own. */
const SERVICE_NAMES = ['routing', 'skills', 'forecasting', 'reallocation'] as const

type ServiceName = (typeof SERVICE_NAMES)[number]

const serviceOf = (typeName: string): ServiceName =>
  SERVICE_NAMES.find((name) => typeName.startsWith(`evenkeel.${name}.`)) ?? 'routing'

/**
 * The public API as JSON with the names of the protos, by their descriptors: whatever a message has
 * is carried, and nothing here knows what that is. One for each pool: what was written is seen by
 * whatever reads after it.
 */
export class Api {
  readonly #clients: Readonly<Record<ServiceName, Client>>

  constructor(site: Site) {
    const { access = plaintext } = site
    const made = (target: string) =>
      new Client(target, access.credentials, {
        'grpc.max_receive_message_length': 16 * 1024 * 1024,
      })
    this.#clients = {
      routing: rotating(new Targets(site.routing), made),
      skills: rotating(new Targets(site.skills), made),
      forecasting: rotating(new Targets(site.forecasting), made),
      reallocation: rotating(new Targets(site.reallocation), made),
    }
  }

  /** Calls until it is answered for good; rejects with a Refusal. */
  async call(method: DescMethod, request: JsonObject, terms: Terms = {}): Promise<JsonObject> {
    const { input, output, parent } = method
    const { registry } = descriptors()
    const bytes = Buffer.from(toBinary(input, fromJson(input, request, { registry })))
    const client = this.#clients[serviceOf(parent.typeName)]
    const path = `/${parent.typeName}/${method.name}`
    const same = (raw: Buffer) => raw
    const made = (
      body: Buffer,
      metadata: Metadata,
      options: { deadline: number },
      callback: (error: ServiceError | null, response: Buffer) => void,
    ) =>
      client.makeUnaryRequest(path, same, same, body, metadata, options, (error, response) =>
        callback(error, response ?? Buffer.alloc(0)),
      )
    return jsonOf(output, await this.#patiently(made, bytes, terms))
  }

  async #patiently(
    made: Parameters<typeof once<Buffer, Buffer>>[0],
    bytes: Buffer,
    { final = [], callMs }: Terms,
  ): Promise<Buffer> {
    const giveUpAt = Date.now() + Math.max(GIVE_UP_MS, ATTEMPTS_MIN * (callMs ?? 0))
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await once(made, bytes, callMs)
      } catch (error) {
        if (!(error instanceof Refusal) || !error.retryable) throw error
        if (final.includes(error.code) || Date.now() > giveUpAt) throw error
        await sleep(backoffMs(attempt, error.retryAfterMs))
      }
    }
  }

  close(): void {
    this.#clients.routing.close()
    this.#clients.skills.close()
  }
}

/**
 * What a newer server tells beyond what this command knows would be lost with the next put, so it
 * is not read at all.
 */
function jsonOf(schema: DescMessage, bytes: Uint8Array): JsonObject {
  const { registry } = descriptors()
  const message = fromBinary(schema, bytes)
  if (hasUnknown(message)) {
    throw new Error('the server is newer than this command, which would lose part of what it tells')
  }
  const json = toJson(schema, message, { registry, useProtoFieldName: true })
  return isObject(json) ? json : {}
}

function hasUnknown(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false
  if ('$unknown' in value && Array.isArray(value.$unknown) && value.$unknown.length > 0) return true
  return Object.values(value).some(hasUnknown)
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const objectsIn = (value: unknown): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : []

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

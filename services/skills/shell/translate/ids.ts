import { idPatterns, parse } from '@evenkeel/chassis/errors'
import { Channel as WireChannel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { type Channel, channels, limits } from '../../core/index.ts'
import { refusedInput } from '../refusals.ts'

/** What most messages name. */

export const channelNumbers = {
  voice: WireChannel.CHANNEL_VOICE,
  chat: WireChannel.CHANNEL_CHAT,
  email: WireChannel.CHANNEL_EMAIL,
  messaging: WireChannel.CHANNEL_MESSAGING,
  social: WireChannel.CHANNEL_SOCIAL,
  post: WireChannel.CHANNEL_POST,
  fax: WireChannel.CHANNEL_FAX,
  task: WireChannel.CHANNEL_TASK,
} as const satisfies Record<Channel, WireChannel>

export const channelNames: Readonly<Record<number, Channel>> = Object.fromEntries(
  channels.map((channel) => [channelNumbers[channel], channel]),
)

export function poolIdOf(field: string, value: string): string {
  return parse.id(field, value, idPatterns.slug)
}

export function agentIdOf(field: string, value: string): string {
  return parse.id(field, value, idPatterns.agent)
}

export function skillIdOf(field: string, value: string): string {
  return parse.id(field, value, idPatterns.slug)
}

export function templateIdOf(field: string, value: string): string {
  return parse.id(field, value, idPatterns.slug)
}

export function displayNameOf(field: string, value: string): string {
  return parse.text(field, value, limits.displayNameBytes)
}

/** A team, or a queue that an agent belongs to. */
export function groupOf(field: string, value: string): string {
  return parse.optionalId(field, value, idPatterns.slug)
}

export function loginOf(field: string, value: string): string {
  return parse.optionalId(field, value, idPatterns.agent)
}

export function etagOf(field: string, value: string): string {
  return parse.text(field, value, limits.etagBytes)
}

/** Who wants something, and why; nothing at all if neither is said. */
export function byOf(request: { readonly actor: string; readonly reason: string }) {
  const actor = parse.optionalId('actor', request.actor, idPatterns.agent)
  const reason = parse.text('reason', request.reason, limits.reasonBytes)
  return actor === '' && reason === '' ? {} : { by: { actor, reason } }
}

/** What of a message is changed; nothing if all of it is. */
export function maskOf<F extends string>(
  paths: readonly string[] | undefined,
  fields: readonly F[],
): { readonly mask?: readonly F[] } {
  if (paths === undefined) return {}
  const known = new Map(fields.map((field) => [pathOf(field), field]))
  if (paths.length === 0) throw maskRefused('nothing', known)
  const named = paths.map((path) => {
    const field = known.get(path)
    if (field === undefined) throw maskRefused(path, known)
    return field
  })
  parse.unique('update_mask', named, (field) => field)
  // In one order, since the log has it: what a caller writes first says nothing.
  return { mask: fields.filter((field) => named.includes(field)) }
}

function maskRefused(value: string, known: ReadonlyMap<string, string>) {
  const limit = [...known.keys()].join(', ')
  return refusedInput('MASK_UNKNOWN', { field: 'update_mask', value: value.slice(0, 64), limit })
}

export const pathsOf = (mask: readonly string[] | undefined): string[] | undefined =>
  mask?.map(pathOf)

/** As the .proto has it. */
const pathOf = (field: string): string => field.replace(/[A-Z]/g, (x) => `_${x.toLowerCase()}`)

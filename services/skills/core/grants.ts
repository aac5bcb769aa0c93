import { assert } from '@evenkeel/chassis/table'
import { limits, timeMsMax } from './limits.ts'

/** An agent's command of one skill. Held at `validFrom` <= t < `validUntil`, both ms since 1970. */
export interface Grant {
  readonly skillId: string
  readonly level: number
  /** undefined: always was. */
  readonly validFrom: number | undefined
  /** undefined: without end. */
  readonly validUntil: number | undefined
}

/** Their order is part of stored rows: append only. */
export const channels = [
  'voice',
  'chat',
  'email',
  'messaging',
  'social',
  'post',
  'fax',
  'task',
] as const

export type Channel = (typeof channels)[number]

export interface ChannelWeight {
  readonly channel: Channel
  /** What one contact takes from the agent's budget of 100. */
  readonly weight: number
}

/** level, flags, two times, length of the id, the id. */
const GRANT_BYTES = 1 + 1 + 8 + 8 + 1
const HAS_FROM = 1
const HAS_UNTIL = 2

/** Bytes of the largest row's skills. */
export const skillsBytesMax = limits.skillsPerAgent * (GRANT_BYTES + limits.idBytes)
export const channelsBytesMax = limits.channelsPerAgent * 2

/**
 * How a profile's lists lie in its row. One profile has one packing (ids ascending, channels in
 * their order), so rows are compared by bytes; 100,000 agents with five skills each take 15 MB off
 * the heap instead of 60 on it.
 */
export const packing = {
  skills(grants: readonly Grant[]): Uint8Array {
    const sorted = grants.toSorted((a, b) => (a.skillId < b.skillId ? -1 : 1))
    const size = sorted.reduce((sum, grant) => sum + GRANT_BYTES + grant.skillId.length, 0)
    const view = new DataView(new ArrayBuffer(size))
    let at = 0
    let before = ''
    for (const grant of sorted) {
      assert(before < grant.skillId, `skill ${grant.skillId} is twice in a profile`)
      before = grant.skillId
      at = putGrant(view, at, grant)
    }
    return new Uint8Array(view.buffer)
  },

  skillsOf(bytes: Uint8Array): readonly Grant[] {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const grants: Grant[] = []
    for (let at = 0; at < bytes.length; ) {
      const grant = grantAt(view, at)
      grants.push(grant)
      at += GRANT_BYTES + grant.skillId.length
    }
    return grants
  },

  channels(weights: readonly ChannelWeight[]): Uint8Array {
    const bytes = new Uint8Array(weights.length * 2)
    const coded = weights
      .map(({ channel, weight }) => ({ code: channels.indexOf(channel), weight }))
      .toSorted((a, b) => a.code - b.code)
    coded.forEach(({ code, weight }, i) => {
      assert(code !== coded[i - 1]?.code, `channel ${channels[code]} is twice in a profile`)
      bytes[2 * i] = code
      bytes[2 * i + 1] = weight
    })
    return bytes
  },

  channelsOf(bytes: Uint8Array): readonly ChannelWeight[] {
    const weights: ChannelWeight[] = []
    for (let i = 0; i < bytes.length; i += 2) {
      const channel = channels[bytes[i] ?? -1]
      const weight = bytes[i + 1]
      assert(channel !== undefined && weight !== undefined, 'a packed channel is whole')
      weights.push({ channel, weight })
    }
    return weights
  },
} as const

function putGrant(view: DataView, at: number, grant: Grant): number {
  const { skillId, level, validFrom, validUntil } = grant
  view.setUint8(at, level)
  view.setUint8(at + 1, (validFrom === undefined ? 0 : HAS_FROM) | untilFlag(validUntil))
  view.setFloat64(at + 2, time(validFrom))
  view.setFloat64(at + 10, time(validUntil))
  view.setUint8(at + 18, skillId.length)
  for (let i = 0; i < skillId.length; i++) {
    view.setUint8(at + GRANT_BYTES + i, skillId.charCodeAt(i))
  }
  return at + GRANT_BYTES + skillId.length
}

function untilFlag(validUntil: number | undefined): number {
  return validUntil === undefined ? 0 : HAS_UNTIL
}

function time(ms: number | undefined): number {
  if (ms === undefined) return 0
  assert(Number.isInteger(ms) && ms >= 0 && ms <= timeMsMax, `${ms} is no time of a grant`)
  return ms
}

function grantAt(view: DataView, at: number): Grant {
  const flags = view.getUint8(at + 1)
  const length = view.getUint8(at + 18)
  let skillId = ''
  for (let i = 0; i < length; i++) {
    skillId += String.fromCharCode(view.getUint8(at + GRANT_BYTES + i))
  }
  return {
    skillId,
    level: view.getUint8(at),
    validFrom: (flags & HAS_FROM) === 0 ? undefined : view.getFloat64(at + 2),
    validUntil: (flags & HAS_UNTIL) === 0 ? undefined : view.getFloat64(at + 10),
  }
}

import { assert } from '@evenkeel/chassis/table'
import { type Grant, grantBytesMax, grantOrder, packing } from '../grants.ts'
import { limits } from '../limits.ts'

/**
 * Where a level of a profile comes from. A skill that records grant is kept in layers: what it is
 * by hand, and a layer for each record, so that a record can take back what it gave. A skill that
 * no record grants has none: the profile itself says it all.
 */
export interface Layer {
  /** Of the record among its agent's; '': by hand. */
  readonly recordId: string
  readonly grant: Grant
}

const BY_HAND = ''

/** What always was begins with time itself. */
const ALWAYS = 0

/**
 * What a skill's layers come to: at each instant the highest level, of equal ones what is not
 * provisional. In order, without overlaps; what touches and is alike is one.
 */
export function merged(layers: readonly Layer[]): readonly Grant[] {
  const edges = new Set<number>()
  for (const { grant } of layers) edges.add(begin(grant)).add(end(grant))
  const ordered = [...edges].sort((a, b) => a - b)
  const best = layers.toSorted(byPrecedence)
  const found: Grant[] = []
  ordered.forEach((from, i) => {
    const until = ordered[i + 1]
    const layer = best.find(({ grant }) => begin(grant) <= from && from < end(grant))
    if (until === undefined || layer === undefined) return
    const last = found.at(-1)
    const touches = last !== undefined && end(last) === from && alike(last, layer.grant)
    if (touches) found.pop()
    found.push(spanning(layer.grant, touches ? begin(last) : from, until))
  })
  return found
}

function byPrecedence(a: Layer, b: Layer): number {
  return (
    b.grant.level - a.grant.level ||
    provisional(a.grant) - provisional(b.grant) ||
    byText(a.recordId, b.recordId) ||
    begin(a.grant) - begin(b.grant)
  )
}

const provisional = (grant: Grant): number => (grant.source === 'provisional' ? 1 : 0)

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export const begin = (grant: Grant): number => grant.validFrom ?? ALWAYS
export const end = (grant: Grant): number => grant.validUntil ?? Number.POSITIVE_INFINITY

function spanning(grant: Grant, from: number, until: number): Grant {
  return {
    ...grant,
    validFrom: from === ALWAYS ? undefined : from,
    validUntil: until === Number.POSITIVE_INFINITY ? undefined : until,
  }
}

function alike(a: Grant, b: Grant): boolean {
  return sameGrants([spanning(a, 0, 1)], [spanning(b, 0, 1)])
}

export function sameGrants(a: readonly Grant[], b: readonly Grant[]): boolean {
  const [one, two] = [packing.skills(a), packing.skills(b)]
  return one.length === two.length && one.every((byte, i) => byte === two[i])
}

/** A profile's skills, and the layers of those that records grant. */
export interface Standing {
  readonly skills: readonly Grant[]
  readonly layers: readonly Layer[]
}

/**
 * The same when this record grants these levels, and none of what it granted before. What has run
 * out is dropped on the way from the skills concerned: it can't come back.
 */
export function regranted(
  standing: Standing,
  recordId: string,
  grants: readonly Grant[],
  time: number,
): Standing {
  const before = standing.layers.filter((layer) => layer.recordId === recordId)
  const concerned = new Set([...before.map(({ grant }) => grant), ...grants].map(skillOf))
  const others = standing.skills.filter((grant) => !concerned.has(grant.skillId))
  const skills = [...others]
  const layers = standing.layers.filter(({ grant }) => !concerned.has(grant.skillId))
  for (const skillId of concerned) {
    const now = layersOf(standing, skillId)
      .filter((layer) => layer.recordId !== recordId)
      .concat(
        grants.filter((grant) => grant.skillId === skillId).map((grant) => ({ recordId, grant })),
      )
      .filter(({ grant }) => end(grant) > time)
    skills.push(...merged(now))
    if (now.some((layer) => layer.recordId !== BY_HAND)) layers.push(...now)
  }
  return { skills: skills.sort(grantOrder), layers: layers.sort(byLayer) }
}

/** An edit by hand replaces all layers of the skills that it changes. */
export function layersAfterEdit(before: Standing, skills: readonly Grant[]): readonly Layer[] {
  if (before.layers.length === 0) return before.layers
  const ofSkill = (grants: readonly Grant[], skillId: string) =>
    grants.filter((grant) => grant.skillId === skillId)
  return before.layers.filter(({ grant: { skillId } }) =>
    sameGrants(ofSkill(before.skills, skillId), ofSkill(skills, skillId)),
  )
}

function layersOf(standing: Standing, skillId: string): readonly Layer[] {
  const kept = standing.layers.filter(({ grant }) => grant.skillId === skillId)
  if (kept.length > 0) return kept
  return standing.skills
    .filter((grant) => grant.skillId === skillId)
    .map((grant) => ({ recordId: BY_HAND, grant }))
}

const skillOf = ({ skillId }: Grant): string => skillId

const byLayer = (a: Layer, b: Layer): number =>
  byText(a.grant.skillId, b.grant.skillId) ||
  byText(a.recordId, b.recordId) ||
  begin(a.grant) - begin(b.grant)

const RECORD_ID_BYTES = limits.idBytes + 1 + limits.dateBytes
export const layersBytesMax = limits.layersPerAgent * (3 + RECORD_ID_BYTES + grantBytesMax)

/** How layers lie in their row: one packing, since they are in order. */
export const layerPacking = {
  pack(layers: readonly Layer[]): Uint8Array {
    const parts = layers.map(({ recordId, grant }) => ({
      recordId,
      bytes: packing.skills([grant]),
    }))
    const size = parts.reduce(
      (sum, { recordId, bytes }) => sum + 3 + recordId.length + bytes.length,
      0,
    )
    const view = new DataView(new ArrayBuffer(size))
    const out = new Uint8Array(view.buffer)
    let at = 0
    for (const { recordId, bytes } of parts) {
      view.setUint8(at++, recordId.length)
      for (let i = 0; i < recordId.length; i++) view.setUint8(at++, recordId.charCodeAt(i))
      view.setUint16(at, bytes.length)
      out.set(bytes, at + 2)
      at += 2 + bytes.length
    }
    return out
  },

  layersOf(packed: Uint8Array): readonly Layer[] {
    const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
    const layers: Layer[] = []
    for (let at = 0; at < packed.length; ) {
      const idEnd = at + 1 + view.getUint8(at)
      let recordId = ''
      for (at++; at < idEnd; at++) recordId += String.fromCharCode(view.getUint8(at))
      const grantEnd = at + 2 + view.getUint16(at)
      const [grant] = packing.skillsOf(packed.slice(at + 2, grantEnd))
      assert(grant !== undefined, 'a packed layer has its grant')
      layers.push({ recordId, grant })
      at = grantEnd
    }
    return layers
  },
} as const

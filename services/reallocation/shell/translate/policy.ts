import { duration, parse } from '@evenkeel/chassis/errors'
import type * as wire from '@evenkeel/proto/evenkeel/reallocation/v1/move'
import type { Duration } from '@evenkeel/proto/google/protobuf/duration'
import { channels, limits, type Policy, policyRanges, type PolicyView } from '../../core/index.ts'
import {
  channelNumbers,
  channelOf,
  consentNames,
  consentNumbers,
  modeNames,
  modeNumbers,
  poolIdOf,
} from './words.ts'

interface Range {
  readonly min: number
  readonly max: number
  readonly usual: number
}

const whole = (field: string, value: number, { min, max, usual }: Range): number =>
  value === 0 ? usual : parse.integer(field, value, min, max)

const lasting = (field: string, value: Duration | undefined, { min, max, usual }: Range): number =>
  parse.durationMs(field, value, min, max, usual)

export function policyOf(field: string, value: wire.Policy | undefined): Policy {
  const p = parse.message(field, value)
  const named = (name: string): string => `${field}.${name}`
  const r = policyRanges
  const consent = parse.enumOf(named('consent'), p.consent, consentNames)
  const minimums = parse.list(named('minimums'), p.minimums, channels.length, (at, one) => ({
    channel: channelOf(`${at}.channel`, one.channel),
    agents: parse.integer(`${at}.agents`, one.agents, 0, limits.minimumAgentsMax),
  }))
  return {
    pool: poolIdOf(named('pool'), p.pool),
    mode: parse.enumOf(named('mode'), p.mode, modeNames),
    consent: consent === 'policy' ? 'notify' : consent,
    minimums: parse.unique(named('minimums'), minimums, ({ channel }) => channel),
    movesPerHour: whole(named('moves_per_hour'), p.movesPerHour, r.movesPerHour),
    donorShareBp: whole(named('donor_share_bp'), p.donorShareBp, r.donorShareBp),
    movesPerDay: whole(named('moves_per_day'), p.movesPerDay, r.movesPerDay),
    movedPerDayMs: lasting(named('moved_per_day'), p.movedPerDay, r.movedPerDayMs),
    dwellMinMs: lasting(named('dwell_min'), p.dwellMin, r.dwellMinMs),
    dwellMaxMs: lasting(named('dwell_max'), p.dwellMax, r.dwellMaxMs),
    coolDownMs: lasting(named('cool_down'), p.coolDown, r.coolDownMs),
    edgeGuardMs: lasting(named('edge_guard'), p.edgeGuard, r.edgeGuardMs),
    approvalExpiryMs: lasting(named('approval_expiry'), p.approvalExpiry, r.approvalExpiryMs),
    noticeMs: lasting(named('notice'), p.notice, r.noticeMs),
    returnBelowBp: whole(named('return_below_bp'), p.returnBelowBp, r.returnBelowBp),
    trainInSlack: p.trainInSlack,
    etag: parse.text(named('etag'), p.etag, limits.etagBytes),
  }
}

export const policyWire = (
  p: Policy & Partial<Pick<PolicyView, 'paused' | 'pauseReason'>>,
): wire.Policy => ({
  pool: p.pool,
  mode: modeNumbers[p.mode],
  consent: consentNumbers[p.consent],
  minimums: p.minimums.map((one) => ({ ...one, channel: channelNumbers[one.channel] })),
  movesPerHour: p.movesPerHour,
  donorShareBp: p.donorShareBp,
  movesPerDay: p.movesPerDay,
  movedPerDay: duration(p.movedPerDayMs),
  dwellMin: duration(p.dwellMinMs),
  dwellMax: duration(p.dwellMaxMs),
  coolDown: duration(p.coolDownMs),
  edgeGuard: duration(p.edgeGuardMs),
  approvalExpiry: duration(p.approvalExpiryMs),
  notice: duration(p.noticeMs),
  returnBelowBp: p.returnBelowBp,
  trainInSlack: p.trainInSlack,
  etag: p.etag,
  paused: p.paused ?? false,
  pauseReason: p.pauseReason ?? '',
})

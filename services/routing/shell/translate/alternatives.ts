import { duration, idPatterns, parse, refused, timestamp } from '@evenkeel/chassis/errors'
import type * as contacts from '@evenkeel/proto/evenkeel/routing/v1/contact'
import type { AlternativeChosen } from '@evenkeel/proto/evenkeel/routing/v1/events'
import type * as queues from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import type {
  Alternative,
  AlternativesPolicy,
  AlternativesView,
  RoutingEvent,
} from '../../core/index.ts'
import { inputLimits as max } from '../limits.ts'
import { requirementsOf } from './requirements.ts'
import { alternativeKindNumbers, alternativeKindWords, alternativesStatusNumbers } from './words.ts'

const second = 1_000
const minute = 60 * second
const day = 24 * 60 * minute

/** Ranges and defaults as queue_service.proto and contact.proto state them. */
export function alternativesPolicy(p: queues.AlternativesPolicy): AlternativesPolicy {
  const ms = parse.durationMs
  const of = (name: string): string => `queue.alternatives.${name}`
  if (p.choices.length === 0) throw refused('FIELD_MISSING', of('choices'))
  const choices = parse.list(of('choices'), p.choices, max.alternatives, alternative)
  return {
    offerAboveMs: ms(of('offer_above'), p.offerAbove, 0, day),
    offerLevelBp: parse.integer(of('offer_level_bp'), p.offerLevelBp, 0, 9_999) || 5_000,
    offerCadenceMs: ms(of('offer_cadence'), p.offerCadence, 5 * second, day, minute),
    offerTimeoutMs: ms(of('offer_timeout'), p.offerTimeout, second, day, 30 * second),
    choices: parse.unique(of('choices'), choices, (one) => one.alternativeId),
  }
}

function alternative(field: string, a: contacts.Alternative): Alternative {
  const kind = parse.enumOf(`${field}.kind`, a.kind, alternativeKindWords)
  const needed = kind === 'callback' || kind === 'ticket'
  const queue = needed ? parse.id : parse.optionalId
  const found = {
    alternativeId: parse.id(`${field}.alternative_id`, a.alternativeId, idPatterns.slug),
    kind,
    queueId: queue(`${field}.queue_id`, a.queueId, idPatterns.slug),
    afterMs: kind === 'later' ? parse.durationMs(`${field}.after`, a.after, minute, 7 * day) : 0,
    requirements: requirementsOf(`${field}.requirements`, a.requirements),
    insteadOf: parse.list(
      `${field}.instead_of_skill_ids`,
      a.insteadOfSkillIds,
      max.alternativeRequirements,
      (name, id) => parse.id(name, id, idPatterns.slug),
    ),
  }
  return onlyItsOwn(field, a, found)
}

/** Fields that belong to another kind would be left without effect: they are refused. */
function onlyItsOwn(field: string, a: contacts.Alternative, found: Alternative): Alternative {
  const { kind, queueId, requirements, insteadOf } = found
  const none = (name: string): Error => refused('FIELD_MALFORMED', `${field}.${name}`, 'empty')
  if (kind !== 'later' && a.after !== undefined) throw none('after')
  if (kind === 'later' && queueId !== '') throw none('queue_id')
  if (kind !== 'requirements') {
    if (requirements.length > 0) throw none('requirements')
    if (insteadOf.length > 0) throw none('instead_of_skill_ids')
    return found
  }
  const { length } = requirements
  if (length === 0) throw refused('FIELD_MISSING', `${field}.requirements`)
  if (length <= max.alternativeRequirements) return found
  const limit = `1-${max.alternativeRequirements}`
  throw refused('FIELD_OUT_OF_RANGE', `${field}.requirements`, limit, length)
}

export const alternativeWire = (a: Alternative): contacts.Alternative => ({
  alternativeId: a.alternativeId,
  kind: alternativeKindNumbers[a.kind],
  queueId: a.queueId,
  after: a.afterMs === 0 ? undefined : duration(a.afterMs),
  requirements: [...a.requirements],
  insteadOfSkillIds: [...a.insteadOf],
})

export const alternativesPolicyWire = (p: AlternativesPolicy): queues.AlternativesPolicy => ({
  offerAbove: duration(p.offerAboveMs),
  offerLevelBp: p.offerLevelBp,
  offerCadence: duration(p.offerCadenceMs),
  offerTimeout: duration(p.offerTimeoutMs),
  choices: p.choices.map(alternativeWire),
})

export const alternativesWire = (v: AlternativesView): contacts.ContactAlternatives => ({
  status: alternativesStatusNumbers[v.status],
  statusSince: timestamp(v.since),
  offered: v.offered.map(alternativeWire),
  chosenAlternativeId: v.chosenId,
  actor: v.actor,
  laterUntil: v.laterUntil === undefined ? undefined : timestamp(v.laterUntil),
})

type Chosen = Extract<RoutingEvent, { readonly kind: 'alternativeChosen' }>

export const alternativeChosenWire = (e: Chosen): AlternativeChosen => ({
  contactId: e.contactId,
  choice: alternativeWire(e.choice),
  actor: e.actor,
  fromQueueId: e.fromQueueId,
  queueId: e.queueId,
  requirements: [...e.requirements],
})

import { idPatterns, parse, refused, timestamp } from '@evenkeel/chassis/errors'
import type * as wire from '@evenkeel/proto/evenkeel/routing/v1/classification_service'
import type * as contacts from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import {
  type ClassificationRule,
  type Command,
  type Fact,
  needFact,
  type PriorityChange,
  type RoutingEvent,
} from '../../core/index.ts'
import { inputLimits as max } from '../limits.ts'
import { etagOf } from './policies.ts'
import { requirementsOf } from './requirements.ts'

export function putClassification(r: wire.PutClassificationRequest): Command {
  const table = parse.message('classification', r.classification)
  return {
    kind: 'putClassification',
    pool: parse.id('classification.pool', table.pool, idPatterns.slug),
    rules: rulesOf('classification.rules', table.rules),
    etag: etagOf('classification.etag', table.etag),
  }
}

export function rulesOf(
  field: string,
  rules: readonly wire.ClassificationRule[],
): readonly ClassificationRule[] {
  const parsed = parse.list(field, rules, max.classificationRules, ruleOf)
  const always = parsed.findIndex(({ conditions }) => conditions.length === 0)
  if (always >= 0 && always < parsed.length - 1) {
    const limit = 'a condition: what always fits hides the rules behind it'
    throw refused('FIELD_MALFORMED', `${field}[${always}].conditions`, limit)
  }
  return parse.unique(field, parsed, ({ name }) => name)
}

function ruleOf(field: string, r: wire.ClassificationRule): ClassificationRule {
  const conditions = parse.list(`${field}.conditions`, r.conditions, max.conditions, conditionOf)
  return {
    name: parse.id(`${field}.name`, r.name, idPatterns.slug),
    conditions: parse.unique(`${field}.conditions`, conditions, ({ fact }) => fact),
    queueId: parse.id(`${field}.queue_id`, r.queueId, idPatterns.slug),
    requirements: requirementsOf(`${field}.requirements`, r.requirements),
    priority: parse.integer(`${field}.priority`, r.priority, -max.priorityMax, max.priorityMax),
  }
}

function conditionOf(field: string, { fact, oneOf }: wire.Condition) {
  if (oneOf.length === 0) throw refused('FIELD_MISSING', `${field}.one_of`)
  const values = parse.list(`${field}.one_of`, oneOf, max.conditionValues, (at, value) =>
    parse.id(at, value, idPatterns.opaque),
  )
  return {
    fact: parse.id(`${field}.fact`, fact, idPatterns.slug),
    oneOf: parse.unique(`${field}.one_of`, values, (value) => value),
  }
}

/** In the order of their names, so that the same ones are the same. */
export function factsOf(facts: readonly contacts.Fact[]): readonly Fact[] {
  const parsed = parse.list('facts', facts, max.facts, (field, { name, value }) => {
    if (name === needFact) throw refused('FIELD_MALFORMED', `${field}.name`, 'another than need')
    return {
      name: parse.id(`${field}.name`, name, idPatterns.slug),
      value: parse.id(`${field}.value`, value, idPatterns.opaque),
    }
  })
  return [...parse.unique('facts', parsed, ({ name }) => name)].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )
}

/** A queue, or a need that finds one: exactly one of the two. */
export function destinationOf(r: contacts.SubmitContactRequest) {
  if (r.need === '') {
    if (r.facts.length > 0) throw refused('FIELD_MALFORMED', 'facts', 'nothing without need')
    return { queueId: parse.id('queue_id', r.queueId, idPatterns.slug) }
  }
  if (r.queueId !== '') throw refused('FIELD_MALFORMED', 'queue_id', 'nothing beside need')
  const need = parse.id('need', r.need, idPatterns.slug)
  return { queueId: '', need, ...(r.facts.length > 0 && { facts: factsOf(r.facts) }) }
}

export function setContactPriority(r: contacts.SetContactPriorityRequest): Command {
  return {
    kind: 'setContactPriority',
    pool: parse.id('pool', r.pool, idPatterns.slug),
    contactId: parse.id('contact_id', r.contactId),
    priority: parse.integer('priority', r.priority, -max.priorityMax, max.priorityMax),
    reason: parse.text('reason', r.reason, max.reasonBytes),
    actor: parse.id('actor', r.actor, idPatterns.agent),
  }
}

export const classificationWire = (c: {
  readonly pool: string
  readonly rules: readonly ClassificationRule[]
  readonly etag: string
  readonly version: number
}): wire.Classification => ({
  pool: c.pool,
  rules: c.rules.map((rule) => ({
    ...rule,
    conditions: rule.conditions.map(({ fact, oneOf }) => ({ fact, oneOf: [...oneOf] })),
    requirements: [...rule.requirements],
  })),
  etag: c.etag,
  version: c.version,
})

export const priorityChangeWire = (c: PriorityChange) => ({ ...c, at: timestamp(c.at) })

export const prioritizedWire = ({
  contactId,
  queueId,
  priority,
  change,
}: Extract<RoutingEvent, { kind: 'contactPrioritized' }>) => ({
  contactId,
  queueId,
  priority,
  change: priorityChangeWire(change),
})

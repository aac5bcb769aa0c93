import { fromRejection, idPatterns, parse } from '@evenkeel/chassis/errors'
import { bind, type Binding } from '@evenkeel/chassis/serve'
import {
  ClassificationServiceDefinition,
  type ClassifyContactRequest,
  type ClassifyContactResponse,
} from '@evenkeel/proto/evenkeel/routing/v1/classification_service'
import {
  type ClassificationRule,
  classifiedSentence,
  classify,
  errors,
  type RoutingState,
  rulesRefused,
} from '../../core/index.ts'
import { knownPool, read, type RoutingHosted, stored } from '../calls.ts'
import { classificationWire, factsOf, rulesOf } from '../translate/classification.ts'

export function classification(hosted: RoutingHosted): Binding {
  return bind(ClassificationServiceDefinition, {
    putClassification: (request, call) => {
      const value = { ...request, validateOnly: false }
      const command = { $case: 'putClassification', value } as const
      const answer = (s: RoutingState) => ({
        classification: tableOf(s, request.classification?.pool ?? ''),
      })
      return stored(hosted, command, request.validateOnly, call, answer)
    },
    getClassification: (request, call) =>
      read(hosted, request.pool, call, (s) => ({
        classification: tableOf(s, knownPool(s, request.pool).id),
      })),
    classifyContact: (request, call) =>
      read(hosted, request.pool, call, (s) => classifyContact(s, request)),
  })
}

const tableOf = (s: RoutingState, pool: string) => {
  const { rules, etag, version } = knownTable(s, pool)
  return classificationWire({ pool, rules, etag, version })
}

function knownTable(s: RoutingState, pool: string) {
  const row = s.classifications.get(pool)
  if (row) return row
  throw fromRejection({ code: 'CLASSIFICATION_UNKNOWN', fields: { pool } }, errors)
}

function classifyContact(s: RoutingState, r: ClassifyContactRequest): ClassifyContactResponse {
  const pool = knownPool(s, r.pool).id
  const need = parse.id('need', r.need, idPatterns.slug)
  const facts = factsOf(r.facts)
  const tried = r.table && triable(s, pool, rulesOf('table.rules', r.table.rules))
  const { rules, version } = tried ?? knownTable(s, pool)
  const found = classify(rules, need, facts)
  const { rule, passedOver } = found
  return {
    sentence: classifiedSentence(found, need),
    rule: rule?.name ?? '',
    queueId: rule?.queueId ?? '',
    requirements: [...(rule?.requirements ?? [])],
    priority: rule?.priority ?? 0,
    passedOver: [...passedOver],
    version,
  }
}

function triable(s: RoutingState, pool: string, rules: readonly ClassificationRule[]) {
  const refused = rulesRefused(s, pool, rules)
  if (refused) throw fromRejection(refused, errors)
  return { rules, version: 0 }
}

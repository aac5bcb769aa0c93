import {
  Classification,
  type ClassificationRule,
} from '@evenkeel/proto/evenkeel/routing/v1/classification_service'
import { SubmitContactRequest } from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import type { Chance } from '../chance.ts'
import type { WireCommand } from './calls.ts'
import { pool, requirementsOf } from './plan.ts'
import type { Scene } from './scene.ts'
import type { Voice } from './voices.ts'

const needs = ['card', 'loan', 'other'] as const
const factNames = ['lang', 'tier'] as const
const factValues = ['x', 'y'] as const

/** Platforms that know what a customer needs and not which queue; and who edits what comes of it. */
export function needsIn(ofSeed: Chance): Voice {
  const often = ofSeed.pick([0, 0.05, 0.2])
  let come = 0
  return (s) => {
    if (!s.chance.happens(often)) return undefined
    const table = s.state.classifications.get(pool)
    const edits = s.chance.happens(table === undefined ? 0.9 : 0.15)
    if (edits) return putTable(s, table?.etag ?? '')
    come += 1
    return submission(s, `n${come}`)
  }
}

function submission({ chance, plan }: Scene, contactId: string): WireCommand {
  const value = SubmitContactRequest.fromPartial({
    pool,
    contactId,
    need: chance.pick(needs),
    facts: factNames.flatMap((name) =>
      chance.happens(0.6) ? [{ name, value: chance.pick(factValues) }] : [],
    ),
    requirements: chance.happens(0.3) ? requirementsOf(chance, 2) : [],
    priority: chance.happens(0.3) ? chance.int(-100, 100) : 0,
    customerKey: chance.happens(0.3) ? `k${chance.int(1, plan.customers)}` : '',
    test: chance.happens(0.1),
  })
  return { $case: 'submitContact', value }
}

function putTable(s: Scene, etag: string): WireCommand {
  const { chance } = s
  const rules = Array.from({ length: chance.int(1, 4) }, (_, n) => ruleOf(s, n))
  const last = chance.happens(0.6) ? [{ ...ruleOf(s, rules.length), conditions: [] }] : []
  const classification = Classification.fromPartial({ pool, rules: [...rules, ...last], etag })
  return { $case: 'putClassification', value: { classification, validateOnly: false } }
}

function ruleOf({ chance, plan }: Scene, n: number): ClassificationRule {
  const named = chance.some(['need', ...factNames], 0.5)
  const facts = named.length === 0 ? ['need'] : named
  return {
    name: `rule-${n}`,
    conditions: facts.map((fact) => ({
      fact,
      oneOf: fact === 'need' ? [...chance.some(needs, 0.5), 'never'] : [chance.pick(factValues)],
    })),
    queueId: chance.any(plan.queues)?.queueId ?? '',
    requirements: chance.happens(0.4) ? requirementsOf(chance, 2) : [],
    priority: chance.pick([0, 0, 3, -3, 90]),
  }
}

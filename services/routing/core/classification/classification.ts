import type { Outcome, Rejection } from '@evenkeel/chassis/protocol'
import type { PutClassification, SubmitContact } from '../commands.ts'
import type { RoutingEvent } from '../events.ts'
import { limits, priorityMax } from '../limits.ts'
import { joinRequirements } from '../matching/classes.ts'
import { type RoutingState } from '../state.ts'
import { accept, newEtag, refusal, reject, type Turn } from '../turn.ts'
import type { ClassificationRule, Fact } from './words.ts'

/** By which a condition asks for the need itself. */
export const needFact = 'need'

export interface Classified {
  readonly rule: ClassificationRule | undefined
  /** Those before it, and the first fact of each that is not as it asks; value '': not given. */
  readonly passedOver: readonly {
    readonly rule: string
    readonly fact: string
    readonly value: string
  }[]
}

/** The first rule that fits decides. */
export function classify(
  rules: readonly ClassificationRule[],
  need: string,
  facts: readonly Fact[],
): Classified {
  const passedOver: Classified['passedOver'][number][] = []
  const valueOf = (name: string): string =>
    name === needFact ? need : (facts.find((fact) => fact.name === name)?.value ?? '')
  for (const rule of rules) {
    const against = rule.conditions.find(({ fact, oneOf }) => !oneOf.includes(valueOf(fact)))
    if (against === undefined) return { rule, passedOver }
    passedOver.push({ rule: rule.name, fact: against.fact, value: valueOf(against.fact) })
  }
  return { rule: undefined, passedOver }
}

export interface Need {
  readonly need: string
  readonly rule: string
  readonly version: number
}

/** A submission, and the need that has found its queue. */
export interface Meant {
  readonly submission: SubmitContact
  readonly need?: Need
}

/** The submission as its need makes it; as it came, if it names its queue itself. */
export function meant(s: RoutingState, c: SubmitContact): Meant | Rejection {
  if (c.need === undefined) return { submission: c }
  const table = s.classifications.get(c.pool)
  const { rule } = classify(table?.rules ?? [], c.need, c.facts ?? [])
  if (table === undefined || rule === undefined) {
    return refusal('NEED_UNCLASSIFIED', { pool: c.pool, need: c.need })
  }
  const priority = c.priority + rule.priority
  return {
    submission: {
      ...c,
      queueId: rule.queueId,
      requirements: joinRequirements(rule.requirements, c.requirements),
      priority: Math.max(-priorityMax, Math.min(priorityMax, priority)),
    },
    need: { need: c.need, rule: rule.name, version: table.version },
  }
}

/** What is wrong with a table, given the queues of its pool. */
export function rulesRefused(
  s: RoutingState,
  pool: string,
  rules: readonly ClassificationRule[],
): Rejection | undefined {
  const lost = rules.find(({ queueId }) => s.queues.find(pool, queueId) === undefined)
  return lost && refusal('QUEUE_UNKNOWN', { pool, queue_id: lost.queueId })
}

export function putClassification(
  s: RoutingState,
  c: PutClassification,
  turn: Turn,
): Outcome<RoutingEvent> {
  const pool = s.pools.get(c.pool)
  if (!pool) return reject('POOL_UNKNOWN', { pool: c.pool })
  const known = s.classifications.get(c.pool)
  if (known && JSON.stringify(known.rules) === JSON.stringify(c.rules)) return accept(turn, c.pool)
  const current = known?.etag ?? ''
  if (c.etag !== current) {
    const what = `the classification of pool ${c.pool}`
    return reject('ETAG_MISMATCH', { what, etag: current, sent: c.etag })
  }
  const refused = rulesRefused(s, c.pool, c.rules)
  if (refused) return { ok: false, rejection: refused }
  const facts = { rules: c.rules, etag: newEtag(turn), version: (known?.version ?? 0) + 1 }
  if (known) s.classifications.update(known, facts)
  else if (s.classifications.size >= s.classifications.cap) {
    return reject('TOO_MANY', { cap: 'pools', limit: limits.pools })
  } else s.classifications.insert({ ...facts, id: c.pool, pool: pool.slot })
  turn.events.push({ kind: 'classificationChanged', pool: c.pool, ...facts })
  return accept(turn, c.pool)
}

/** What a table makes of a need, in one sentence. */
export function classifiedSentence({ rule, passedOver }: Classified, need: string): string {
  const over = passedOver.length === 0 ? '' : `, since ${passedOver.length} before it do not fit`
  return rule === undefined
    ? `No rule fits the need ${need}; as things stand, such a contact is refused.`
    : `The need ${need} goes to the queue ${rule.queueId} by the rule ${rule.name}${over}.`
}

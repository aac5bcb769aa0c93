import type { ClassificationRule, ContactView, RoutingEvent } from '@evenkeel/routing/core'
import { must } from '../failure.ts'
import type { Submitted } from './submitted.ts'

const priorityMax = 100

/** What becomes of a need, by the tables that were told and nothing else. */
export class Needs {
  #rules: readonly ClassificationRule[] = []
  #version = 0

  told(e: Extract<RoutingEvent, { readonly kind: 'classificationChanged' }>): void {
    must(e.version === this.#version + 1, () => `table ${e.version} follows ${this.#version}`)
    this.#version = e.version
    this.#rules = e.rules
  }

  /** The submission as its need makes it; as it is, if it names its queue. */
  meant(c: Submitted): Submitted {
    if (c.need === undefined) return c
    const rule = this.#ruleFor(c)
    must(rule !== undefined, () => `${c.contactId} is taken in, and no rule fits ${c.need}`)
    if (rule === undefined) return c
    const sum = c.priority + rule.priority
    return {
      ...c,
      queueId: rule.queueId,
      requirements: [...rule.requirements, ...c.requirements],
      priority: Math.max(-priorityMax, Math.min(priorityMax, sum)),
    }
  }

  /** A contact that came by its need is what the first rule that fits makes of it. */
  mustFit(c: Submitted, contact: ContactView): void {
    const { queueId, priority } = this.meant(c)
    const { contactId: id, divertedFromQueueId, classified } = contact
    const asked = divertedFromQueueId === '' ? contact.queueId : divertedFromQueueId
    must(asked === queueId, () => `${id} is for ${asked}, its need for ${queueId}`)
    must(contact.priority === priority, () => `${id} is worth ${contact.priority}, not ${priority}`)
    const rule = c.need === undefined ? undefined : this.#ruleFor(c)?.name
    must(classified?.rule === rule, () => `${id} came by ${classified?.rule}, not by ${rule}`)
    const version = rule === undefined ? undefined : this.#version
    must(classified?.version === version, () => `${id} does not name the table that it came by`)
  }

  #ruleFor({ need, facts = [] }: Submitted): ClassificationRule | undefined {
    const known = new Map(facts.map(({ name, value }) => [name, value]))
    if (need !== undefined) known.set('need', need)
    return this.#rules.find(({ conditions }) =>
      conditions.every(({ fact, oneOf }) => oneOf.includes(known.get(fact) ?? '')),
    )
  }
}

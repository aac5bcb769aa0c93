import { DialOutcome } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import type { Published } from './published.ts'

/** The dial reached the customer, or the customer came: the reserved agent keeps the contact. */
const KEEPS_AGENT: ReadonlySet<DialOutcome> = new Set([
  DialOutcome.DIAL_OUTCOME_HUMAN,
  DialOutcome.DIAL_OUTCOME_CALLED_IN,
])

interface Life {
  begun: boolean
  ended: boolean
  /** Whose desk it is on, by which offer, and whether the agent has taken it. */
  place: { readonly agentId: string; readonly offerId: string; taken: boolean } | undefined
  dialling: string | undefined
}

/**
 * The lives of contacts as the events tell them: what may never be is said in words. The load's
 * agents have room for one contact at a time, so that a second one is seen here too.
 */
export function livesOf(events: readonly Published[]): {
  readonly findings: readonly string[]
  readonly begun: ReadonlySet<string>
  readonly open: readonly string[]
} {
  const lives = new Lives()
  for (const event of events) lives.take(event)
  return { findings: lives.findings, begun: lives.begun(), open: lives.open() }
}

class Lives {
  readonly findings: string[] = []
  readonly #lives = new Map<string, Life>()
  /** By agent: the contact that is on the desk. */
  readonly #desks = new Map<string, string>()
  readonly #attempts = new Set<string>()

  /** `pool/contact`, of all that were accepted. */
  begun(): ReadonlySet<string> {
    return new Set([...this.#lives].filter(([, life]) => life.begun).map(([name]) => name))
  }

  open(): readonly string[] {
    return [...this.#lives].filter(([, { begun, ended }]) => begun && !ended).map(([name]) => name)
  }

  take({ id, pool, kind }: Published): void {
    const wrong = (what: string) => this.findings.push(`${pool}, ${id}: ${what}`)
    switch (kind.$case) {
      case 'contactAccepted': {
        const contactId = kind.value.contact?.contactId ?? ''
        const life = this.#life(pool, contactId)
        if (life.begun) wrong(`${contactId} is accepted a second time`)
        life.begun = true
        return
      }
      case 'offerMade':
        return this.#offer(pool, kind.value, wrong)
      case 'offerAccepted': {
        const { contactId, agentId, offerId } = kind.value
        const { place } = this.#life(pool, contactId)
        if (place?.offerId !== offerId || place.agentId !== agentId || place.taken) {
          wrong(`${contactId} is taken by ${agentId} under ${offerId}, ${told(place)}`)
        }
        if (place !== undefined) place.taken = true
        return
      }
      case 'offerClosed': {
        const { contactId, agentId, offerId } = kind.value
        const { place } = this.#life(pool, contactId)
        if (place?.offerId !== offerId || place.taken) {
          wrong(`offer ${offerId} of ${contactId} to ${agentId} closes, ${told(place)}`)
        }
        return this.#release(pool, contactId)
      }
      case 'contactRequeued':
        return this.#release(pool, kind.value.contactId)
      case 'dialRequested':
      case 'dialClosed':
        return this.#dial(pool, kind, wrong)
      case 'contactEnded': {
        const contactId = kind.value.contact?.contactId ?? ''
        const life = this.#life(pool, contactId)
        if (!life.begun) wrong(`${contactId} ends and was never accepted`)
        if (life.ended) wrong(`${contactId} ends a second time`)
        life.ended = true
        return this.#release(pool, contactId)
      }
      default:
        return
    }
  }

  #life(pool: string, contactId: string): Life {
    const name = `${pool}/${contactId}`
    const known = this.#lives.get(name)
    if (known !== undefined) return known
    const life = { begun: false, ended: false, place: undefined, dialling: undefined }
    this.#lives.set(name, life)
    return life
  }

  #offer(
    pool: string,
    offer: { readonly offerId: string; readonly contactId: string; readonly agentId: string },
    wrong: (what: string) => void,
  ): void {
    const { offerId, contactId, agentId } = offer
    const life = this.#life(pool, contactId)
    const desk = `${pool}/${agentId}`
    const other = this.#desks.get(desk)
    if (!life.begun || life.ended) wrong(`${contactId} is offered and is not open`)
    if (life.place !== undefined) {
      wrong(`${contactId} is offered to ${agentId}, ${told(life.place)}`)
    }
    if (other !== undefined && other !== contactId) {
      wrong(`${agentId} is offered ${contactId} and has ${other}`)
    }
    this.#release(pool, contactId)
    life.place = { agentId, offerId, taken: false }
    this.#desks.set(desk, contactId)
  }

  #dial(
    pool: string,
    kind: Extract<Published['kind'], { $case: 'dialRequested' | 'dialClosed' }>,
    wrong: (what: string) => void,
  ): void {
    const { contactId, attempt } = kind.value
    const attemptId = attempt?.attemptId ?? ''
    const life = this.#life(pool, contactId)
    // Ids are unique in a partition; pools of two partitions may have the same.
    const name = `${pool}/${attemptId}`
    if (kind.$case === 'dialRequested') {
      if (this.#attempts.has(name)) wrong(`dial ${attemptId} is asked for a second time`)
      if (life.dialling !== undefined) {
        wrong(`${contactId} is to be dialled by ${attemptId} and by ${life.dialling} at once`)
      }
      this.#attempts.add(name)
      life.dialling = attemptId
      return
    }
    if (life.dialling !== attemptId) wrong(`dial ${attemptId} of ${contactId} closes unasked`)
    life.dialling = undefined
    const outcome = attempt?.outcome ?? DialOutcome.DIAL_OUTCOME_UNSPECIFIED
    if (!KEEPS_AGENT.has(outcome)) this.#release(pool, contactId)
  }

  #release(pool: string, contactId: string): void {
    const life = this.#life(pool, contactId)
    if (life.place === undefined) return
    const desk = `${pool}/${life.place.agentId}`
    if (this.#desks.get(desk) === contactId) this.#desks.delete(desk)
    life.place = undefined
  }
}

function told(place: Life['place']): string {
  if (place === undefined) return 'and nobody has it'
  const { agentId, offerId, taken } = place
  return `and ${agentId} ${taken ? 'has' : 'is offered'} it under ${offerId}`
}

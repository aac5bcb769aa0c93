import type {
  Alternative,
  Command,
  QueuePolicy,
  Requirement,
  RoutingEvent,
} from '@evenkeel/routing/core'
import { must } from '../failure.ts'
import { askedBy, type Entry } from './entry.ts'

type Told<K extends RoutingEvent['kind']> = Extract<RoutingEvent, { readonly kind: K }>

const floorsOf = (requirements: readonly Requirement[]): string => {
  const floors = new Map<string, number>()
  const full = new Set<string>()
  for (const { skillId, minimumLevel, fullyQualified } of requirements) {
    floors.set(skillId, Math.max(minimumLevel, floors.get(skillId) ?? 0))
    if (fullyQualified) full.add(skillId)
  }
  return [...floors]
    .map(([skillId, level]) => `${skillId}:${level}${full.has(skillId) ? ' in full' : ''}`)
    .sort()
    .join()
}

/** What customers were offered instead of waiting, and what they have chosen, from what was told. */
export class Choices {
  readonly #offered = new Map<string, readonly Alternative[]>()
  readonly #later = new Map<string, number>()

  offered(e: Told<'alternativesOffered'>): void {
    must(e.choices.length > 0, () => `${e.contactId} is asked, and has nothing to choose`)
    this.#offered.set(e.contactId, e.choices)
  }

  /** It was offered so, somebody has said so, and it asks for that from now on. */
  chosen(
    e: Told<'alternativeChosen'>,
    entry: Entry,
    policy: QueuePolicy,
    command: Command | undefined,
    time: number,
  ): void {
    const { contactId, choice } = e
    const { alternativeId, afterMs, insteadOf, requirements } = choice
    const said =
      command?.kind === 'respondToCallbackOffer' && command.alternativeId === alternativeId
    must(said, () => `${contactId} has ${alternativeId}, and nobody has chosen it`)
    const offered = this.#offered.get(contactId)?.find((one) => one.alternativeId === alternativeId)
    const same = JSON.stringify(offered) === JSON.stringify(choice)
    must(same, () => `${contactId} has ${alternativeId} otherwise than it was offered`)
    if (afterMs > 0) this.#later.set(contactId, time + afterMs)
    const rest = entry.own.filter(({ skillId }) => !insteadOf.includes(skillId))
    entry.own = [...rest, ...requirements]
    entry.queueId = e.queueId
    Object.assign(entry, askedBy(policy, entry.own))
    const [asked, due] = [floorsOf(e.requirements), floorsOf(entry.requirements)]
    must(asked === due, () => `${contactId} has chosen ${due}, and asks for ${asked}`)
  }

  /** Nobody but a supervisor gives away who is to come later. */
  mustHaveCome(contactId: string, command: Command | undefined, time: number): void {
    const later = this.#later.get(contactId) ?? 0
    const byHand = command?.kind === 'assignContact'
    must(byHand || time >= later, () => `${contactId} is offered before the time that was chosen`)
  }
}

import {
  type Channel,
  channels,
  type Command,
  isLive,
  NEVER,
  type QueuePolicy,
} from '../core/index.ts'
import type { AgentRow, ContactRow } from '../core/schema.ts'
import { type Story } from './story.ts'

/** What was asked of the core, kept beside it, so that its decisions can be judged without its own structures. */
export class Expectation {
  readonly #profiles = new Map<string, Extract<Command, { kind: 'changeProfile' }>>()
  readonly #submissions = new Map<string, Extract<Command, { kind: 'submitContact' }>>()
  readonly #queues = new Map<
    string,
    {
      channel: Channel
      floors: readonly (readonly [string, number])[]
      policy: QueuePolicy
    }
  >()

  tell(command: Command): void {
    if (command.kind === 'changeProfile') this.#profiles.set(command.agentId, command)
    if (command.kind === 'removeProfile') this.#profiles.delete(command.agentId)
    if (command.kind === 'submitContact') this.#submissions.set(command.contactId, command)
    if (command.kind === 'transferContact') {
      const { contactId, queueId, requirements } = command
      const moved = { ...this.#submission(contactId), queueId, requirements }
      this.#submissions.set(contactId, moved)
    }
    if (command.kind === 'putQueue') {
      const floors = command.policy.requirements.map((r) => [r.skillId, r.minimumLevel] as const)
      const { channel, policy } = command
      this.#queues.set(command.queueId, { channel, floors, policy })
    }
  }

  /** What the agent gives for the contact, 0: not active on its channel. */
  weight(agentId: string, contactId: string): number {
    const { channel } = this.#queueOf(contactId)
    const profile = this.#profiles.get(agentId)
    return profile?.channels.find((one) => one.channel === channel)?.weight ?? 0
  }

  skilled(agentId: string, contactId: string, time: number): boolean {
    const own = this.#submission(contactId).requirements
    const floors = [
      ...this.#queueOf(contactId).floors,
      ...own.map((r) => [r.skillId, r.minimumLevel] as const),
    ]
    const skills = this.#profiles.get(agentId)?.skills ?? []
    return floors.every(([skillId, floor]) =>
      skills.some(
        (held) =>
          held.skillId === skillId && held.level >= floor && held.from <= time && time < held.until,
      ),
    )
  }

  /** Its service-level deadline, or when it came, by its queue; less what its priority is worth. */
  key(contact: ContactRow): number {
    const { priority } = this.#submission(short(contact.id))
    const { policy } = this.#queueOf(short(contact.id))
    const { serviceLevelTargetMs, agingPerPointMs, order } = policy
    const unbent = contact.enteredAt + (order?.rule === 'aging' ? 0 : serviceLevelTargetMs)
    return unbent - priority * agingPerPointMs
  }

  /** The channels to which it yields while it is worked on; undefined: to none. */
  yields(contact: ContactRow): readonly Channel[] | undefined {
    const { interruptible } = this.#queueOf(short(contact.id)).policy
    const { priority } = this.#submission(short(contact.id))
    return interruptible && priority <= interruptible.priorityMax
      ? interruptible.byChannels
      : undefined
  }

  excluded(contactId: string): readonly string[] {
    return this.#submission(contactId).excludedAgentIds
  }

  #submission(contactId: string) {
    const submission = this.#submissions.get(contactId)
    if (submission === undefined) throw new Error(`${contactId} was never submitted`)
    return submission
  }

  #queueOf(contactId: string) {
    const queue = this.#queues.get(this.#submission(contactId).queueId)
    if (queue === undefined) throw new Error(`${contactId} has no queue`)
    return queue
  }
}

export const short = (key: string): string => key.slice(key.indexOf('/') + 1)

const queued = (c: ContactRow): boolean =>
  c.state === 'waiting' || c.state === 'dialable' || c.state === 'customerHeld'

/** Agents and contacts as values, so that before and after can be compared. */
export interface Look {
  readonly agents: ReadonlyMap<
    string,
    { load: number; idleSince: number; seq: number; offer: number }
  >
  readonly queued: ReadonlySet<string>
}

export function look(s: Story): Look {
  return {
    agents: new Map(
      s.state.agents
        .inKeyOrder()
        .map((a) => [
          a.id,
          { load: a.load, idleSince: a.idleSince, seq: a.seq, offer: a.openOffer },
        ]),
    ),
    queued: new Set(
      s.state.contacts
        .inKeyOrder()
        .filter(queued)
        .map((c) => c.id),
    ),
  }
}

/** Work that would be set aside for a contact; `gone`: that was, for the one that is offered now. */
function yielding(
  known: Expectation,
  contacts: readonly ContactRow[],
  a: AgentRow,
  channel: Channel,
  gone: readonly ContactRow[],
): number {
  let sum = 0
  for (const c of contacts) {
    if (c.agent !== a.slot || (c.state !== 'connected' && !gone.includes(c))) continue
    const rule = known.yields(c)
    if (rule !== undefined && rule.includes(channel)) sum += known.weight(short(a.id), short(c.id))
  }
  return sum
}

/** What was set aside, by whatever it was set aside for last. */
function asideFor(s: Story, contacts: readonly ContactRow[]): Map<string, ContactRow[]> {
  const by = new Map(s.told('contactInterrupted').map((e) => [e.contactId, e.byContactId]))
  const found = new Map<string, ContactRow[]>()
  for (const c of contacts.filter((one) => one.state === 'interrupted')) {
    const cause = by.get(short(c.id)) ?? ''
    found.set(cause, [...(found.get(cause) ?? []), c])
  }
  return found
}

/** Everything that must hold of (contact, agent) pairs, by looking at each pair. */
export function judge(s: Story, known: Expectation, before: Look): readonly string[] {
  const wrong: string[] = []
  const agents = s.state.agents.inKeyOrder()
  const contacts = s.state.contacts.inKeyOrder()
  const excluded = (a: AgentRow, c: ContactRow): boolean =>
    known.excluded(short(c.id)).includes(short(a.id)) ||
    s.state.exclusions
      .inKeyOrder()
      .some((e) => e.contact === c.slot && e.agent === a.slot && e.until > 0)
  const aside = asideFor(s, contacts)
  const isAside = (a: AgentRow, but: readonly ContactRow[]): boolean =>
    contacts.some((c) => c.agent === a.slot && c.state === 'interrupted' && !but.includes(c))
  const suits = (
    a: AgentRow,
    c: ContactRow,
    load: number,
    gone: readonly ContactRow[] = [],
  ): boolean => {
    const weight = known.weight(short(a.id), short(c.id))
    return (
      a.presence === 'ready' &&
      weight > 0 &&
      load + weight <= 100 + yielding(known, contacts, a, c.channel, gone) &&
      (isLive(c.channel) || !isAside(a, gone)) &&
      known.skilled(short(a.id), short(c.id), s.time) &&
      !excluded(a, c)
    )
  }
  const ordinary = (c: ContactRow): boolean => queued(c) && !c.heldOut
  for (const a of agents) {
    const load = contacts.reduce((sum, c) => sum + (c.agent === a.slot ? c.weight : 0), 0)
    if (load !== a.load || load > 100) wrong.push(`${a.id} has ${a.load}, carries ${load}`)
    if (a.openOffer >= 0) continue
    for (const c of contacts) {
      if (ordinary(c) && suits(a, c, load)) wrong.push(`${c.id} waits though ${a.id} is free`)
    }
  }
  for (const c of contacts.filter((one) => one.state === 'interrupted')) {
    const a = s.state.agents.at(c.agent)
    const weight = known.weight(short(a.id), short(c.id))
    const able = weight > 0 && known.skilled(short(a.id), short(c.id), s.time)
    if (able && a.load + weight <= 100) wrong.push(`${c.id} is aside though ${a.id} has room`)
    if (known.yields(c) === undefined) wrong.push(`${c.id} is aside and more urgent than that`)
    if (c.handledSince > 0) wrong.push(`the clock of ${c.id} goes on`)
  }
  for (const c of contacts.filter((one) => one.state === 'offered')) {
    const a = s.state.agents.at(c.agent)
    if (!known.skilled(short(a.id), short(c.id), s.time)) wrong.push(`${c.id} is below ${a.id}`)
    if (excluded(a, c)) wrong.push(`${c.id} is offered to ${a.id}, who is excluded`)
    if (before.agents.get(a.id)?.offer === a.openOffer) continue
    const gone = aside.get(short(c.id)) ?? []
    if (!isLive(c.channel) && isAside(a, [])) wrong.push(`${a.id} was offered ${c.id} first`)
    const put = gone.map((one) => known.weight(short(a.id), short(one.id)))
    const load = a.load - c.weight + put.reduce((sum, one) => sum + one, 0)
    const spare = put.find((one) => load + c.weight - put.reduce((x, y) => x + y, 0) + one <= 100)
    if (spare !== undefined) wrong.push(`more than needed is set aside for ${c.id}`)
    for (const d of contacts) {
      if (!before.queued.has(d.id) || !ordinary(d) || !suits(a, d, load, gone)) continue
      // Whose agent was gone, or who is held on the line, is before all by a key of its own.
      const firsts = c.key < 0 || d.key < 0
      const earlier = (firsts ? d.key - c.key : known.key(d) - known.key(c)) || d.seq - c.seq
      if (earlier < 0) wrong.push(`${a.id} was offered ${c.id} before ${d.id}`)
    }
    if (c.chosenBy === 'nextContact') continue
    for (const b of agents) {
      const was = before.agents.get(b.id)
      const idle = was?.load === b.load && was.idleSince === b.idleSince && was.offer < 0
      if (!idle || b.openOffer >= 0 || !suits(b, c, b.load)) continue
      if (rank(known, c, b, b.load, a, load) < 0) wrong.push(`${c.id} went past ${b.id} to ${a.id}`)
    }
  }
  return wrong
}

/**
 * Below 0: b before a. Preferred ones by their order; then who need not set anything aside, the
 * fuller (of those who must, the less full), the longer idle, the earlier known.
 */
function rank(
  known: Expectation,
  c: ContactRow,
  b: AgentRow,
  loadOfB: number,
  a: AgentRow,
  loadOfA: number,
): number {
  const away = (agent: AgentRow, load: number): number =>
    Math.max(0, load + known.weight(short(agent.id), short(c.id)) - 100)
  const [awayB, awayA] = [away(b, loadOfB), away(a, loadOfA)]
  const fuller = awayA > 0 && awayB > 0 ? 0 : loadOfA - loadOfB
  const preferred = c.preferred.split(' ')
  const place = (agent: AgentRow): number => {
    const at = preferred.indexOf(short(agent.id))
    return at < 0 ? preferred.length : at
  }
  return (
    place(b) - place(a) || awayB - awayA || fuller || b.idleSince - a.idleSince || b.seq - a.seq
  )
}

/** A profile of few skills and channels, so that agents meet and miss floors alike often. */
export function profileOf(agentId: string, n: number, time: number): Command {
  const levels = [n % 4, (n >> 2) % 4]
  const until = (n >> 4) % 3 === 0 ? time + 5_000 : NEVER
  const weights = [
    [100, 30, 20],
    [100, 0, 0],
    [0, 40, 40],
  ][(n >> 6) % 3]
  return {
    kind: 'changeProfile',
    pool: 'p',
    agentId,
    skills: ['x', 'y'].flatMap((skillId, i) => {
      const level = levels[i] ?? 0
      return level === 0 ? [] : [{ skillId, level, from: 0, until }]
    }),
    channels: channels.slice(0, 3).flatMap((channel, i) => {
      const weight = weights?.[i] ?? 0
      return weight === 0 ? [] : [{ channel, weight }]
    }),
  }
}

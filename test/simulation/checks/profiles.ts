import { Attendance } from './attendance.ts'
import { Availability } from './availability.ts'
import { Duty } from './duty.ts'
import type {
  Channel,
  ChangeProfile,
  ProfileChannel,
  ProfileSkill,
  Requirement,
} from '@evenkeel/routing/core'

/** What routing has been told of an agent, and as of when it has acted on it. */
interface Known {
  readonly skills: readonly ProfileSkill[]
  readonly channels: ReadonlyMap<Channel, ProfileChannel>
  /** Levels are judged as they were valid then. */
  asOf: number
}

/**
 * Who is skilled for what: the profiles as routing has applied them, judged without asking
 * routing. A validity edge counts from the tick that passes it.
 */
export class Profiles {
  readonly availability = new Availability()
  readonly duty = new Duty()
  readonly attendance = new Attendance()
  readonly #known = new Map<string, Known>()
  #more = false
  #turning = false

  /** Some edges may have been passed and others not: nobody's levels are certain. */
  get uncertain(): boolean {
    return this.#more || this.#turning
  }

  /**
   * Something is about to be decided. Whoever is looked at before the tick that passes an edge, for
   * another reason, is judged as of now: an edge that has come and was not passed is uncertain.
   */
  before(time: number): void {
    const known = [...this.#known.values()]
    this.#turning = known.some(({ skills, asOf }) =>
      skills.some(({ from, until }) => isBetween(asOf, from, time) || isBetween(asOf, until, time)),
    )
  }

  changed(command: ChangeProfile, time: number): void {
    this.#known.set(command.agentId, {
      skills: command.skills,
      channels: new Map(command.channels.map((own) => [own.channel, own])),
      asOf: time,
    })
  }

  removed(agentId: string): void {
    this.#known.delete(agentId)
    this.duty.removed(agentId)
    this.attendance.removed(agentId)
  }

  passed(time: number, more: boolean): void {
    this.#more = more
    if (!more) this.#turning = false
    this.availability.reached = time
    if (more) return
    for (const known of this.#known.values()) known.asOf = time
    this.availability.passed(time)
  }

  knows(agentId: string): boolean {
    return this.#known.has(agentId)
  }

  /** Of what may be offered now; 0: nothing of the channel. */
  weight(agentId: string, channel: Channel): number {
    const own = this.#known.get(agentId)?.channels.get(channel)
    if (own === undefined) return 0
    return this.availability.counts(agentId, channel, own.onRequest === true) ? own.weight : 0
  }

  meets(agentId: string, requirements: readonly Requirement[]): boolean {
    const known = this.#known.get(agentId)
    return known !== undefined && meetsAt(known.skills, requirements, known.asOf)
  }

  /** At its last known instant, or now: for decisions in the middle of a tick. */
  maybeMeets(agentId: string, requirements: readonly Requirement[], time: number): boolean {
    const known = this.#known.get(agentId)
    if (known === undefined) return false
    return this.meets(agentId, requirements) || meetsAt(known.skills, requirements, time)
  }
}

const isBetween = (asOf: number, edge: number, time: number): boolean => asOf < edge && edge <= time

function meetsAt(
  skills: readonly ProfileSkill[],
  requirements: readonly Requirement[],
  time: number,
): boolean {
  return requirements.every(({ skillId, minimumLevel, fullyQualified }) =>
    skills.some(
      (skill) =>
        skill.skillId === skillId &&
        skill.level >= minimumLevel &&
        !(fullyQualified === true && skill.provisional === true) &&
        skill.from <= time &&
        time < skill.until,
    ),
  )
}

/** Of each skill the higher floor. */
export function joined(
  ofQueue: readonly Requirement[],
  own: readonly Requirement[],
): readonly Requirement[] {
  return [...ofQueue, ...own]
}

import type { Raw } from '../check/published.ts'
import type { Member } from './member.ts'

/** Brokers that can be hurt, by number from 0. */
export interface Brokers {
  readonly addresses: readonly string[]
  readonly count: number
  /** The broker that leads a partition of routing's log. */
  leaderOf(partition: number): Promise<number>
  kill(broker: number): Promise<void>
  pause(broker: number): Promise<void>
  resume(broker: number): Promise<void>
  /** Gracefully; resolves when it has ended. */
  stop(broker: number): Promise<void>
  start(broker: number): Promise<void>
  /** Bytes that are no record of ours, at the end of a topic's partition. */
  spoil(topic: string, partition: number, bytes: Uint8Array): Promise<number>
}

/** A whole Evenkeel, as separate processes. */
export interface World {
  /** For people. */
  readonly name: string
  readonly members: readonly Member[]
  /** Partitions of a log. */
  readonly partitions: number
  readonly brokers: Brokers | undefined
  /**
   * Who leads routing's partitions now, those left out that nobody leads. `without`: is not asked,
   * since it would not answer.
   */
  leaders(without?: Member): Promise<ReadonlyMap<number, Member>>
  /** A second process under the identity of a member, at ports of its own. */
  twin(member: Member): Promise<Member>
  /** All of routing's events topic, in order per partition. The members may have to end for it. */
  events(): Promise<Raw[]>
  close(): Promise<void>
}

export const serving = (world: World, service: 'routing' | 'skills'): readonly Member[] =>
  world.members.filter((member) => member.services.includes(service))

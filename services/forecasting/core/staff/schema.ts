import { type Database, flag, int, oneOf, ref, text, value } from '@evenkeel/chassis/table'
import { limits } from '../limits.ts'
import { type AgentSkill, type DutySpan, type OwnChannel, presences } from './agent.ts'

/** Who could take what, as skills and routing tell it, in whichever order. */
export function createStaff<Pools extends string>(db: Database, pools: Pools) {
  const agents = db.table(
    'agents',
    {
      /** Unique in the partition: an agent belongs to exactly one pool. */
      id: text(limits.idBytes),
      /** None until the profile is known. */
      pool: ref(pools),
      skills: value<readonly AgentSkill[]>(),
      /** None: nobody is to give the agent anything. */
      channels: value<readonly OwnChannel[]>(),
      /** '': none. */
      homeQueueId: text(limits.idBytes),
      /** A shift is known, and `duty` says when the agent takes contacts. */
      rostered: flag(),
      /** In their order; none overlap. */
      duty: value<readonly DutySpan[]>(),
      presence: oneOf(...presences),
      seq: int(),
    },
    { cap: limits.agentsPerPartition, key: 'id' },
  )
  return {
    agents,
    agentsOfPool: agents.ordered({ set: (a) => a.pool, key: (a) => a.seq, tie: () => 0 }),
  }
}

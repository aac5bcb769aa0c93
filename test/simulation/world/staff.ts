import { AgentProfile, SkillLevel } from '@evenkeel/proto/evenkeel/skills/v1/skill'
import {
  PutAgentRequest,
  PutSkillRequest,
  RemoveAgentRequest,
} from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { agentOf, type SkillsState } from '@evenkeel/skills/core'
import type { Chance } from '../chance.ts'
import type { Process } from '../host.ts'
import { blendedChannels, isBlended } from './blended.ts'
import { type Plan, pool, skillIds, stamp } from './plan.ts'
import { etagOf, SkillsCalls } from './skills-calls.ts'
import { Trials } from './trials.ts'

const weights = {
  [Channel.CHANNEL_VOICE]: [100, 100, 60],
  [Channel.CHANNEL_CHAT]: [30, 50],
  [Channel.CHANNEL_EMAIL]: [20, 100],
} as const

/** The people who keep the profiles; routing hears of them over the bridge alone. */
export class Staff {
  readonly #calls: SkillsCalls
  readonly #chance: Chance
  readonly #plan: Plan
  readonly #trials: Trials
  /** Skills that are known to be in the catalogue. */
  #catalogued = 0
  #hired = 0

  constructor(options: {
    readonly processes: () => Process<SkillsState>[]
    readonly chance: Chance
    readonly plan: Plan
    readonly broken: (sentence: string) => void
  }) {
    this.#calls = new SkillsCalls(options)
    this.#chance = options.chance
    this.#plan = options.plan
    this.#trials = new Trials(options.plan.seed)
  }

  /** Catalogue first, then everybody's first profile, one call at a time and until it succeeds. */
  hire(now: number): void {
    if (this.#calls.busy) return
    const skillId = skillIds[this.#catalogued]
    if (skillId !== undefined) {
      const skill = { pool, skillId, displayName: skillId, maxLevel: 5 }
      const value = PutSkillRequest.fromPartial({ skill })
      return this.#calls.say({ $case: 'putSkill', value }, () => {
        this.#catalogued += 1
      })
    }
    const agentId = this.#plan.agentIds[this.#hired]
    if (agentId === undefined) return
    const value = PutAgentRequest.fromPartial({ profile: this.#profile(agentId, '', now) })
    this.#calls.say({ $case: 'putAgent', value }, () => {
      this.#hired += 1
    })
  }

  edit(now: number): void {
    const agentId = this.#chance.any(this.#plan.agentIds.slice(0, this.#hired))
    const state = this.#calls.state()
    if (agentId === undefined || state === undefined || this.#calls.busy) return
    const row = agentOf(state, pool, agentId)
    const etag = row === undefined ? '' : etagOf(row.changed)
    const value = PutAgentRequest.fromPartial({ profile: this.#profile(agentId, etag, now) })
    this.#calls.say({ $case: 'putAgent', value }, () => {})
  }

  remove(): void {
    const agentId = this.#chance.any(this.#plan.agentIds.slice(0, this.#hired))
    if (agentId === undefined || this.#calls.busy) return
    const value = RemoveAgentRequest.fromPartial({ pool, agentId })
    this.#calls.say({ $case: 'removeAgent', value }, () => {})
  }

  #profile(agentId: string, etag: string, now: number): AgentProfile {
    const chance = this.#chance
    const channels = chance
      .some([Channel.CHANNEL_VOICE, Channel.CHANNEL_CHAT, Channel.CHANNEL_EMAIL] as const, 0.7)
      .map((channel) => ({ channel, weight: chance.pick(weights[channel]) }))
    const number = chance.int(0, 999)
    const helpsOut = (channel: Channel): boolean =>
      channel === Channel.CHANNEL_EMAIL && number % 8 === 0
    return AgentProfile.fromPartial({
      pool,
      agentId,
      displayName: `${agentId} ${number}`,
      team: number % 3 === 0 ? '' : `t${number % 3}`,
      etag,
      channels: isBlended(this.#plan)
        ? [...blendedChannels]
        : channels.map((own) => ({ ...own, onRequest: helpsOut(own.channel) })),
      skills: chance.some(skillIds, 0.7).flatMap((skillId) => {
        const facts = { skillId, level: chance.int(1, 5), ...this.#validity(now) }
        return this.#trials.given(SkillLevel.fromPartial(facts), now)
      }),
    })
  }

  /** Now and then a skill begins or ends in the middle of things. */
  #validity(now: number) {
    const chance = this.#chance
    const from = chance.happens(0.1) ? now + chance.int(0, 30_000) : undefined
    const until = chance.happens(0.15) ? now + chance.int(30_001, 120_000) : undefined
    return {
      ...(from === undefined ? {} : { validFrom: stamp(from) }),
      ...(until === undefined ? {} : { validUntil: stamp(until) }),
    }
  }
}

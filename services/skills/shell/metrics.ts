import { defineMetrics, type Registry, type Sample } from '@evenkeel/chassis/observe'
import { type Hosted, ofEvery } from '@evenkeel/chassis/replica'
import type { SkillsState } from '../core/index.ts'

export function metrics(registry: Registry, hosted: Hosted<SkillsState>): void {
  defineMetrics(registry, {
    pools: {
      kind: 'gauge',
      name: 'evenkeel_skills_pools',
      help: 'Pools known from routing. One that routing has and this has not: see the bridge.',
      read: ofEvery(hosted, (s) => [{ labels: {}, value: s.pools.size }]),
    },
    agents: {
      kind: 'gauge',
      name: 'evenkeel_skills_agents',
      help: 'Profiles, by pool.',
      labels: ['pool'],
      read: ofEvery(hosted, (s) => perPool(s, (pool) => s.agentsInOrder.size(pool))),
    },
    skills: {
      kind: 'gauge',
      name: 'evenkeel_skills_catalogue_skills',
      help: 'Skills in the catalogue, by pool.',
      labels: ['pool'],
      read: ofEvery(hosted, (s) => perPool(s, (pool) => s.skillsInOrder.size(pool))),
    },
  })
}

function* perPool(s: SkillsState, size: (pool: number) => number): Generator<Sample> {
  for (const slot of s.pools.slots()) {
    yield { labels: { pool: s.pools.at(slot).id }, value: size(slot) }
  }
}

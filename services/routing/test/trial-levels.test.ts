import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ProfileSkill, Requirement } from '../core/index.ts'
import { Story } from './story.ts'

const channels = [{ channel: 'voice', weight: 100 }] as const
const always = { from: 0, until: Number.POSITIVE_INFINITY }
const trial = { skillId: 'tax', level: 3, ...always, provisional: true } as const
const full = { skillId: 'tax', level: 3, ...always } as const

function queue(requirement: Partial<Requirement> = {}): Story {
  const s = new Story()
  s.queue('tax', { requirements: [{ skillId: 'tax', minimumLevel: 3, ...requirement }] })
  return s
}

function profile(s: Story, agentId: string, skills: readonly ProfileSkill[]): void {
  s.do({ kind: 'changeProfile', pool: 'p', agentId, skills, channels })
}

function agent(s: Story, agentId: string, skills: readonly ProfileSkill[]): void {
  profile(s, agentId, skills)
  s.do({ kind: 'signIn', pool: 'p', agentId, ready: true })
}

describe('a level that is held on trial', () => {
  test('counts as its level says', () => {
    const s = queue()
    agent(s, 'ann', [trial])
    s.submit('c1', 'tax')
    assert.equal(s.offered('ann'), 'c1')
  })

  test('is none to who asks for the fully qualified', () => {
    const s = queue({ fullyQualified: true })
    agent(s, 'ann', [trial])
    s.submit('c1', 'tax')
    assert.equal(s.offered('ann'), '')
    agent(s, 'bea', [full])
    assert.equal(s.offered('bea'), 'c1')
  })

  test('is none to a contact that asks so itself, whatever its queue takes', () => {
    const s = queue()
    agent(s, 'ann', [trial])
    const requirements = [{ skillId: 'tax', minimumLevel: 1, fullyQualified: true }] as const
    s.submit('c1', 'tax', { requirements })
    assert.equal(s.offered('ann'), '')
    s.submit('c2', 'tax')
    assert.equal(s.offered('ann'), 'c2')
  })

  test('becomes full at its edge, and not before', () => {
    const s = queue({ fullyQualified: true })
    const edge = s.time + 5_000
    agent(s, 'ann', [
      { ...trial, until: edge },
      { ...full, from: edge },
    ])
    s.submit('c1', 'tax')
    s.pass(4_999)
    assert.equal(s.offered('ann'), '')
    s.pass(1)
    assert.equal(s.offered('ann'), 'c1')
  })

  test('made of a full one takes back what is offered', () => {
    const s = queue({ fullyQualified: true })
    agent(s, 'ann', [full])
    s.submit('c1', 'tax')
    assert.equal(s.offered('ann'), 'c1')
    profile(s, 'ann', [trial])
    assert.equal(s.offered('ann'), '')
    assert.equal(s.contact('c1').state, 'waiting')
  })

  test('is the same to classes that come after it as to those before', () => {
    const s = queue()
    agent(s, 'ann', [trial, { skillId: 'zeal', level: 2, ...always }])
    const strict = { skillId: 'tax', minimumLevel: 3, fullyQualified: true } as const
    s.queue('both', { requirements: [strict, { skillId: 'zeal', minimumLevel: 1 }] })
    s.submit('c1', 'both')
    assert.equal(s.offered('ann'), '')
    profile(s, 'ann', [full, { skillId: 'zeal', level: 2, ...always }])
    assert.equal(s.offered('ann'), 'c1')
  })
})

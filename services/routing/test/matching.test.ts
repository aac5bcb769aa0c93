import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SubmitContact } from '../core/index.ts'
import { blended, busy, centre } from './centre.ts'
import { Story } from './story.ts'

describe('which agent: the tightest fit', () => {
  interface Case {
    readonly what: string
    readonly agents: Readonly<Record<string, readonly string[]>>
    readonly to: string
    readonly chosen: string
  }
  const cases: readonly Case[] = [
    { what: 'a chat goes to who has chats', agents: { a: [], b: ['web'] }, to: 'web', chosen: 'b' },
    {
      what: 'a chat goes to the fuller of two',
      agents: { a: ['web'], b: ['web', 'web'], c: [] },
      to: 'web',
      chosen: 'b',
    },
    {
      what: 'a chat that would be too much goes to another',
      agents: { a: ['web', 'web', 'web'], b: ['web'] },
      to: 'web',
      chosen: 'b',
    },
    {
      what: 'an email fills up',
      agents: { a: ['web', 'mail'], b: ['web'] },
      to: 'mail',
      chosen: 'a',
    },
    {
      what: 'a call needs a whole agent',
      agents: { a: ['mail'], b: [] },
      to: 'calls',
      chosen: 'b',
    },
    {
      what: 'a call finds nobody whole',
      agents: { a: ['mail'], b: ['web'] },
      to: 'calls',
      chosen: '',
    },
    { what: 'a chat finds nobody in calls', agents: { a: ['calls'] }, to: 'web', chosen: '' },
  ]
  for (const { what, agents, to, chosen } of cases) {
    test(what, () => {
      const s = centre()
      for (const [agentId, queues] of Object.entries(agents)) busy(s, agentId, queues)
      s.submit('new', to)
      assert.equal(s.contact('new').agentId, chosen)
    })
  }
})

describe('which agent: the longest idle of those who fit alike', () => {
  test('since they are ready', () => {
    const s = centre()
    for (const agentId of ['a', 'b', 'c']) {
      s.agent(agentId, {})
      s.pass(1_000)
    }
    s.presence('a', 'paused')
    s.presence('a', 'ready')
    s.submit('c1', 'calls')
    assert.equal(s.contact('c1').agentId, 'b')
  })

  test('since their last contact, whatever they are skilled for', () => {
    const s = centre()
    s.agent('a', { tax: 1 })
    s.agent('b', { french: 1 })
    s.submit('c1', 'calls')
    s.submit('c2', 'calls')
    for (const agentId of ['a', 'b']) s.talk(agentId)
    s.complete('b', 'c2')
    s.pass(1_000)
    s.complete('a', 'c1')
    s.submit('c3', 'calls')
    assert.equal(s.contact('c3').agentId, 'b')
  })

  test('in the order of their coming when they are idle alike', () => {
    const s = centre()
    for (const agentId of ['z', 'a', 'b']) s.agent(agentId, {})
    s.submit('c1', 'calls')
    assert.equal(s.contact('c1').agentId, 'z')
  })
})

describe('which contact', () => {
  type Waiting = readonly [id: string, queue: string, atMs: number, more?: Partial<SubmitContact>]
  const cases: readonly (readonly [string, readonly Waiting[], string])[] = [
    [
      'the one that came first',
      [
        ['one', 'calls', 0],
        ['two', 'calls', 1_000],
      ],
      'one',
    ],
    [
      'one point of priority is worth half a minute: ahead of 29 s',
      [
        ['one', 'calls', 0],
        ['two', 'calls', 29_000, { priority: 1 }],
      ],
      'two',
    ],
    [
      'one point of priority is worth half a minute: not ahead of 31 s',
      [
        ['one', 'calls', 0],
        ['two', 'calls', 31_000, { priority: 1 }],
      ],
      'one',
    ],
    [
      'less than none is worth less',
      [
        ['one', 'calls', 0, { priority: -1 }],
        ['two', 'calls', 29_000],
      ],
      'two',
    ],
    [
      'the one whose target comes first, whatever the queue: a call at 20 s before a chat at 60 s',
      [
        ['one', 'web', 0],
        ['two', 'calls', 39_000],
      ],
      'two',
    ],
    [
      'the one whose target comes first, whatever the channel: an old chat before a call',
      [
        ['one', 'web', 0],
        ['two', 'calls', 41_000],
      ],
      'one',
    ],
    [
      'the one that waits longest elsewhere already',
      [
        ['one', 'calls', 1_000],
        ['two', 'calls', 2_000, { enteredAt: 1_700_000_000_000 - 60_000 }],
      ],
      'two',
    ],
  ]
  for (const [what, waiting, first] of cases) {
    test(what, () => {
      const s = centre()
      let now = 0
      for (const [id, queue, atMs, more] of waiting) {
        s.pass(atMs - now)
        now = atMs
        s.submit(id, queue, more)
      }
      s.agent('ann', {}, blended)
      assert.equal(s.offered('ann'), first)
    })
  }

  test('alike in all: by the order of acceptance', () => {
    const s = centre()
    for (const id of ['z', 'a', 'm']) s.submit(id, 'calls')
    s.agent('ann', {})
    assert.equal(s.offered('ann'), 'z')
  })

  test('that does not fit into what is left is passed over for one that does', () => {
    const s = centre()
    busy(s, 'ann', ['mail'])
    s.submit('call', 'calls')
    s.pass(1_000)
    s.submit('chat', 'web')
    assert.equal(s.offered('ann'), 'chat')
    assert.equal(s.contact('call').state, 'waiting')
  })
})

describe('the skill floor', () => {
  const needs = (minimumLevel: number) => [{ skillId: 'tax', minimumLevel }]
  const table: readonly (readonly [number, number, number, boolean])[] = [
    [3, 0, 3, true],
    [3, 0, 2, false],
    [3, 5, 4, false],
    [5, 3, 5, true],
    [5, 3, 4, false],
    [0, 4, 4, true],
  ]
  for (const [queue, own, level, takes] of table) {
    test(`queue asks ${queue}, contact ${own}, agent has ${level}: ${takes}`, () => {
      const s = new Story()
      s.queue('tax', { requirements: queue > 0 ? needs(queue) : [] })
      s.agent('ann', { tax: level, french: 9 })
      s.submit('c1', 'tax', { requirements: own > 0 ? needs(own) : [] })
      assert.equal(s.offered('ann') === 'c1', takes)
    })
  }

  test('asks for every skill, not some', () => {
    const s = new Story()
    s.queue('tax', { requirements: [...needs(1), { skillId: 'zulu', minimumLevel: 1 }] })
    s.agent('ann', { tax: 9 })
    s.agent('bob', { zulu: 9 })
    s.submit('c1', 'tax')
    assert.equal(s.contact('c1').state, 'waiting')
    s.agent('eve', { tax: 1, zulu: 1 })
    assert.equal(s.offered('eve'), 'c1')
  })
})

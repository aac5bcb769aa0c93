import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { endCauses, explainAgent, explainContact } from '../core/index.ts'
import { given, type State, ways } from './states.ts'
import { Story } from './story.ts'

const minute = 60_000

const why = (s: Story, id = 'c1'): string => {
  const contact = s.state.contacts.must(`p/${id}`)
  return explainContact(s.state, contact, s.at).sentence
}
const whyAgent = (s: Story, id = 'ann'): string =>
  explainAgent(s.state, s.state.agents.must(`p/${id}`), s.at).sentence

/** Words of the code and of the wire, which nobody outside has heard of. */
const ours = /[a-z][A-Z]|_|undefined|dialable|tombstone|held out|request class|supply|leg\b|TTL/

function understood(sentence: string): void {
  assert.match(sentence, /^[A-Za-z].{15,300}\.$/)
  assert.doesNotMatch(sentence, ours)
}

describe('a contact is explained while it is', () => {
  const says: Record<State, RegExp> = {
    waiting: /waits in place 1/,
    offered: /ann was chosen because .* has not answered yet/,
    connecting: /ann was chosen because .* being connected/,
    connected: /ann was chosen because/,
    held: /on hold until the customer answers/,
    wrapUp: /conversation is over; ann.* writes up this call/,
    dialable: /waits for a callback in place 1/,
    dialling: /ann is reserved.*customer is being called/,
    callbackWaiting: /was not reached; the place in the queue tax is kept/,
    completed: /over: ann has finished it/,
    abandoned: /over: the customer hung up/,
    expired: /over: it had to wait longer/,
    cancelled: /over: whoever sent it has taken it back/,
  }
  for (const [state, pattern] of Object.entries(says)) {
    test(state, () => {
      const sentence = why(given(state as State))
      understood(sentence)
      assert.match(sentence, pattern)
    })
  }
  test('in every state that there is a way to', () => {
    assert.deepEqual(Object.keys(says).toSorted(), Object.keys(ways).toSorted())
  })
})

test('who waits where all that have the skills are paused is not told that nobody has them', () => {
  const s = new Story()
  s.queue('tax', { requirements: [{ skillId: 'tax', minimumLevel: 3 }] })
  s.agent('bob', { tax: 1 })
  s.submit('c1', 'tax')
  assert.match(
    why(s),
    /no agent is known who has the skills for it. .* 1 has tax below the level needed/,
  )
  s.agent('ann', { tax: 4 })
  s.presence('ann', 'paused', 'lunch')
  s.abandon('c1')
  s.submit('c2', 'tax')
  const nobody =
    /of those who have the skills for it nobody is ready.*1 is paused or about to leave/
  assert.match(why(s, 'c2'), nobody)
})

test('how it came to its place is told: by the rule of a need, and by a supervisor', () => {
  const s = new Story()
  s.queue('tax')
  const conditions = [{ fact: 'need', oneOf: ['tax-return'] }]
  const rule = { name: 'private-tax', conditions, queueId: 'tax', requirements: [], priority: 0 }
  s.do({ kind: 'putClassification', pool: 'p', rules: [rule], etag: '' })
  s.submit('c1', '', { need: 'tax-return' })
  assert.match(why(s), /It came to this queue by the rule private-tax, for the need tax-return\./)
  const who = { pool: 'p', contactId: 'c1', reason: 'called before', actor: 'sue' }
  s.do({ kind: 'setContactPriority', ...who, priority: 5 })
  assert.match(why(s), /sue has moved it forward in the queue \(called before\)\./)
})

test('every cause of an end has a sentence of its own', () => {
  const s = given('completed')
  const contact = s.state.contacts.must('p/c1')
  const sentences = endCauses.map((endCause) => {
    s.state.contacts.update(contact, { endCause })
    const { sentence } = explainContact(s.state, contact, s.at)
    understood(sentence)
    return sentence
  })
  assert.equal(new Set(sentences).size, endCauses.length)
})

describe('what the customer was asked is told', () => {
  const callback = (): Story => {
    const s = new Story()
    s.queue('tax', { callback: {} })
    s.submit('c1', 'tax', { customerKey: 'ana' })
    return s
  }
  const answer = (s: Story, accept: boolean): void =>
    s.do({ kind: 'respondToCallbackOffer', pool: 'p', contactId: 'c1', accept, addressRef: 'tel' })

  test('offered', () => assert.match(why(callback()), /callback is being offered/))
  test('declined', () => {
    const s = callback()
    answer(s, false)
    understood(why(s))
    assert.match(why(s), /prefers to wait/)
  })
  test('not answered', () => {
    const s = callback()
    s.pass(30_000)
    assert.match(why(s), /not answered; it may be offered again/)
  })
  test('accepted, and then called in', () => {
    const s = callback()
    answer(s, true)
    s.submit('c2', 'tax', { customerKey: 'ana' })
    understood(why(s))
    assert.match(why(s), /called in before being called back/)
  })
})

describe('an agent is explained who', () => {
  const skilled = (): Story => {
    const s = new Story()
    s.queue('tax')
    s.agent('ann', {})
    return s
  }
  const table: Readonly<Record<string, readonly [RegExp, (s: Story) => void]>> = {
    'is free': [/free: nothing .* waits/, () => {}],
    'has an offer': [/has an offer to answer/, (s) => s.submit('c1', 'tax')],
    'is busy': [
      /works on 1 contact,/,
      (s) => {
        s.submit('c1', 'tax')
        s.talk('ann')
      },
    ],
    'missed an offer': [
      /paused: an offer was not answered/,
      (s) => {
        s.submit('c1', 'tax')
        s.pass(minute)
      },
    ],
    'is at lunch': [/paused: lunch/, (s) => s.presence('ann', 'paused', 'lunch')],
    'has gone': [/not at work/, (s) => s.presence('ann', 'signedOut')],
    'must not have what waits': [
      /must not go to ann/,
      (s) => s.submit('c1', 'tax', { excludedAgentIds: ['ann'] }),
    ],
    'is offered nothing': [
      /sue has switched all offers off \(drill\)/,
      (s) => {
        const same = { dialsOff: undefined, learningOff: undefined, reason: 'drill', actor: 'sue' }
        s.do({ kind: 'setPoolSwitches', pool: 'p', offersOff: true, ...same })
        s.submit('c1', 'tax')
      },
    ],
  }
  for (const [name, [pattern, happens]] of Object.entries(table)) {
    test(name, () => {
      const s = skilled()
      happens(s)
      understood(whyAgent(s))
      assert.match(whyAgent(s), pattern)
    })
  }
})

describe('what keeps an agent from who waits is told, the first thing alone', () => {
  const floor = [{ skillId: 'tax', minimumLevel: 3 }]
  const HOUR = 60 * minute
  const table: Readonly<Record<string, readonly [RegExp, (s: Story) => void]>> = {
    'takes other channels': [
      /1 takes no calls now/,
      (s) => s.profile('ann', { tax: 4 }, { email: 50 }),
    ],
    'was set to other channels': [
      /1 takes no calls now/,
      (s) => {
        s.profile('ann', { tax: 4 }, { voice: 100, email: 50 })
        const until = s.time + HOUR
        const only = { channels: ['email'], reason: 'mail is late', until } as const
        s.do({ kind: 'setActiveChannels', pool: 'p', agentId: 'ann', ...only })
      },
    ],
    'lacks the skill': [/1 has no skill tax/, (s) => s.profile('ann', {})],
    'has too little of it': [
      /1 has tax below the level needed/,
      (s) => s.profile('ann', { tax: 2 }),
    ],
    'is paused': [/1 is paused or about to leave/, (s) => s.presence('ann', 'paused', 'lunch')],
    'is busy': [
      /1 is busy/,
      (s) => {
        s.submit('c0', 'tax')
        s.talk('ann')
      },
    ],
    'is out of reach': [
      /1 is there, but the phone or screen cannot be reached/,
      (s) => {
        const phone = { channels: ['voice'], reachable: false, forMs: HOUR } as const
        s.do({ kind: 'setEndpointState', pool: 'p', agentId: 'ann', ...phone })
      },
    ],
    'goes for lunch': [
      /1 is about to leave by the roster, or away/,
      (s) => {
        const until = s.time + minute
        const spans = [{ from: s.time - HOUR, until, followedBy: 'meal' }] as const
        s.do({ kind: 'changeRoster', pool: 'p', agentId: 'ann', spans })
      },
    ],
  }
  for (const [name, [pattern, happens]] of Object.entries(table)) {
    test(name, () => {
      const s = new Story()
      s.queue('tax', { requirements: floor })
      s.agent('ann', { tax: 4 })
      happens(s)
      s.submit('c1', 'tax')
      understood(why(s))
      assert.match(why(s), pattern)
    })
  }

  test('must not have it', () => {
    const s = new Story()
    s.queue('tax')
    s.agent('ann', {})
    s.submit('c1', 'tax', { excludedAgentIds: ['ann'] })
    assert.match(why(s), /1 has declined it or must not have it/)
  })

  test('is free while it is kept for another', () => {
    const s = new Story()
    s.queue('tax')
    s.agent('bob', {})
    s.submit('c0', 'tax')
    s.talk('bob')
    s.agent('ann', {})
    s.submit('c1', 'tax', { preferredAgentIds: ['bob'], holdOutMs: minute })
    understood(why(s))
    assert.match(why(s), /for a preferred agent \(bob\).*in 60 seconds it may go to anybody/)
    const { constraints } = explainContact(s.state, s.state.contacts.must('p/c1'), s.at)
    assert.deepEqual(
      constraints.map(({ kind }) => kind),
      ['busy', 'holdOut'],
    )
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  Callback,
  CallbackStatus,
  Contact,
  ContactState,
  EndCause,
  Offer,
} from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import type { AgentPlan, Arrival, Day } from '../day/day.ts'
import { Ledger } from '../platform/ledger.ts'
import { timestamp } from '../platform/wire.ts'

const agent = (agentId: string, level: number): AgentPlan => ({
  agentId,
  displayName: agentId,
  team: '',
  skills: [{ skillId: 'tax', level }],
  channels: [
    { channel: 'voice', weight: 100 },
    { channel: 'chat', weight: 30 },
  ],
  shift: { fromMs: 0, untilMs: 1e6 },
  breaks: [],
})

const arrival = (contactId: string, queueId = 'calls'): Arrival => ({
  atMs: 0,
  contactId,
  queueId,
  requirements: [{ skillId: 'tax', level: 3 }],
  priority: 0,
  customerKey: contactId,
  attributes: Buffer.from('learned'),
  patienceMs: 1,
  talkMs: 1,
  wrapUpMs: 1,
  acceptsCallback: true,
  callsAgainAfterMs: undefined,
  dials: [],
})

const DAY: Day = {
  pool: 'p',
  displayName: 'a day',
  fromMs: 0,
  untilMs: 1e6,
  skills: [],
  queues: [],
  agents: [agent('dana', 4), agent('bo', 3), agent('low', 2)],
  arrivals: [],
}

function contact(contactId: string, version: number, changes: Partial<Contact>): Contact {
  const plain = Contact.fromPartial({
    contactId,
    version,
    channel: Channel.CHANNEL_VOICE,
    state: ContactState.CONTACT_STATE_WAITING,
    attributes: Buffer.from('learned'),
  })
  return { ...plain, ...changes }
}

const WAITING = { state: ContactState.CONTACT_STATE_WAITING }
const CONNECTED = { state: ContactState.CONTACT_STATE_CONNECTED }
const COMPLETED = { state: ContactState.CONTACT_STATE_COMPLETED }

function ledgerWith(...contactIds: string[]): Ledger {
  const ledger = new Ledger(DAY)
  for (const id of contactIds) ledger.acknowledged(arrival(id), contact(id, 1, WAITING))
  return ledger
}

describe('the ledger lets pass', () => {
  test('a contact from agent to agent, whichever desk tells first', () => {
    const ledger = ledgerWith('c')
    ledger.assigned('dana', contact('c', 3, CONNECTED))
    ledger.assigned('bo', contact('c', 8, CONNECTED))
    ledger.released('dana', 'c', 6)
    ledger.told(contact('c', 9, COMPLETED))
    ledger.close()
    assert.deepEqual(ledger.details, [])
    assert.equal(ledger.assignments, 2)
  })

  test('an end that is told before the acknowledgement comes', () => {
    const ledger = new Ledger(DAY)
    ledger.told(contact('c', 2, WAITING))
    ledger.told(contact('c', 7, COMPLETED))
    ledger.acknowledged(arrival('c'), contact('c', 1, WAITING))
    assert.deepEqual([ledger.accepted, ledger.open, [...ledger.openIds()]], [1, 0, []])
    assert.deepEqual(ledger.details, [])
  })

  test('three chats at once, and a repeated telling', () => {
    const ledger = ledgerWith('a', 'b', 'c')
    for (const id of ['a', 'b', 'c', 'c']) {
      ledger.assigned('dana', contact(id, 3, { ...CONNECTED, channel: Channel.CHANNEL_CHAT }))
    }
    assert.equal(ledger.loadOf('dana'), 90)
    assert.deepEqual(ledger.details, [])
  })

  test('a claim repeated by its winner, and a dial when it is due', () => {
    const ledger = ledgerWith('c')
    ledger.claimed('c', 'c/1', 'dialler-a', 1000)
    ledger.claimed('c', 'c/1', 'dialler-a', 1001)
    ledger.dialEnded('c', 'c/1', 5000)
    ledger.claimed('c', 'c/2', 'dialler-b', 5000)
    assert.deepEqual([ledger.doubleDials, ledger.dialled, ledger.violations], [0, 2, 0])
  })
})

describe('the ledger finds', () => {
  const finds: readonly (readonly [string, RegExp, (ledger: Ledger) => void])[] = [
    [
      'a contact with two agents at once, told in order',
      /c was with dana and bo at once/,
      (ledger) => {
        ledger.assigned('dana', contact('c', 3, CONNECTED))
        ledger.released('dana', 'c', 9)
        ledger.assigned('bo', contact('c', 7, CONNECTED))
      },
    ],
    [
      'a contact with two agents at once, told late',
      /c was with dana and bo at once/,
      (ledger) => {
        ledger.assigned('dana', contact('c', 3, CONNECTED))
        ledger.assigned('bo', contact('c', 7, CONNECTED))
        ledger.released('dana', 'c', 9)
      },
    ],
    [
      'a contact that one agent was never relieved of',
      /c went to bo while dana had it/,
      (ledger) => {
        ledger.assigned('dana', contact('c', 3, CONNECTED))
        ledger.assigned('bo', contact('c', 7, CONNECTED))
        ledger.told(contact('c', 9, COMPLETED))
        ledger.close()
      },
    ],
    [
      'an offer below the floor',
      /c was offered to low, who is below tax 3/,
      (ledger) => ledger.offered('low', Offer.fromPartial({ contact: contact('c', 2, {}) })),
    ],
    [
      'a floor of the contact that the server knows of alone',
      /c was offered to bo, who is below tax 4/,
      (ledger) => {
        const requirements = [{ skillId: 'tax', minimumLevel: 4 }]
        ledger.offered('bo', Offer.fromPartial({ contact: contact('c', 2, { requirements }) }))
      },
    ],
    [
      'attributes that are not what was sent',
      /c reached dana with other attributes/,
      (ledger) => {
        const attributes = Buffer.from('Learned')
        ledger.offered('dana', Offer.fromPartial({ contact: contact('c', 2, { attributes }) }))
      },
    ],
    [
      'more than an agent can bear',
      /dana has a load of 130/,
      (ledger) => {
        ledger.assigned('dana', contact('c', 3, CONNECTED))
        ledger.acknowledged(arrival('d'), contact('d', 1, WAITING))
        ledger.assigned('dana', contact('d', 3, { ...CONNECTED, channel: Channel.CHANNEL_CHAT }))
      },
    ],
    [
      'a channel that is not the agent’s',
      /c is with dana, who is not on its channel/,
      (ledger) =>
        ledger.assigned('dana', contact('c', 3, { ...CONNECTED, channel: Channel.CHANNEL_FAX })),
    ],
    [
      'two winners of one attempt',
      /c\/1 was given to dialler-a and to dialler-b/,
      (ledger) => {
        ledger.claimed('c', 'c/1', 'dialler-a', 1)
        ledger.claimed('c', 'c/1', 'dialler-b', 2)
      },
    ],
    [
      'a dial before its time',
      /c is dialled 1 ms before its time/,
      (ledger) => {
        ledger.claimed('c', 'c/1', 'dialler-a', 1)
        ledger.dialEnded('c', 'c/1', 5000)
        ledger.claimed('c', 'c/2', 'dialler-b', 4999)
      },
    ],
    [
      'a dial while another rings',
      /c is dialled by c\/2 and by c\/1 at once/,
      (ledger) => {
        ledger.claimed('c', 'c/1', 'dialler-a', 1)
        ledger.claimed('c', 'c/2', 'dialler-b', 2)
      },
    ],
    [
      'a second end',
      /c ended twice/,
      (ledger) => {
        ledger.told(contact('c', 5, COMPLETED))
        ledger.told(contact('c', 6, { state: ContactState.CONTACT_STATE_ABANDONED }))
      },
    ],
    ['a contact without an end', /c was accepted and never ended/, (ledger) => ledger.close()],
    [
      'a call merged into nothing',
      /d was merged into an unknown one/,
      (ledger) => ledger.acknowledged(arrival('d'), contact('lost', 4, WAITING)),
    ],
  ]
  for (const [what, message, story] of finds) {
    test(what, () => {
      const ledger = ledgerWith('c')
      story(ledger)
      assert.equal(ledger.violations, 1)
      assert.match(ledger.details[0] ?? '', message)
    })
  }
})

describe('the ledger counts', () => {
  test('ends by their kind, a callback given up not among the expired', () => {
    const ledger = ledgerWith('a', 'b', 'c')
    const expired = ContactState.CONTACT_STATE_EXPIRED
    ledger.told(contact('a', 2, { state: expired, endCause: EndCause.END_CAUSE_TIME_TO_LIVE }))
    ledger.told(contact('b', 2, { state: expired, endCause: EndCause.END_CAUSE_CALLBACK_GIVEN_UP }))
    assert.deepEqual(Object.fromEntries(ledger.ended), { expired: 1, given_up: 1 })
    assert.equal(ledger.open, 1)
  })

  test('a wait once, and how far a promise was off', () => {
    const ledger = ledgerWith('a')
    const entered = { enteredAt: timestamp(10_000), answeredAt: timestamp(70_500) }
    const callback = Callback.fromPartial({
      status: CallbackStatus.CALLBACK_STATUS_REACHED,
      promisedAt: timestamp(60_000),
      firstDialledAt: timestamp(45_000),
    })
    ledger.told(contact('a', 3, { ...CONNECTED, ...entered, callback }))
    ledger.told(contact('a', 4, { ...CONNECTED, ...entered, callback }))
    ledger.told(contact('a', 2, WAITING))
    assert.deepEqual([ledger.waitsMs, ledger.callbackWaitsMs], [[], [60_500]])
    assert.deepEqual(ledger.promiseErrorsMs, [-15_000])
  })

  test('a customer who calls again is not a second contact', () => {
    const ledger = ledgerWith('a')
    ledger.acknowledged(arrival('a-again'), contact('a', 4, WAITING))
    assert.deepEqual([ledger.accepted, ledger.merged, ledger.open], [1, 1, 1])
    assert.deepEqual([...ledger.openIds()], ['a'])
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RejectedInput } from '@evenkeel/chassis/errors'
import { Event } from '@evenkeel/proto/evenkeel/routing/v1/events'
import { SubmitContactRequest } from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { Pool } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Event as SkillsEvent } from '@evenkeel/proto/evenkeel/skills/v1/events'
import { AgentProfile } from '@evenkeel/proto/evenkeel/skills/v1/skill'
import fc from 'fast-check'
import { NEVER, type RoutingEvent } from '../core/index.ts'
import { routing } from '../service.ts'
import { bridges } from '../shell/bridge.ts'
import { commandOf, encodeCommand, type WireCommand } from '../shell/translate/commands.ts'
import { plainCallback, plainPolicy } from './policies.ts'
import { Story } from './story.ts'

const { codec } = routing

function refusesOnly(decode: () => unknown): void {
  try {
    decode()
  } catch (error) {
    if (!(error instanceof RejectedInput)) throw error
  }
}

const whole = SubmitContactRequest.fromPartial({
  pool: 'p',
  contactId: 'c1',
  queueId: 'tax',
  requirements: [{ skillId: 'tax', minimumLevel: 3 }],
  preferredAgentIds: ['ann'],
  holdOut: { seconds: 10, nanos: 0 },
  excludedAgentIds: ['bob'],
  priority: 5,
  customerKey: 'customer',
  addressKey: 'address',
  conversationId: 'conversation',
  attributes: Buffer.from([0, 1, 255]),
  references: ['https://example.com/1'],
  enteredAt: { seconds: 1_700_000_000, nanos: 0 },
  timeToLive: { seconds: 60, nanos: 0 },
  test: true,
})

describe('a command', () => {
  test('of any bytes is a command or refused with a code', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
        refusesOnly(() => codec.decodeCommand(bytes)),
      ),
      { numRuns: 500 },
    )
  })

  const wires: readonly WireCommand[] = [
    { $case: 'submitContact', value: whole },
    { $case: 'holdContact', value: { pool: 'p', contactId: 'c1' } },
    {
      $case: 'putPool',
      value: { pool: Pool.fromPartial({ pool: 'p', displayName: 'Pöol' }), validateOnly: false },
    },
    {
      $case: 'sessionOpened',
      value: {
        pool: 'p',
        agentId: 'ann',
        resumeToken: '',
        ready: true,
        replica: 'routing-0',
        sessionToken: 'token',
      },
    },
  ]
  test('spoiled in one byte is a command or refused with a code', () => {
    const spoiled = fc.tuple(fc.constantFrom(...wires), fc.nat(), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(spoiled, ([wire, at, byte]) => {
        const bytes = Uint8Array.from(encodeCommand(wire))
        bytes[at % bytes.length] = byte
        refusesOnly(() => codec.decodeCommand(bytes))
      }),
      { numRuns: 1_000 },
    )
  })

  for (const wire of wires) {
    test(`${wire.$case} is after its bytes what it was before`, () => {
      assert.deepEqual(codec.decodeCommand(encodeCommand(wire)), commandOf(wire))
    })
  }

  test('of a newer version is refused, whether its kind or a field within is unknown', () => {
    const known = encodeCommand({ $case: 'holdContact', value: { pool: 'p', contactId: 'c1' } })
    const inner = Uint8Array.of(...known.subarray(2), 0xf8, 0x7f, 1)
    const field = Uint8Array.of(known[0] ?? 0, inner.length, ...inner)
    const kind = Uint8Array.of(0xfa, 0x7f, 0)
    for (const bytes of [field, kind, Uint8Array.of(...known, 0xf8, 0x7f, 1)]) {
      assert.throws(() => codec.decodeCommand(bytes), /does not know/)
    }
    const cut = Uint8Array.of(...known, 0, 1)
    assert.throws(() => codec.decodeCommand(cut), { code: 'BODY_MALFORMED' })
  })

  test('of a session with a token that the state can not hold is refused', () => {
    const value = { pool: 'p', agentId: 'ann', sessionToken: 't'.repeat(65), replica: 'r' }
    assert.throws(() => commandOf({ $case: 'sessionCut', value }), { code: 'FIELD_MALFORMED' })
  })
})

test("skills' events of any bytes are ours, not ours, or refused with a code", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) =>
      refusesOnly(() => bridges[0]?.decode(bytes)),
    ),
  )
})

test("a skill's time that is none is refused, an absent one is no bound", () => {
  const profileWith = (validFrom: { seconds: number; nanos: number } | undefined) => {
    const skills = [{ skillId: 'tax', level: 5, validFrom, validUntil: undefined }]
    const profile = AgentProfile.fromPartial({ pool: 'p', agentId: 'ann', skills })
    const kind = { $case: 'profileChanged', value: { profile } } as const
    return bridges[0]?.decode(SkillsEvent.encode({ kind }).finish())
  }
  const grant = { skillId: 'tax', level: 5, from: 0, until: NEVER }
  assert.partialDeepStrictEqual(profileWith(undefined), { skills: [grant] })
  const later = { skills: [{ ...grant, from: 1_500 }] }
  assert.partialDeepStrictEqual(profileWith({ seconds: 1, nanos: 500_000_000 }), later)
  assert.throws(() => profileWith({ seconds: 1, nanos: -1 }), { code: 'FIELD_MALFORMED' })
})

describe('the fingerprint of a submission', () => {
  const fingerprint = (change: Partial<SubmitContactRequest>): string => {
    const command = commandOf({ $case: 'submitContact', value: { ...whole, ...change } })
    assert.equal(command.kind, 'submitContact')
    return command.fingerprint
  }
  const changes: Omit<SubmitContactRequest, 'need' | 'facts'> = {
    pool: 'q',
    contactId: 'c2',
    queueId: 'other',
    requirements: [{ skillId: 'tax', minimumLevel: 4 }],
    preferredAgentIds: ['eve'],
    holdOut: { seconds: 11, nanos: 0 },
    excludedAgentIds: [],
    priority: 6,
    customerKey: 'other',
    addressKey: 'other',
    conversationId: 'other',
    attributes: Buffer.from([0, 1, 254]),
    references: [],
    enteredAt: undefined,
    timeToLive: undefined,
    test: false,
    source: 'switch-2',
    timeZone: 'Europe/Lisbon',
  }
  for (const [field, value] of Object.entries(changes)) {
    test(`changes with ${field}`, () => {
      assert.notEqual(fingerprint({ [field]: value }), fingerprint({}))
    })
  }

  test('changes with the need and with its facts', () => {
    const [a, b] = [
      { name: 'language', value: 'fr' },
      { name: 'segment', value: 'gold' },
    ]
    const ofNeed = { queueId: '', need: 'tax', facts: [a, b] }
    const same = fingerprint({ ...ofNeed, facts: [b, a] })
    assert.equal(fingerprint(ofNeed), same)
    assert.notEqual(fingerprint({ ...ofNeed, need: 'law' }), same)
    assert.notEqual(fingerprint({ ...ofNeed, facts: [a] }), same)
  })

  test('does not change with the order of the requirements', () => {
    const a = { skillId: 'a', minimumLevel: 1 }
    const b = { skillId: 'b', minimumLevel: 2 }
    assert.equal(fingerprint({ requirements: [a, b] }), fingerprint({ requirements: [b, a] }))
  })

  test('does not take one field for another', () => {
    const one = { customerKey: 'ab', addressKey: 'c' }
    const two = { customerKey: 'a', addressKey: 'bc' }
    assert.notEqual(fingerprint(one), fingerprint(two))
  })
})

const plainReconciliation = {
  pool: 'p',
  source: 'switch-1',
  requestId: 'crash-1',
  cause: 'switchLost',
  asOf: 1_700_000_000_000,
  state: 'counted',
  pages: 2,
  listed: 300,
  listedUnknown: 1,
  open: 320,
  live: 300,
  later: 3,
  callbacks: 7,
  missingWaiting: 4,
  missingOffered: 3,
  missingConnected: 2,
  missingHeld: 1,
} as const

describe('an event comes off the wire as the kind that it is', () => {
  const s = new Story()
  s.queue('tax')
  s.submit('c1', 'tax')
  const contact = s.contact('c1')
  const of = { pool: 'p', contactId: 'c1' } as const
  const attempt = {
    attemptId: 'd-1-1',
    agentId: 'ann',
    claimant: 'd1',
    ringTimeoutMs: 25_000,
    claimBefore: s.time,
    outcome: 'busy',
    customerFirst: true,
  } as const
  const window = { from: s.time, until: s.time + 600_000 }
  const choices = { keepPlace: true, within: window, windows: [window] }
  const offer = { ...of, offerId: 'o-1-1', agentId: 'ann' }
  const alternative = {
    alternativeId: 'english',
    kind: 'requirements',
    queueId: '',
    afterMs: 0,
    requirements: [{ skillId: 'english', minimumLevel: 3 }],
    insteadOf: ['finnish'],
  } as const
  const all: {
    readonly [K in RoutingEvent['kind']]: Omit<Extract<RoutingEvent, { kind: K }>, 'kind'>
  } = {
    poolChanged: {
      ...{ pool: 'p', displayName: 'Pool', etag: 'e1' },
      ...{ dialPacing: 'plain', profilesMaxAgeMs: 0 },
    },
    calendarChanged: {
      ...{ pool: 'p', calendarId: 'office', displayName: 'Office', etag: 'e3' },
      rule: { timeZone: 'Europe/Berlin', weekly: [{ day: 1, from: 480, to: 1_080 }], special: [] },
    },
    queueChanged: {
      ...{ pool: 'p', queueId: 'tax', displayName: 'Tax', channel: 'voice', etag: 'e2' },
      policy: plainPolicy,
      callback: plainCallback,
      status: {
        state: 'closed',
        reason: 'fire drill',
        actor: 'sue',
        since: s.time,
        until: s.time + 60_000,
        rule: 'cancel',
        whenClosed: 'afterHours',
        destination: 'night',
      },
      policyVersion: 2,
    },
    contactAccepted: { pool: 'p', contact },
    contactInterrupted: { ...of, agentId: 'ann', byContactId: 'c2', resumeBefore: s.time + 60_000 },
    contactResumed: { ...of, agentId: 'ann', asideMs: 4_000 },
    contactPrioritized: {
      ...of,
      queueId: 'tax',
      priority: 5,
      change: { former: 0, actor: 'sue', reason: 'VIP', at: s.time },
    },
    classificationChanged: {
      pool: 'p',
      rules: [
        {
          name: 'french-tax',
          conditions: [{ fact: 'need', oneOf: ['tax'] }],
          queueId: 'tax',
          requirements: [],
          priority: 2,
        },
      ],
      etag: 'e3',
      version: 1,
    },
    alternativesOffered: {
      ...of,
      wait: { p50: 60_000, p80: 90_000, p95: 120_000 },
      choices: [alternative],
      answerBefore: s.time,
    },
    alternativeChosen: {
      ...of,
      choice: alternative,
      actor: 'bot-1',
      fromQueueId: 'tax',
      queueId: 'tax',
      requirements: [{ skillId: 'english', minimumLevel: 3 }],
    },
    callbackOffered: { ...of, wait: { p50: 60_000, p80: 90_000, p95: 120_000 }, choices },
    callbackAccepted: { ...of, promisedAt: s.time, window, recovered: false, requested: false },
    callbackRescheduled: { ...of, formerPromisedAt: 0, promisedAt: s.time, window },
    dialRequested: { ...of, attempt, addressRef: 'tel' },
    dialClosed: { ...of, attempt },
    contactExpiringSoon: { ...of, queueId: 'tax', expiresAt: s.time },
    holdMessageDue: { ...of, heldSince: s.time },
    holdEnded: { ...of, cause: 'timeLimit' },
    offerMade: offer,
    offerAccepted: { ...offer, waitedMs: 1_000, toldWait: { p50: 1, p80: 2, p95: 3 } },
    offerClosed: { ...offer, end: 'expired' },
    staffingChanged: {
      pool: 'p',
      queueId: 'tax',
      requirements: [{ skillId: 'tax', minimumLevel: 3 }],
      staffing: 'nobodyKnown',
      waiting: 2,
    },
    contactConnected: { ...of, agentId: 'ann' },
    contactRequeued: { ...of, queueId: 'tax', cause: 'connectFailed' },
    contactHeld: { ...of, held: true },
    contactMerged: { ...of, mergedContactId: 'c2' },
    contactEnded: { pool: 'p', contact, handleMs: 1_500, waitMs: 2_500 },
    legStarted: { pool: 'p', contact },
    legEnded: { ...of, parentContactId: 'c0', leg: 'consult', end: 'over' },
    contactTransferred: {
      ...of,
      queueId: 'tax',
      fromAgentId: 'ann',
      toAgentId: 'eve',
      consultContactId: 'c1-ask',
    },
    contactClosed: {
      ...of,
      disposition: {
        reason: 'moved',
        resolved: true,
        topic: 'address',
        closedAt: s.time,
        agentId: 'ann',
      },
    },
    promiseSettled: { ...of, promisedAt: s.time, happenedAt: s.time + 1, kept: true },
    contactEscalated: { ...of, queueId: 'tax', priority: 5, offersMade: 3 },
    presenceChanged: {
      ...{ pool: 'p', agentId: 'ann', presence: 'paused', reason: 'lunch', actor: 'sue' },
      heldUntil: s.time + 60_000,
    },
    availabilityChanged: {
      pool: 'p',
      availability: {
        agentId: 'ann',
        channels: [
          { channel: 'voice', weight: 100, inactive: true, onRequest: true, unreachable: false },
        ],
        activeReason: 'mail is late',
        activeUntil: s.time + 60_000,
        endpointsOutUntil: undefined,
        externalLoad: 30,
        externalUntil: s.time + 60_000,
      },
      draining: true,
    },
    moveRefused: { pool: 'p', agentId: 'ann', moveId: 'm-1-1', why: 'supervisor' },
    poolSwitched: {
      pool: 'p',
      offersOff: true,
      dialsOff: false,
      learningOff: false,
      reason: 'fire drill',
      actor: 'sue',
      switchedAt: s.time,
    },
    profilesAged: { pool: 'p', tooOld: true, ageMs: 600_000 },
    endpointsChanged: { pool: 'p', channel: 'voice', reachable: false, failed: 3, worked: 0 },
    contactsReconciled: { pool: 'p', reconciliation: plainReconciliation },
  }
  for (const [kind, facts] of Object.entries(all)) {
    test(kind, () => {
      const event = { kind, ...facts } as RoutingEvent
      const decoded = Event.decode(codec.encodeEvent(event)).kind
      assert.equal(decoded?.$case, kind)
      const said = JSON.stringify(decoded.value)
      for (const [name, value] of Object.entries(facts)) {
        if (name.endsWith('Id')) assert.ok(said.includes(`"${name}":"${value}"`), said)
      }
    })
  }

  test('contactEnded, with its contact and its times', () => {
    const event = { kind: 'contactEnded', ...all.contactEnded } as const
    const { kind } = Event.decode(codec.encodeEvent(event))
    assert.equal(kind?.$case, 'contactEnded')
    assert.deepEqual(kind.value.handleTime, { seconds: 1, nanos: 500_000_000 })
    assert.deepEqual(kind.value.waitTime, { seconds: 2, nanos: 500_000_000 })
    assert.equal(kind.value.contact?.contactId, 'c1')
    assert.equal(kind.value.contact.attributes.length, 0)
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { duration, RejectedInput } from '@evenkeel/chassis/errors'
import { Presence } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { RespondToCallbackOfferRequest } from '@evenkeel/proto/evenkeel/routing/v1/callback_service'
import { SubmitContactRequest } from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { inputLimits as max } from '../shell/limits.ts'
import { decodeCommand, encodeCommand, type WireCommand } from '../shell/translate/commands.ts'
import { Story } from './story.ts'

const longest = (name: string) => name.padEnd(64, 'x')
const agentIds = (n: number, prefix: string) =>
  Array.from({ length: n }, (_, i) => longest(`${prefix}${i}-`))
const skillsOf = (n: number, prefix: string) =>
  agentIds(n, prefix).map((skillId) => ({ skillId, minimumLevel: max.levelMax }))
/** Text of two bytes a letter. */
const wide = (bytes: number) => 'é'.repeat(bytes / 2)

const pool = longest('pool')
const queueId = longest('queue')
const agentId = longest('preferred0-')
const contactId = longest('contact')

const dialPacing = { perSecond: 100, inFlight: 10_000 }
const putPool = {
  pool: {
    pool,
    displayName: wide(max.displayNameBytes),
    etag: '',
    dialPacing,
    profilesMaxAge: duration(86_400_000),
  },
  validateOnly: false,
}
const putQueue = {
  queue: Queue.fromPartial({
    pool,
    queueId,
    displayName: wide(max.displayNameBytes),
    channel: Channel.CHANNEL_VOICE,
    requirements: skillsOf(max.requirements, 'queue'),
    callback: { offerAbove: duration(60_000) },
  }),
  validateOnly: false,
}
const submission = SubmitContactRequest.fromPartial({
  pool,
  contactId,
  queueId,
  requirements: skillsOf(max.requirements, 'own'),
  preferredAgentIds: agentIds(max.preferredAgents, 'preferred'),
  holdOut: duration(max.holdOutMsMax),
  excludedAgentIds: agentIds(max.excludedAgents, 'not'),
  priority: max.priorityMax,
  customerKey: longest('customer'),
  addressKey: longest('address'),
  conversationId: longest('conversation'),
  attributes: Buffer.alloc(max.attributesBytes, 255),
  references: Array.from({ length: max.references }, () =>
    'https://'.padEnd(max.referenceBytes, 'r'),
  ),
  timeToLive: duration(max.timeToLiveMsMax),
})
const answer = RespondToCallbackOfferRequest.fromPartial({
  pool,
  contactId,
  accept: true,
  addressRef: 'a'.repeat(max.addressRefBytes),
})
const pause = {
  pool,
  agentId,
  presence: Presence.PRESENCE_PAUSED,
  reason: wide(max.pauseReasonBytes),
}
const cancel = {
  pool,
  contactId,
  reason: wide(max.cancelReasonBytes),
  mayPrecede: false,
}

test('a request at its limits fits the columns it is kept in, from one end to the other', () => {
  const s = new Story()
  const ask = (wire: WireCommand) => s.do(decodeCommand(encodeCommand(wire)))
  ask({ $case: 'putPool', value: putPool })
  ask({ $case: 'putQueue', value: putQueue })
  const skills = [...submission.requirements, ...putQueue.queue.requirements].map(
    ({ skillId }) => ({ skillId, level: max.levelMax, from: 0, until: Number.POSITIVE_INFINITY }),
  )
  // Up to the 50 skills that the skills service gives one agent.
  for (const { skillId } of skillsOf(50 - skills.length, 'more')) {
    skills.push({ skillId, level: max.levelMax, from: 0, until: Number.POSITIVE_INFINITY })
  }
  const channels = [{ channel: 'voice', weight: 100 }] as const
  for (const id of [agentId, longest('not0-')]) {
    s.do({ kind: 'changeProfile', pool, agentId: id, skills, channels })
  }
  ask({ $case: 'signIn', value: { pool, agentId, ready: false } })
  ask({ $case: 'submitContact', value: submission })
  ask({ $case: 'setPresence', value: pause })
  const sessionToken = longest('token')
  const replica = longest('replica')
  const opened = { pool, agentId, ready: true, resumeToken: '', sessionToken, replica }
  ask({ $case: 'sessionOpened', value: opened })
  const [made] = s.told('offerMade')
  assert.equal(made?.agentId, agentId)
  const retryAfter = duration(max.declineMsMax)
  const offerId = made?.offerId ?? ''
  ask({ $case: 'declineOffer', value: { pool, agentId, offerId, retryAfter } })
  ask({ $case: 'respondToCallbackOffer', value: answer })
  s.pass(max.declineMsMax)
  const again = s.told('offerMade')[1]?.offerId ?? ''
  ask({ $case: 'acceptOffer', value: { pool, agentId, offerId: again } })
  const attemptId = s.told('dialRequested')[0]?.attempt.attemptId ?? ''
  const claimant = longest('dialler')
  ask({ $case: 'claimDial', value: { pool, contactId, attemptId, claimant } })
  ask({ $case: 'submitContact', value: { ...submission, contactId: longest('again') } })
  assert.equal(s.told('contactMerged').length, 1)
  ask({ $case: 'cancelContact', value: { ...cancel, contactId: longest('again') } })
})

describe('a request beyond its limits is refused at the edge', () => {
  const submit = (change: Partial<SubmitContactRequest>): WireCommand => ({
    $case: 'submitContact',
    value: { ...submission, ...change },
  })
  const table: readonly (readonly [string, WireCommand])[] = [
    [
      'pool.display_name',
      {
        $case: 'putPool',
        value: {
          ...putPool,
          pool: { ...putPool.pool, displayName: wide(max.displayNameBytes + 2) },
        },
      },
    ],
    [
      'topic',
      {
        $case: 'closeContact',
        value: {
          ...{ pool, contactId, agentId, resolved: true },
          reason: wide(max.closeReasonBytes),
          topic: wide(max.topicBytes + 2),
        },
      },
    ],
    ['requirements', submit({ requirements: skillsOf(max.requirements + 1, 's') })],
    ['preferred_agent_ids', submit({ preferredAgentIds: agentIds(max.preferredAgents + 1, 'a') })],
    ['excluded_agent_ids', submit({ excludedAgentIds: agentIds(max.excludedAgents + 1, 'a') })],
    ['hold_out', submit({ holdOut: duration(max.holdOutMsMax + 1) })],
    ['priority', submit({ priority: -max.priorityMax - 1 })],
    ['attributes', submit({ attributes: Buffer.alloc(max.attributesBytes + 1) })],
    ['references', submit({ references: [...submission.references, 'r'] })],
    ['references[0]', submit({ references: ['r'.repeat(max.referenceBytes + 1)] })],
    ['time_to_live', submit({ timeToLive: duration(max.timeToLiveMsMin - 1) })],
    [
      'address_ref',
      {
        $case: 'respondToCallbackOffer',
        value: { ...answer, addressRef: 'a'.repeat(max.addressRefBytes + 1) },
      },
    ],
    [
      'reason',
      { $case: 'setPresence', value: { ...pause, reason: wide(max.pauseReasonBytes + 2) } },
    ],
    [
      'reason',
      { $case: 'cancelContact', value: { ...cancel, reason: wide(max.cancelReasonBytes + 2) } },
    ],
  ]
  for (const [field, wire] of table) {
    test(`${wire.$case} ${field}`, () => {
      const names = (error: unknown) =>
        error instanceof RejectedInput && error.fields.field === field
      assert.throws(() => encodeCommand(wire), names)
    })
  }
})

import { test } from 'node:test'
import { AlternativeKind } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import {
  agents,
  duplicate,
  type Expected,
  malformed,
  missing,
  outOfRange,
  queue,
  refuses,
  running,
  seconds,
  slugs,
  times,
  tooMany,
  unknownEnum,
  wellFormed,
} from './bad-input.ts'
import type { Request } from './running.ts'

const { ALTERNATIVE_KIND_LATER: LATER, ALTERNATIVE_KIND_TICKET: TICKET } = AlternativeKind
const { ALTERNATIVE_KIND_REQUIREMENTS: REQUIREMENTS } = AlternativeKind

const later = { alternativeId: 'later', kind: LATER, after: seconds(600) }
const skill = (i: number) => ({ skillId: `s${i}`, minimumLevel: 1 })
const english = { alternativeId: 'english', kind: REQUIREMENTS, requirements: [skill(1)] }

const offering = (more: object) =>
  Queue.fromPartial({ alternatives: { offerAbove: seconds(1), choices: [later], ...more } })
const choice = (one: object) => offering({ choices: [one] })
const at = (name: string) => `queue.alternatives.choices[0].${name}`

const policies: readonly (readonly [Queue, Expected])[] = [
  [offering({ offerAbove: undefined }), missing('queue.alternatives.offer_above')],
  [
    offering({ offerLevelBp: 10_000 }),
    outOfRange('queue.alternatives.offer_level_bp', '0 to 9999', '10000'),
  ],
  [
    offering({ offerCadence: seconds(4) }),
    outOfRange('queue.alternatives.offer_cadence', '5000 to 86400000 ms', '4000'),
  ],
  [
    offering({ offerTimeout: seconds(0) }),
    outOfRange('queue.alternatives.offer_timeout', '1000 to 86400000 ms', '0'),
  ],
  [offering({ choices: [] }), missing('queue.alternatives.choices')],
  [offering({ choices: times(5, () => later) }), tooMany('queue.alternatives.choices', 4)],
  [offering({ choices: [later, later] }), duplicate('queue.alternatives.choices')],
  [choice({ ...later, alternativeId: '' }), missing(at('alternative_id'))],
  [choice({ ...later, kind: 0 }), missing(at('kind'))],
  [choice({ ...later, kind: 99 }), unknownEnum(at('kind'))],
  [choice({ ...later, after: undefined }), missing(at('after'))],
  [
    choice({ ...later, after: seconds(59) }),
    outOfRange(at('after'), '60000 to 604800000 ms', '59000'),
  ],
  [choice({ ...later, queueId: 'tax' }), malformed(at('queue_id'))],
  [choice({ ...later, requirements: [skill(1)] }), malformed(at('requirements'))],
  [choice({ ...later, insteadOfSkillIds: ['s1'] }), malformed(at('instead_of_skill_ids'))],
  [choice({ alternativeId: 't', kind: TICKET }), missing(at('queue_id'))],
  [choice({ ...english, after: seconds(60) }), malformed(at('after'))],
  [choice({ ...english, requirements: [] }), missing(at('requirements'))],
  [
    choice({ ...english, requirements: times(5, skill) }),
    outOfRange(at('requirements'), '1-4', '5'),
  ],
  [
    choice({ ...english, insteadOfSkillIds: times(5, (i) => `s${i}`) }),
    tooMany(at('instead_of_skill_ids'), 4),
  ],
  [
    choice({ alternativeId: 't', kind: TICKET, queueId: 'nowhere' }),
    { code: 'QUEUE_UNKNOWN', status: 5 },
  ],
  [choice(later), { code: 'POLICY_UNMEETABLE', status: 9, field: at('kind'), value: 'LATER' }],
]

test('alternatives that a queue can not offer are refused by field, limit and value', async (t) => {
  const routing = await running(t)
  for (const [{ alternatives }, expected] of policies) {
    const request = { queue: { ...queue, queueId: 'new', alternatives }, validateOnly: false }
    await refuses(routing, 'putQueue', request, expected)
  }
})

test('a choice of what was not offered, or by nobody, is refused', async (t) => {
  const routing = await running(t)
  const chosen = { ...wellFormed.respondToCallbackOffer, alternativeId: 'later', actor: 'bot-1' }
  const table: readonly (readonly [Partial<Request<'respondToCallbackOffer'>>, Expected])[] = [
    [{ alternativeId: 'No!' }, { ...malformed('alternative_id'), limit: slugs }],
    [{ accept: false }, malformed('alternative_id')],
    [{ actor: '' }, missing('actor')],
    [{ actor: 'a b' }, { ...malformed('actor'), limit: agents }],
    [{}, { code: 'ALTERNATIVES_NOT_OFFERED', status: 9 }],
  ]
  for (const [change, expected] of table) {
    await refuses(routing, 'respondToCallbackOffer', { ...chosen, ...change }, expected)
  }
})

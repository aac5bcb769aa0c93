import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onlyInAnswers } from '@evenkeel/chassis/serve'
import { kinds } from '../pool-file/kinds.ts'
import { ProblemsFound } from '../pool-file/problem.ts'
import { declaredIn } from '../pool-file/read-file.ts'

const POOL = 'pool: {pool: p}\n'
const queue = (text: string) => `${POOL}queues:\n  - queue_id: q\n    ${text}\n`

/** What is in the file, and what is said of it: file:line: path: why. */
const table: readonly (readonly [string, string, RegExp])[] = [
  ['nothing', '', /^f:1: no pool is in it/],
  ['no mapping', '- pool\n', /^f:1: must be a mapping with pool, skills/],
  ['no YAML', `${POOL}queues: [\n`, /^f:\d: /],
  ['a key twice', `${POOL}pool: {pool: q}\n`, /^f:2: Map keys must be unique/],
  ['another section', `${POOL}queue: []\n`, /^f:2: queue: no such section; pool, skills/],
  ['no pool', 'queues: []\n', /^f:1: pool\.pool: is missing/],
  ['one pool twice', `${POOL}---\n${POOL}`, /pool\.pool: p is in the file twice/],
  ['a section that is no list', `${POOL}queues:\n`, /^f:2: queues: must be a list/],
  [
    'no id',
    `${POOL}queues:\n  - {channel: CHANNEL_VOICE}\n`,
    /^f:3: queues\[0\]\.queue_id: is missing/,
  ],
  [
    'an id twice',
    `${POOL}skills:\n  - {skill_id: a}\n  - {skill_id: a}\n`,
    /^f:4: skills\[1\]\.skill_id: a is in line 3/,
  ],
  ['another pool', queue('pool: x'), /^f:4: queues\[0\]\.pool: is "x" in the file of p/],
  [
    'an unknown field',
    queue('chanel: CHANNEL_VOICE'),
    /^f:4: queues\[0\]\.chanel: Queue has no such field; it has pool, queue_id/,
  ],
  [
    'one deep inside',
    queue('callback: {within: {windos: 3}}'),
    /^f:4: queues\[0\]\.callback\.within\.windos: WithinPolicy has no/,
  ],
  [
    'a field by both of its names',
    queue('queueId: r'),
    /^f:4: queues\[0\]\.queueId: queue_id is given twice/,
  ],
  ['an etag', queue('etag: e1'), /^f:4: queues\[0\]\.etag: leave it out/],
  [
    'what the system sets',
    queue('policy_version: 3'),
    /^f:4: queues\[0\]\.policy_version: leave it out/,
  ],
  [
    'an unknown word',
    queue('channel: voice'),
    /^f:4: queues\[0\]\.channel: is "voice", and must be one of CHANNEL_VOICE/,
  ],
  [
    'a number as text',
    `${POOL}skills:\n  - {skill_id: 7}\n`,
    /^f:3: skills\[0\]\.skill_id: is 7, and must be text: put it in quotes/,
  ],
  [
    'text as a number',
    queue('max_waiting: many'),
    /^f:4: queues\[0\]\.max_waiting: is "many", and must be a whole number/,
  ],
  ['a fraction', queue('max_waiting: 1.5'), /is 1\.5, and must be a whole number/],
  ['minutes', queue('wrap_up: 2m'), /^f:4: queues\[0\]\.wrap_up: is "2m", and must be seconds/],
  ['no seconds', queue('wrap_up: 30'), /wrap_up: is 30, and must be seconds/],
  ['a list for a value', queue('wrap_up: [30s]'), /wrap_up: is a list, and must be seconds/],
  [
    'a value for a list',
    queue('requirements: tax'),
    /^f:4: queues\[0\]\.requirements: must be a list/,
  ],
  [
    'a value for a message',
    queue('callback: yes'),
    /callback: must be a mapping with fields of CallbackPolicy/,
  ],
  ['a name for nothing', queue('callback: *none'), /^f:4: .*none/],
]

test('what a file can not mean is told with line and path', () => {
  for (const [what, text, expected] of table) {
    assert.throws(
      () => declaredIn('f', text),
      (error: unknown) => {
        assert.ok(error instanceof ProblemsFound, what)
        assert.match(error.message, expected, what)
        return true
      },
    )
  }
})

test('all that is wrong is counted, and the first hundred are shown', () => {
  const skills = Array.from({ length: 250 }, (_, n) => `  - {skill_id: s${n}, level: 1}\n`)
  assert.throws(
    () => declaredIn('f', `${POOL}skills:\n${skills.join('')}`),
    (error: unknown) => {
      assert.ok(error instanceof ProblemsFound)
      const lines = error.message.split('\n')
      assert.equal(lines.length, 101)
      assert.match(lines[0] ?? '', /^f:3: skills\[0\]\.level/)
      assert.equal(lines[100], 'and 150 more, 250 in all')
      return true
    },
  )
})

test('two ways of writing the same are the same', () => {
  const [one] = declaredIn('f', queue('wrapUp: 30s'))
  const [other] = declaredIn('f', queue('wrap_up: "30.0s"\n    max_waiting: 0\n    callback:'))
  assert.deepEqual(one?.items[1]?.json, other?.items[1]?.json)
})

test('what the system alone sets is what the protos say is only in answers', () => {
  const found = kinds().flatMap(({ message }) =>
    message.fields.filter(onlyInAnswers).map(({ name }) => `${message.name}.${name}`),
  )
  assert.deepEqual(found.sort(), [
    'Calendar.ends_at',
    'Calendar.known_until',
    'Calendar.openings',
    'Classification.version',
    'Queue.hours_end_at',
    'Queue.policy_version',
    'Queue.status',
  ])
})

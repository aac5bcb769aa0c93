import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  EXPIRE_BUDGET,
  OUTBOX_ADMIT_MAX,
  TOUCHED_MAX,
  TRIM_MAX,
  type Verdict,
  WORK_ADMIT_MAX,
  WORK_FAULTS_MAX,
} from '../index.ts'
import { Script, genesis, incarnation, start } from './script.ts'

const add = (key: string) => ({ kind: 'add', key, by: 1 }) as const

describe('the place of a record', () => {
  test('an offset that is not the former one + 1 halts, for good', () => {
    const script = Script.begun()
    const jumped = script.command(add('x'), { offset: script.partition.offset + 2 })
    assert.equal(jumped.kind, 'halted')
    assert.equal(script.command(add('x')).kind, 'halted')
    assert.equal(script.value('x'), undefined)
  })

  test('a log that does not begin with Genesis halts', () => {
    assert.equal(new Script().join('a', 'boot').kind, 'halted')
  })

  test('another service and another number of partitions halt', () => {
    for (const wrong of [{ service: 'other' }, { partitions: 2 }]) {
      assert.equal(new Script().take({ body: { ...genesis, ...wrong } }).kind, 'halted')
    }
  })

  test('of two replicas that begin an empty log the first counts', () => {
    const script = new Script()
    script.take({ body: genesis })
    const second = script.take({ body: { ...genesis, incarnation: 'ffffffffffffffff' } as never })
    assert.deepEqual(second, { kind: 'ignored', reason: 'later_genesis' })
    assert.equal(script.partition.incarnation, incarnation)
  })
})

describe('who may append', () => {
  const cases = [
    ['the next sequence', { sequence: 5 }, 'applied'],
    ['one that was applied', { sequence: 4 }, 'duplicate'],
    ['one too far', { sequence: 6 }, 'out_of_sequence'],
    ['an older run of the replica', { epoch: 0, sequence: 5 }, 'fenced'],
    ['a replica that never joined', { replica: 'b', sequence: 1 }, 'stranger'],
  ] as const
  for (const [who, line, becomes] of cases) {
    test(`${who}: ${becomes}`, () => {
      const script = Script.begun()
      for (let i = 0; i < 3; i++) script.command(add('x'))
      const verdict = script.command(add('x'), line)
      assert.equal(verdict.kind === 'ignored' ? verdict.reason : verdict.kind, becomes)
      assert.equal(script.value('x'), becomes === 'applied' ? 4 : 3)
    })
  }

  test('a second process under the same name fences the first', () => {
    const script = Script.begun()
    const { epoch, sequence } = script.partition.standing('a') ?? assert.fail()
    const old = { epoch, sequence: sequence + 1 }
    assert.equal(script.join('a', 'boot-2').kind, 'applied')
    assert.deepEqual(script.command(add('x'), old), { kind: 'ignored', reason: 'fenced' })
    assert.equal(script.command(add('x')).kind, 'applied')
    assert.equal(script.partition.standing('a')?.epoch, 3)
  })

  test('a Join that the log holds twice counts once', () => {
    const script = Script.begun()
    const again = script.join('a', 'boot-1')
    assert.deepEqual(again, { kind: 'ignored', reason: 'repeated_join' })
    assert.equal(script.partition.standing('a')?.epoch, 1)
  })

  test('a Join orphans what the former run left behind', () => {
    const script = Script.begun()
    script.goOn()
    script.join('a', 'boot-2')
    script.goOn()
    assert.equal(script.value('orphans of a'), 2)
  })
})

describe('refusals', () => {
  test('a rejected command leaves nothing but its sequence', () => {
    const script = Script.begun()
    script.command(add('x'))
    const before = script.dump()
    const verdict = script.command({ kind: 'refuse', key: 'x' })
    assert.deepEqual(verdict, {
      kind: 'rejected',
      rejection: { code: 'REFUSED', fields: { key: 'x' } },
    })
    assert.equal(script.dump(), before)
    assert.equal(script.command(add('x')).kind, 'applied')
    assert.deepEqual(script.partition.db.check(), [])
  })

  test('a broken assertion undoes the command and the partition lives on', () => {
    const script = Script.begun()
    const before = script.dump()
    const verdict = script.command({ kind: 'fault', key: 'x' })
    assert.equal(verdict.kind, 'failed')
    assert.equal(script.dump(), before)
    assert.equal(script.partition.health().commandsFailed, 1)
    assert.equal(script.command(add('x')).kind, 'applied')
  })

  test('any other throw goes through', () => {
    assert.throws(() => Script.begun().command({ kind: 'crash' }), TypeError)
  })

  test(`a command may touch ${TOUCHED_MAX} rows and no more`, () => {
    const script = Script.begun()
    assert.equal(script.command({ kind: 'many', rows: TOUCHED_MAX }).kind, 'applied')
    assert.equal(script.command({ kind: 'many', rows: TOUCHED_MAX + 1 }).kind, 'failed')
    assert.equal(script.partition.state.counters.size, TOUCHED_MAX)
  })

  test('a command that comes after its time is refused, by log time and nothing else', () => {
    const script = Script.begun()
    script.tick(start + 1_000)
    assert.equal(script.command(add('x'), { notAfterMs: start + 1_000 }).kind, 'applied')
    const late = script.command(add('x'), { notAfterMs: start + 999, timestampMs: start })
    assert.equal(late.kind === 'rejected' && late.rejection.code, 'COMMAND_TOO_LATE')
    assert.equal(script.value('x'), 1)
  })
})

describe('outbox', () => {
  test('events are numbered from 0 and named by where they were decided', () => {
    const script = Script.begun()
    script.command({ kind: 'say', events: 2 })
    script.command(add('x'))
    assert.deepEqual(script.partition.outbox.range(), { first: 0, next: 3 })
    const texts = script.partition.outbox
      .events(0, 10)
      .map((bytes) => new TextDecoder().decode(bytes))
    const ids = texts.map((text) => /[0-9a-f]{16}\/[0-9/]+/.exec(text)?.[0])
    const expected = ['0/3/0', '0/3/1', '0/4/0'].map((id) => `${incarnation}/${id}`)
    assert.deepEqual(ids, expected)
  })

  test(`Published trims, ${TRIM_MAX} events a record`, () => {
    const script = Script.begun()
    script.command({ kind: 'say', events: TRIM_MAX + 10 })
    const through = TRIM_MAX + 4
    const published = { kind: 'published', through } as const
    script.take({ body: published })
    assert.equal(script.partition.outbox.range().first, TRIM_MAX)
    script.take({ body: published })
    script.take({ body: published })
    assert.deepEqual(script.partition.outbox.range(), { first: TRIM_MAX + 5, next: TRIM_MAX + 10 })
  })

  test('Published of what was never emitted is ignored', () => {
    const verdict = Script.begun().take({ body: { kind: 'published', through: 0 } })
    assert.deepEqual(verdict, { kind: 'ignored', reason: 'beyond_outbox' })
  })

  test('a full outbox refuses what brings more, and takes what ends something', () => {
    const script = Script.begun()
    const events = 10_000
    for (let n = 0; n < OUTBOX_ADMIT_MAX; n += events) script.command({ kind: 'say', events })
    const refused = script.command(add('x'))
    assert.equal(refused.kind === 'rejected' && refused.rejection.code, 'OUTBOX_FULL')
    assert.equal(script.command({ kind: 'say', events: 1 }).kind, 'applied')
    script.take({ body: { kind: 'published', through: 200 } })
    assert.equal(script.command(add('x')).kind, 'applied')
  })
})

describe('work list', () => {
  test('goes on slice by slice, in order, until each item is done', () => {
    const script = Script.begun()
    script.goOn()
    script.command({ kind: 'spread', key: 'x', items: 1, slices: 3 })
    script.command({ kind: 'spread', key: 'y', items: 1, slices: 1 })
    const seen = []
    while (script.partition.unfinished()) {
      script.goOn()
      seen.push([script.value('x'), script.value('y')])
    }
    assert.deepEqual(seen, [
      [1, undefined],
      [2, undefined],
      [3, undefined],
      [3, 1],
    ])
  })

  test('an item that faults goes to the back, and is given up in the end', () => {
    const script = Script.begun()
    script.goOn()
    script.command({ kind: 'spread', key: 'bad', items: 1, slices: 1, faulty: true })
    script.command({ kind: 'spread', key: 'good', items: 1, slices: 1 })
    assert.equal(script.goOn().kind, 'failed')
    script.goOn()
    assert.equal(script.value('good'), 1)
    for (let n = 1; n < WORK_FAULTS_MAX; n++) assert.equal(script.goOn().kind, 'failed')
    assert.equal(script.partition.unfinished(), false)
    assert.equal(script.partition.health().workGivenUp, 1)
  })

  test('commands that would overfill it are refused', () => {
    const script = Script.begun()
    script.goOn()
    const items = WORK_ADMIT_MAX / 10
    for (let n = 0; n < 10; n++) script.command({ kind: 'spread', key: 'x', items, slices: 1 })
    const full = script.command({ kind: 'spread', key: 'x', items: 1, slices: 1 })
    assert.equal(full.kind === 'rejected' && full.rejection.code, 'WORK_LIST_FULL')
    assert.equal(script.partition.health().work, WORK_ADMIT_MAX)
  })
})

describe('deadlines', () => {
  test(`fire ${EXPIRE_BUDGET} at a time, the rest by Continue`, () => {
    const script = Script.begun()
    script.goOn()
    script.tick(start + 1)
    const count = EXPIRE_BUDGET + 3
    for (let n = 0; n < count; n++) script.command({ ...add(`x${n}`), ttl: 100 })
    const open = () => script.partition.state.counters.size - 1
    script.tick(start + 100)
    assert.equal(open(), count)
    script.tick(start + 101)
    assert.equal(open(), 3)
    assert.equal(script.partition.unfinished(), true)
    script.goOn()
    assert.equal(open(), 0)
    assert.equal(script.partition.unfinished(), false)
  })
})

describe('bridge', () => {
  const event = (offset: number, index = 0) => ({ incarnation, offset, index })
  const bridged = (prev: number, position: number, from = event(position)) =>
    ({ kind: 'bridge', source: 's/0', prev, position, event: from, command: add('x') }) as const

  test('an event counts when the cursor stands before it, and only then', () => {
    const script = Script.begun(['s'])
    const kinds = [bridged(-1, 0), bridged(-1, 0), bridged(1, 2), bridged(0, 1)].map(
      (body) => script.take({ body }).kind,
    )
    assert.deepEqual(kinds, ['applied', 'ignored', 'ignored', 'applied'])
    assert.equal(script.value('x'), 2)
    assert.equal(script.partition.cursors.position('s/0'), 1)
  })

  test('an event that the stream holds twice counts once', () => {
    const script = Script.begun(['s'])
    script.take({ body: bridged(-1, 0, event(7, 0)) })
    script.take({ body: bridged(0, 1, event(7, 1)) })
    script.take({ body: bridged(1, 2, event(7, 0)) })
    script.take({ body: bridged(2, 3, event(7, 1)) })
    script.take({ body: bridged(3, 4, event(7, 2)) })
    assert.equal(script.value('x'), 3)
    assert.equal(script.partition.cursors.position('s/0'), 4)
  })

  test('the cursor moves past an event that means nothing, is refused, or faults', () => {
    const script = Script.begun(['s'])
    const commands = [undefined, { kind: 'refuse', key: 'x' }, { kind: 'fault', key: 'x' }] as const
    for (const [position, command] of commands.entries()) {
      script.take({ body: { ...bridged(position - 1, position), command } })
    }
    assert.equal(script.partition.cursors.position('s/0'), 2)
    assert.equal(script.value('x'), undefined)
  })

  const another = 'ffffffffffffffff'
  const verdictOf = (verdict: Verdict) => {
    if (verdict.kind === 'rejected') return verdict.rejection.code
    return verdict.kind === 'ignored' ? verdict.reason : verdict.kind
  }
  const moved = (prev: number, position: number, incarnation = '', source = 's/0') =>
    ({ kind: 'moveBridge', source, prev, position, incarnation, reason: 'a test' }) as const

  test('a source whose log was made anew is not followed until somebody says so', () => {
    const script = Script.begun(['s'])
    const of = (offset: number) => ({ ...event(offset), incarnation: another })
    const verdicts = [
      bridged(-1, 0, event(40)),
      bridged(0, 1, of(3)),
      moved(0, 0, another),
      bridged(0, 1, of(3)),
      bridged(1, 2, event(41)),
    ].map((body) => verdictOf(script.take({ body })))
    assert.deepEqual(verdicts, ['applied', 'other_log', 'applied', 'applied', 'other_log'])
    assert.equal(script.value('x'), 2)
  })

  test('an operator moves a bridge from where it stands; within a log repeats stay known', () => {
    const script = Script.begun(['s'])
    const verdicts = [
      moved(-1, 9),
      bridged(9, 10, event(40)),
      moved(9, 99),
      moved(10, 99),
      bridged(99, 100, event(40)),
      bridged(100, 101, event(41)),
      moved(-1, 9, '', 'weather/0'),
    ].map((body) => verdictOf(script.take({ body })))
    const [ok, late, unknown] = ['applied', 'BRIDGE_MOVED', 'BRIDGE_UNKNOWN']
    assert.deepEqual(verdicts, [ok, ok, late, ok, ok, ok, unknown])
    assert.equal(script.value('x'), 2)
    assert.equal(script.partition.cursors.position('s/0'), 101)
  })

  test('a step that nobody can decode is taken without its event, once, in this log only', () => {
    const script = Script.begun(['s'])
    const { partition } = script
    const skip = (prev: number, position: number, from = event(position), source = 's/0') => {
      const entry = { offset: partition.offset + 1, timestampMs: start, bytes: new Uint8Array(1) }
      partition.skip(entry, { source, prev, position, event: from })
      return partition.cursors.position('s/0')
    }
    const of = { ...event(5), incarnation: another }
    assert.deepEqual(
      [skip(-1, 4), skip(-1, 5), skip(4, 5, of), skip(-1, 6, event(6), 'w/0')],
      [4, 4, 4, 4],
    )
    assert.equal(partition.cursors.position('w/0'), -1)
    script.take({ body: bridged(4, 5, event(4)) })
    assert.equal(script.value('x'), undefined)
  })
})

describe('chain', () => {
  const story = (script: Script) => {
    script.command(add('x'))
    script.command({ kind: 'refuse', key: 'x' })
    script.command({ kind: 'say', events: 3 })
    script.tick(start + 500)
    return script.partition.chain()
  }

  test('the same records give the same chain and the same state', () => {
    const [one, other] = [Script.begun(), Script.begun()]
    assert.equal(story(one), story(other))
    assert.equal(one.partition.db.dump(), other.partition.db.dump())
  })

  test('a replica whose state went another way halts at the next Tick', () => {
    const script = Script.begun()
    const offset = script.partition.offset
    const body = { kind: 'tick', incarnation, offset, chain: '0000000000000001' } as const
    const verdict = script.take({ body })
    assert.partialDeepStrictEqual(verdict, { kind: 'halted', code: 'replicas_apart' })
  })

  test('planted nondeterminism shows in the chain', () => {
    const honest = Script.begun()
    const other = Script.begun()
    const { counters } = other.partition.state
    counters.insert({ key: 'x', value: 41, expiresAt: 0 })
    other.partition.db.commit()
    assert.notEqual(story(other), story(honest))
  })

  test('a Tick of another log, or of an offset yet to come, halts', () => {
    for (const wrong of [{ incarnation: 'ffffffffffffffff' }, { offset: 99 }]) {
      const script = Script.begun()
      const { offset } = script.partition
      const chain = script.partition.chain()
      const body = { kind: 'tick', incarnation, offset, chain, ...wrong } as const
      assert.equal(script.take({ body }).kind, 'halted')
    }
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SILENT_MS, type Verdict } from '../index.ts'
import { Script, start } from './script.ts'

const add = { kind: 'add', key: 'x', by: 1 } as const

const codeOf = (verdict: Verdict) =>
  verdict.kind === 'rejected' ? verdict.rejection.code : verdict.kind
const refOf = (verdict: Verdict) => (verdict.kind === 'applied' ? verdict.ref : verdict.kind)

describe('a newer logic', () => {
  test('decides from its activation on, and not before', () => {
    const script = Script.begun([], 2)
    assert.equal(refOf(script.command(add)), 'x')
    assert.equal(codeOf(script.activate(2)), 'applied')
    assert.equal(refOf(script.command(add)), 'x by logic 2')
    assert.equal(script.partition.now().logic, 2)
  })

  const wrong = [1, 3, 0]
  for (const logic of wrong) {
    test(`${logic} does not come after 1`, () => {
      const script = Script.begun([], 3)
      assert.equal(codeOf(script.activate(logic)), 'LOGIC_NOT_NEXT')
      assert.equal(script.partition.now().logic, 1)
    })
  }

  test('waits for every replica that lives', () => {
    const script = Script.begun([], 2)
    script.join('b', 'boot-b', { logic: 1 })
    assert.equal(codeOf(script.activate(2)), 'LOGIC_NOT_UNDERSTOOD')
    assert.equal(refOf(script.command(add)), 'x')
    script.join('b', 'boot-b2', { logic: 2 })
    assert.equal(codeOf(script.activate(2)), 'applied')
  })

  test('does not wait for one that has fallen silent, which may not come back as it was', () => {
    const script = Script.begun([], 2)
    script.join('b', 'boot-b', { logic: 1 })
    for (let ms = 0; ms <= SILENT_MS; ms += 1_000) script.tick(start + ms)
    assert.equal(codeOf(script.activate(2)), 'applied')
    const { epoch } = script.partition.standing('b') ?? assert.fail()
    const again = script.join('b', 'boot-b2', { logic: 1 })
    assert.deepEqual(again, { kind: 'ignored', reason: 'logic_too_old' })
    assert.equal(script.partition.standing('b')?.epoch, epoch)
  })
})

describe('an older process', () => {
  test('halts at the activation of what it does not understand', () => {
    const old = new Script()
    const { partition } = old
    const body = { kind: 'genesis', incarnation: '0'.repeat(16), partitions: 1 } as const
    old.take({ body: { ...body, service: 'counter' } })
    old.join('a', 'boot-a', { logic: 2 })
    const verdict = old.activate(2)
    assert.partialDeepStrictEqual(verdict, { kind: 'halted', code: 'logic_too_new' })
    assert.equal(partition.offset, 1)
    assert.equal(old.command(add).kind, 'halted')
  })

  test('goes on while the newer one is refused: nobody halts for a mistake', () => {
    const old = Script.begun()
    assert.equal(codeOf(old.activate(2)), 'LOGIC_NOT_UNDERSTOOD')
    assert.equal(refOf(old.command(add)), 'x')
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SILENT_MS } from '../index.ts'
import { Script, start } from './script.ts'

const second = 1_000

/** 'a' ticks, 'b' has joined, and both have said something at `start`. */
function both(): Script {
  const script = Script.begun()
  script.join('b', 'boot-b')
  script.tick(start)
  while (script.partition.unfinished()) script.goOn()
  return script
}

function silent(script: Script): string[] {
  return script.partition
    .members()
    .filter((member) => member.silent)
    .map(({ id }) => id)
}

/** The leader ticks each second. */
function pass(script: Script, from: number, to: number): void {
  for (let ms = from + second; ms <= to; ms += second) script.tick(start + ms)
}

/** How often a replica's sessions were declared orphans, all work done. */
function orphaned(script: Script, replica: string): number {
  while (script.partition.unfinished()) script.goOn()
  return script.value(`orphans of ${replica}`) ?? 0
}

describe('a replica', () => {
  test('that says nothing for ten seconds is silent, and its sessions are orphans once', () => {
    const script = both()
    const before = orphaned(script, 'b')
    pass(script, 0, SILENT_MS - second)
    assert.deepEqual(silent(script), [])
    pass(script, SILENT_MS - second, SILENT_MS)
    assert.deepEqual(silent(script), ['b'])
    assert.equal(orphaned(script, 'b'), before + 1)
    pass(script, SILENT_MS, 5 * SILENT_MS)
    assert.equal(orphaned(script, 'b'), before + 1)
  })

  test('that says it is alive is not', () => {
    const script = both()
    for (let ms = 0; ms < 5 * SILENT_MS; ms += 9 * second) {
      pass(script, ms, ms + 9 * second)
      script.take({ replica: 'b', body: { kind: 'alive' } })
    }
    assert.deepEqual(silent(script), [])
  })

  test('is alive by any record that counts, and by none that does not', () => {
    const script = both()
    pass(script, 0, 9 * second)
    const { epoch, sequence } = script.partition.standing('b') ?? assert.fail()
    script.take({ replica: 'b', body: { kind: 'alive' }, epoch, sequence: sequence + 2 })
    pass(script, 9 * second, 10 * second)
    assert.deepEqual(silent(script), ['b'])
    script.command({ kind: 'add', key: 'x', by: 1 }, { replica: 'b' })
    assert.deepEqual(silent(script), [])
    pass(script, 10 * second, 19 * second)
    assert.deepEqual(silent(script), [])
    const before = orphaned(script, 'b')
    pass(script, 19 * second, 20 * second)
    assert.deepEqual(silent(script), ['b'])
    assert.equal(orphaned(script, 'b'), before + 1)
  })

  test('is not silent for an outage: nobody could say anything', () => {
    const script = both()
    script.tick(start + 3_600 * second)
    assert.deepEqual(silent(script), [])
  })

  test('that ticks after a long sleep is alive by that tick', () => {
    const script = both()
    for (let ms = second; ms <= 12 * second; ms += second) script.tickOf('b', start + ms)
    assert.deepEqual(silent(script), ['a'])
    script.tick(start + 13 * second)
    assert.deepEqual(silent(script), [])
  })
})

test('several fall silent one after another, and deadlines fire all the same', () => {
  const script = both()
  for (const name of ['c', 'd']) script.join(name, `boot-${name}`)
  const ttl = SILENT_MS
  script.command({ kind: 'add', key: 'x', by: 1, ttl })
  pass(script, 0, SILENT_MS)
  assert.equal(silent(script).length, 1)
  script.goOn()
  assert.equal(script.value('x'), undefined)
  pass(script, SILENT_MS, SILENT_MS + 2 * second)
  assert.deepEqual(silent(script), ['b', 'c', 'd'])
})

test('a silent replica has no rank: nobody waits for it to claim', () => {
  const script = both()
  script.join('c', 'boot-c')
  assert.equal(script.partition.rank('c'), 2)
  for (let ms = second; ms <= 12 * second; ms += second) script.tickOf('c', start + ms)
  assert.deepEqual(silent(script), ['a', 'b'])
  assert.equal(script.partition.rank('c'), 0)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { IntLists } from '../core/matching/int-lists.ts'

type Step = {
  readonly list: number
  readonly what: 'push' | 'drop' | 'toggle'
  readonly times: number
}

const steps = fc.array(
  fc.record({
    list: fc.integer({ min: 0, max: 5 }),
    what: fc.constantFrom<Step['what']>('push', 'push', 'drop', 'toggle'),
    // Beyond a chunk, now and then.
    times: fc.oneof(
      { weight: 20, arbitrary: fc.integer({ min: 1, max: 40 }) },
      fc.constant(20_000),
    ),
  }),
  { maxLength: 60 },
)

test('lists hold what was pushed and not dropped, whatever becomes of the others', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const lists = new IntLists(Int32Array)
      const wanted = new Map<number, number[]>()
      let item = 0
      for (const { list, what, times } of all) {
        const items = wanted.get(list)
        if (what === 'toggle') {
          if (items === undefined) {
            lists.open(list)
            wanted.set(list, [])
          } else {
            lists.close(list)
            wanted.delete(list)
          }
        } else if (items !== undefined) {
          for (let time = 0; time < times; time++) {
            if (what === 'push') {
              lists.push(list, item)
              items.push(item++)
            } else if (items.length > 0) {
              const at = (time * 7) % items.length
              lists.dropAt(list, at)
              const last = items.pop() ?? 0
              if (at < items.length) items[at] = last
            }
          }
        }
      }
      for (let list = 0; list <= 5; list++) {
        assert.equal(lists.has(list), wanted.has(list))
        assert.deepEqual([...lists.of(list)], wanted.get(list) ?? [])
        assert.equal(lists.length(list), wanted.get(list)?.length ?? 0)
      }
    }),
    { numRuns: 60 },
  )
})

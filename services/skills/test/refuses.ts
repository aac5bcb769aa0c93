import assert from 'node:assert/strict'
import { RejectedInput } from '@evenkeel/chassis/errors'

export type Refusal = Readonly<Record<string, string | number>>

/** The message is held too: every placeholder of its code must have found its value. */
export function refuses(act: () => unknown, { code, ...fields }: Refusal): void {
  assert.throws(act, (error) => {
    assert.ok(error instanceof RejectedInput)
    assert.equal(error.code, code)
    assert.deepEqual(error.fields, fields)
    assert.doesNotMatch(error.message, /[{}]/)
    return true
  })
}

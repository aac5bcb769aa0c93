import assert from 'node:assert/strict'

/**
 * Fails with one finding a line: a stack or a diff says less than `path:line: what; what to do`.
 */
export function assertNone(findings: readonly string[]): void {
  if (findings.length === 0) return
  const count = findings.length === 1 ? '1 finding' : `${findings.length} findings`
  const failure = new Error(count)
  failure.stack = `${count}\n${findings.join('\n')}`
  throw failure
}

/** A rule that refuses nothing is worth nothing: each is shown something that it must find. */
export function assertFinds(findings: readonly string[], expected: RegExp): void {
  assert.equal(findings.length, 1, `expected one finding, got:\n${findings.join('\n')}`)
  assert.match(findings[0] ?? '', expected)
}

import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { routing } from '@evenkeel/routing'
import { skills } from '@evenkeel/skills'
import { type Recording, readRecording, replay, type Replayed } from './recording.ts'

const files = globSync('recordings/*.log.gz', { cwd: import.meta.dirname }).sort()
const recordings = files.map((file) => ({
  name: basename(file),
  recording: readRecording(join(import.meta.dirname, file)),
}))

const replayOf = (recording: Recording): Replayed =>
  recording.service === routing.name ? replay(routing, recording) : replay(skills, recording)

for (const { name, recording } of recordings) {
  test(`${name}: ${recording.entries.length} records come to the same chain`, () => {
    const { logic, chain } = replayOf(recording)
    assert.deepEqual({ logic, chain }, { logic: recording.logic, chain: recording.chain })
  })
}

test('each logic that a service understands has its recording', () => {
  for (const { name, logic } of [routing, skills]) {
    const recorded = recordings
      .filter(({ recording }) => recording.service === name)
      .map(({ recording }) => recording.logic)
    const expected = Array.from({ length: logic }, (_, index) => index + 1)
    const hint = `${name}: npm run record -- --seed S makes one`
    assert.deepEqual(new Set(recorded), new Set(expected), hint)
  }
})

test('one byte of one record changed shows: in the chain, or in a halt', () => {
  const { recording } = recordings.find((one) => one.recording.service === routing.name) ?? {}
  assert.ok(recording)
  const at = recording.entries.length >> 1
  const entries = recording.entries.map((entry, index) => {
    if (index !== at) return entry
    const bytes = Uint8Array.from(entry.bytes)
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    return { ...entry, bytes }
  })
  let chain: string | undefined
  try {
    chain = replayOf({ ...recording, entries }).chain
  } catch (error) {
    assert.match(String(error), /came apart|decoded|malformed|not|field/i)
  }
  assert.notEqual(chain, recording.chain)
})

import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { DirectoryTaken, fileMarks, type Mark, MarkMoved, MarkUnreadable } from '../index.ts'

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'marks-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

const mark = (offset: number): Mark => ({
  incarnation: '00000000000000aa',
  offset,
  index: 0,
  position: offset + 3,
})

test('a mark is what was saved last, of its own partition', async (t) => {
  const path = directory(t)
  const first = fileMarks(path)
  assert.equal(await first.load(0), undefined)
  await first.save(0, mark(1), undefined)
  await first.save(0, mark(2), mark(1))
  await first.save(5, mark(9), undefined)
  first.close()
  const second = fileMarks(path)
  assert.deepEqual([await second.load(0), await second.load(5)], [mark(2), mark(9)])
  second.close()
})

test('a mark that another has moved is left as it is', async (t) => {
  const marks = fileMarks(directory(t))
  await marks.save(0, mark(1), undefined)
  await assert.rejects(marks.save(0, mark(2), undefined), MarkMoved)
  await assert.rejects(marks.save(0, mark(3), mark(2)), MarkMoved)
  assert.deepEqual(await marks.load(0), mark(1))
})

test('what a crash left half written aside does not count', async (t) => {
  const path = directory(t)
  const marks = fileMarks(path)
  await marks.save(0, mark(1), undefined)
  writeFileSync(join(path, 'partition-0.json.next'), '{"incarn')
  assert.deepEqual(await marks.load(0), mark(1))
  await marks.save(0, mark(2), mark(1))
  assert.deepEqual(readdirSync(path).sort(), ['lock', 'partition-0.json'])
})

const damaged = ['', '{', '[]', '{"offset":1}', '{"incarnation":"x","offset":1}']
for (const text of [...damaged, JSON.stringify({ ...mark(1), position: 0.5 })]) {
  test(`a file that holds ${text || 'nothing'} is no mark, and is not begun anew`, async (t) => {
    const path = directory(t)
    writeFileSync(join(path, 'partition-0.json'), text)
    await assert.rejects(fileMarks(path).load(0), MarkUnreadable)
  })
}

test('one process has the directory; a dead one had it', (t) => {
  const path = directory(t)
  // Above every pid there is.
  writeFileSync(join(path, 'lock'), '99999999')
  const marks = fileMarks(path)
  assert.throws(() => fileMarks(path), DirectoryTaken)
  marks.close()
  writeFileSync(join(path, 'lock'), String(process.ppid))
  assert.throws(() => fileMarks(path), DirectoryTaken)
})

import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { compatible, differences } from '../check.ts'

const PROTO = dirname(import.meta.dirname)
const CONTACT = join('evenkeel', 'routing', 'v1', 'contact.proto')

let folder = ''

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-protos-'))
})

after(() => rmSync(folder, { recursive: true }))

describe('generated code is what the protos give', () => {
  const write = (name: string, files: Readonly<Record<string, string>>): string => {
    const place = join(folder, name)
    mkdirSync(place, { recursive: true })
    for (const [file, text] of Object.entries(files)) writeFileSync(join(place, file), text)
    return place
  }

  test('the same files are no difference', () => {
    const files = { 'a.ts': 'a', 'descriptors.binpb': 'd' }
    assert.deepEqual(differences(write('same', files), write('same too', files)), [])
  })

  test('a file edited, one missing, one left over, other descriptors', () => {
    const committed = write('old', { 'a.ts': 'x', 'c.ts': 'c', 'descriptors.binpb': 'x' })
    const fresh = write('new', { 'a.ts': 'a', 'b.ts': 'b', 'descriptors.binpb': 'd' })
    assert.deepEqual(differences(committed, fresh), [
      'proto/gen/c.ts: no .proto file gives it any more',
      'proto/gen/a.ts: differs',
      'proto/gen/b.ts: missing',
      'proto/gen/descriptors.binpb: differs',
    ])
  })
})

describe('a released field stays what it is', () => {
  const copy = (name: string, change: (text: string) => string): string => {
    const place = join(folder, name)
    for (const part of ['evenkeel', 'vendor', 'buf.yaml']) {
      cpSync(join(PROTO, part), join(place, part), { recursive: true })
    }
    const text = readFileSync(join(place, CONTACT), 'utf8')
    assert.notEqual(change(text), text)
    writeFileSync(join(place, CONTACT), change(text))
    return place
  }

  test('a new message is welcome', () => {
    const added = copy('added', (text) => `${text}\n// New.\nmessage Added {}\n`)
    assert.equal(compatible(added, PROTO), true)
  })

  test('a field that becomes another type is refused', () => {
    const changed = copy('changed', (text) => text.replace(/^ {2}string (\w+ = 1;)/m, '  bytes $1'))
    assert.equal(compatible(changed, PROTO), false)
  })
})

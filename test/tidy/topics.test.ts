import { describe, test } from 'node:test'
import { type Topic, topics } from '@evenkeel/proto/topics'
import { assertFinds, assertNone } from './findings.ts'
import { sourceFiles } from './repository.ts'
import {
  misnamedTopics,
  readLogs,
  sharedTopics,
  unknownMessages,
  unlistedBridges,
} from './topics.ts'

const files = sourceFiles()

describe('the catalogue of topics', () => {
  test('one producer writes a topic', () => assertNone(sharedTopics(topics)))
  test('a topic bears its producer', () => assertNone(misnamedTopics(topics)))
  test('what is on a topic is a message of ours', () =>
    assertNone(unknownMessages(topics, messagesOf())))
  test('nobody reads the log of another', () => assertNone(readLogs(topics)))
  test('every bridge is a listed consumer', () => assertNone(unlistedBridges(topics, bridges())))
})

describe('the rules find what they look for', () => {
  const topic: Topic = {
    topic: 'evenkeel.skills.log.v1',
    message: 'x.Y',
    key: 'pool',
    producer: 'skills',
    consumers: ['skills'],
    kind: 'log',
    cleanup: 'delete',
  }

  test('two producers', () =>
    assertFinds(sharedTopics([topic, { ...topic, producer: 'routing' }]), /skills and routing/))
  test('a name that is not its producer', () =>
    assertFinds(misnamedTopics([{ ...topic, producer: 'routing' }]), /does not begin/))
  test('a message that nobody defined', () =>
    assertFinds(unknownMessages([topic], new Set(['x.Z'])), /no message x\.Y/))
  test('a reader of another service', () =>
    assertFinds(readLogs([{ ...topic, consumers: ['routing'] }]), /others read the events/))
  test('a bridge that is not listed', () => {
    const bridge = { file: 'b.ts', service: 'routing', source: 'skills' }
    assertFinds(unlistedBridges([topic], [bridge]), /routing reads skills/)
  })
})

function messagesOf(): ReadonlySet<string> {
  return new Set(
    files
      .filter((file) => file.path.endsWith('.proto'))
      .flatMap(({ text }) => {
        const name = /^package ([\w.]+);/m.exec(text)?.[1] ?? ''
        return [...text.matchAll(/^message (\w+)/gm)].map((match) => `${name}.${match[1]}`)
      }),
  )
}

function bridges(): { file: string; service: string; source: string }[] {
  return files.flatMap(({ path, text }) => {
    const service = /^services\/([^/]+)\/shell\/bridge/.exec(path)?.[1]
    if (service === undefined) return []
    const sources = [...text.matchAll(/\bsource: '(\w+)'/g)].map((match) => match[1] ?? '')
    return sources.map((source) => ({ file: path, service, source }))
  })
}

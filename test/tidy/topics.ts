import type { Topic } from '@evenkeel/proto/topics'

/** Two writers of one topic would each believe in an order that is not there. */
export function sharedTopics(topics: readonly Topic[]): readonly string[] {
  const producers = new Map<string, string>()
  return topics.flatMap(({ topic, producer }) => {
    const other = producers.get(topic)
    producers.set(topic, producer)
    return other === undefined ? [] : [`proto/topics.ts:1: ${topic} has ${other} and ${producer}`]
  })
}

/** What platforms write and read is named by what it is about. */
export function misnamedTopics(topics: readonly Topic[]): readonly string[] {
  return topics
    .filter(({ topic, producer, kind }) => {
      const name = kind === 'contacts' ? 'contacts\\.\\w+' : `${producer}\\.${kind}`
      return !new RegExp(`^evenkeel\\.${name}\\.v\\d+$`).test(topic)
    })
    .map(({ topic, producer, kind }) => {
      return `proto/topics.ts:1: ${topic} does not begin with its ${producer} and ${kind}`
    })
}

export function unknownMessages(
  topics: readonly Topic[],
  messages: ReadonlySet<string>,
): readonly string[] {
  return topics
    .filter(({ message }) => message !== 'bytes' && !messages.has(message))
    .map(({ topic, message }) => `proto/topics.ts:1: ${topic}: no message ${message} in proto/`)
}

/** A log is read by its own service only: what others may know is an event. */
export function readLogs(topics: readonly Topic[]): readonly string[] {
  return topics
    .filter(({ topic }) => /\.log\.v\d+$/.test(topic))
    .filter(({ producer, consumers }) => consumers.some((consumer) => consumer !== producer))
    .map(({ topic }) => `proto/topics.ts:1: ${topic} is a log; others read the events`)
}

/** A bridge that the catalogue does not know. */
export function unlistedBridges(
  topics: readonly Topic[],
  bridges: readonly { readonly file: string; readonly service: string; readonly source: string }[],
): readonly string[] {
  return bridges
    .filter(({ service, source }) => {
      const events = topics.find(({ topic }) => topic.startsWith(`evenkeel.${source}.events.`))
      return !(events?.consumers.some((consumer) => consumer === service) ?? false)
    })
    .map(
      ({ file, service, source }) => `${file}:1: ${service} reads ${source}; list it as consumer`,
    )
}

import type { EventStreams } from '../log/index.ts'

/**
 * A service publishes on its own streams and listens to those of all services, each in its own
 * file.
 */
export function streamsBetween(
  service: string,
  files: ReadonlyMap<string, EventStreams>,
): EventStreams {
  const holder = (stream: string) => {
    const name = stream.slice(0, stream.indexOf('/'))
    const streams = files.get(name)
    if (streams === undefined) throw new Error(`nobody publishes the stream ${stream}`)
    return { name, streams }
  }
  return {
    publish(stream, first, events) {
      const { name, streams } = holder(stream)
      if (name !== service) throw new Error(`${service} publishes ${stream}, which is not its own`)
      return streams.publish(stream, first, events)
    },
    head: (stream) => holder(stream).streams.head(stream),
    first: (stream) => holder(stream).streams.first(stream),
    tail: (stream, from, onBatch, onEnd) =>
      holder(stream).streams.tail(stream, from, onBatch, onEnd),
  }
}

import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { test } from 'node:test'
import { type Client, type ServiceError, Metadata, status } from '@grpc/grpc-js'
import {
  ContactStreamRequest,
  ContactStreamResponse,
} from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import {
  WatchContactsRequest,
  WatchContactsResponse,
  WatchQueuesResponse,
  WatchServiceDefinition,
} from '@evenkeel/proto/evenkeel/routing/v1/watch_service'
import { ServerReflectionDefinition } from '@evenkeel/proto/grpc/reflection/v1/reflection'
import { RejectedInput, commonErrors } from '../../errors/index.ts'
import { type Binding, type Duplex, type Handlers, type Outbound, bind } from '../index.ts'
import { boundedQueue } from '../queue.ts'
import { grpcServer, refusal } from './servers.ts'

type Watch = Handlers<typeof WatchServiceDefinition>

const forgotten = (contactId: string) =>
  WatchContactsResponse.fromPartial({ event: { $case: 'forgotten', value: { contactId } } })

function watching(handlers: Partial<Watch>): Binding {
  return bind(WatchServiceDefinition, {
    watchContacts: async () => {},
    watchAgents: async () => {},
    watchOffers: async () => {},
    watchQueues: async (_request, stream) => {
      stream.write(WatchQueuesResponse.create())
    },
    ...handlers,
  })
}

const bytes = (message: Uint8Array): Buffer => Buffer.from(message)

function watch(client: Client, method: string) {
  return client.makeServerStreamRequest<Uint8Array, Buffer>(
    `/evenkeel.routing.v1.WatchService/${method}`,
    bytes,
    (message) => message,
    WatchContactsRequest.encode({ pool: 'eu', changesOnly: true }).finish(),
    new Metadata(),
  )
}

type Watched = ReturnType<typeof watch>

/** Reads a stream to its end: what came, and how it ended. */
async function readAll(stream: Watched) {
  const messages: Buffer[] = []
  const ended = Promise.withResolvers<ServiceError | null>()
  stream.on('data', (message: Buffer) => messages.push(message))
  stream.on('end', () => ended.resolve(null))
  stream.on('error', (error: ServiceError) => ended.resolve(error))
  return { error: await ended.promise, messages }
}

test('a stream without a deadline is served, and ends with its handler', async (t) => {
  const binding = watching({
    watchContacts: async (request, stream) => {
      assert.equal(request.pool, 'eu')
      for (const id of ['a', 'b', 'c']) stream.write(forgotten(id))
    },
  })
  const { client } = await grpcServer(t, [binding])
  const { error, messages } = await readAll(watch(client, 'WatchContacts'))
  assert.equal(error, null)
  const ids = messages.map((message) => WatchContactsResponse.decode(message).event?.value)
  assert.deepEqual(ids, [{ contactId: 'a' }, { contactId: 'b' }, { contactId: 'c' }])
})

test('a reader that can keep up gets everything, however much it is', async (t) => {
  const total = 20_000
  const binding = watching({
    watchContacts: async (_request, stream) => {
      for (let i = 0; i < total; i += 1) {
        if (!stream.write(forgotten(`contact-${i}`))) await stream.drained()
      }
    },
  })
  const { client } = await grpcServer(t, [binding])
  const { error, messages } = await readAll(watch(client, 'WatchContacts'))
  assert.equal(error, null)
  assert.equal(messages.length, total)
})

test('a reader that stops reading is cut with WATCH_TOO_SLOW; its neighbour goes on', async (t) => {
  const outcome = Promise.withResolvers<string>()
  const go = new EventEmitter()
  const binding = watching({
    watchContacts: async (_request, stream) => {
      const big = forgotten('x'.repeat(10_000))
      let written = 0
      // What a watch feed does: it writes and does not wait.
      while (!stream.signal.aborted && written < 1_000_000) {
        for (let i = 0; i < 64; i += 1) stream.write(big)
        written += 64
        await new Promise(setImmediate)
      }
      outcome.resolve(stream.signal.aborted ? 'cut' : 'never cut')
    },
    watchQueues: async (_request, stream) => {
      await once(go, 'go')
      stream.write(WatchQueuesResponse.create())
    },
  })
  const limits = { queueMessagesMax: 500, queueBytesMax: 2_000_000 }
  const { client, registry } = await grpcServer(t, [binding], limits)
  const other = readAll(watch(client, 'WatchQueues'))
  const slow = watch(client, 'WatchContacts')
  slow.pause()
  assert.equal(await outcome.promise, 'cut')
  const { error } = await readAll(slow)
  assert.equal(error?.code, status.RESOURCE_EXHAUSTED)
  const { code, fields } = refusal(error)
  assert.equal(code, 'WATCH_TOO_SLOW')
  assert.deepEqual(fields, { limit: '2000000', what: 'bytes' })
  go.emit('go')
  const { error: none, messages } = await other
  assert.equal(none, null)
  assert.equal(messages.length, 1)
  assert.match(await registry.metrics(), /evenkeel_rpc_streams_open\{rpc="[^"]+WatchContacts"\} 0/)
})

const failures: readonly (readonly [string, Partial<Watch>, number, string])[] = [
  [
    'throws before its first await',
    {
      watchContacts: () => {
        throw new Error('secret')
      },
    },
    status.INTERNAL,
    'INTERNAL',
  ],
  [
    'refuses its request',
    {
      watchContacts: async () => {
        throw new RejectedInput('FIELD_MISSING', commonErrors.FIELD_MISSING, { field: 'pool' })
      },
    },
    status.INVALID_ARGUMENT,
    'FIELD_MISSING',
  ],
  [
    'writes what can not be encoded',
    {
      watchContacts: async (_request, stream) => {
        const event = { $case: 'forgotten', value: { contactId: 'x' } } as const
        Object.defineProperty(event.value, 'contactId', {
          get: () => {
            throw new Error('secret')
          },
        })
        assert.equal(stream.write({ event }), false)
        assert.ok(stream.signal.aborted)
      },
    },
    status.INTERNAL,
    'INTERNAL',
  ],
]

for (const [name, handlers, code, reason] of failures) {
  test(`a stream whose handler ${name} ends with ${reason}; the next one is served`, async (t) => {
    const { client } = await grpcServer(t, [watching(handlers)])
    const { error } = await readAll(watch(client, 'WatchContacts'))
    assert.equal(error?.code, code)
    assert.equal(refusal(error).code, reason)
    assert.ok(!JSON.stringify(error).includes('secret'))
    assert.equal((await readAll(watch(client, 'WatchQueues'))).error, null)
  })
}

test('a watcher that goes away is told to its handler, and is no fault', async (t) => {
  const gone = Promise.withResolvers<void>()
  const binding = watching({
    watchContacts: async (_request, stream: Outbound<WatchContactsResponse>) => {
      stream.write(forgotten('a'))
      await once(stream.signal, 'abort')
      gone.resolve()
      throw new Error('whatever an aborted wait throws')
    },
  })
  const { client, lines } = await grpcServer(t, [binding])
  const stream = watch(client, 'WatchContacts')
  stream.on('error', () => {})
  await once(stream, 'data')
  stream.cancel()
  await gone.promise
  assert.equal((await readAll(watch(client, 'WatchQueues'))).error, null)
  assert.deepEqual(lines, [])
})

test('streams beyond the limit are refused', async (t) => {
  const binding = watching({
    watchContacts: async (_request, stream) => {
      stream.write(forgotten('a'))
      await once(stream.signal, 'abort')
    },
  })
  const { client } = await grpcServer(t, [binding], { streamsMax: 1 })
  const first = watch(client, 'WatchContacts')
  first.on('error', () => {})
  await once(first, 'data')
  const { error } = await readAll(watch(client, 'WatchQueues'))
  assert.equal(refusal(error).code, 'OVERLOADED')
  first.cancel()
})

/** One bidirectional method under its own name, with any handler. */
function echoing(
  handle: (stream: Duplex<ContactStreamRequest, ContactStreamResponse>) => Promise<void>,
): Binding {
  const definition = {
    fullName: 'test.Echo',
    methods: {
      talk: {
        name: 'Talk',
        requestType: ContactStreamRequest,
        requestStream: true,
        responseType: ContactStreamResponse,
        responseStream: true,
      },
    },
  } as const
  return bind(definition, { talk: handle })
}

function talk(client: Client) {
  return client.makeBidiStreamRequest<Uint8Array, Buffer>('/test.Echo/Talk', bytes, (m) => m)
}

const request = (requestId: string) =>
  ContactStreamRequest.encode(ContactStreamRequest.fromPartial({ requestId })).finish()

test('a bidirectional stream answers in order and ends when the caller has no more', async (t) => {
  const binding = echoing(async (stream) => {
    for await (const { requestId } of stream.read()) {
      stream.write(ContactStreamResponse.fromPartial({ requestId }))
    }
  })
  const { client } = await grpcServer(t, [binding])
  const call = talk(client)
  const sent = Array.from({ length: 500 }, (_, i) => `r-${i}`)
  for (const id of sent) call.write(request(id))
  call.end()
  const { error, messages } = await readAll(call)
  assert.equal(error, null)
  assert.deepEqual(
    messages.map((message) => ContactStreamResponse.decode(message).requestId),
    sent,
  )
})

test('what is not asked for stays on the wire: an idle reader holds its caller back', async (t) => {
  const go = Promise.withResolvers<void>()
  let read = 0
  const binding = echoing(async (stream) => {
    await go.promise
    for await (const _ of stream.read()) read += 1
  })
  const { client } = await grpcServer(t, [binding])
  const call = talk(client)
  const size = 10_000
  const total = 2000
  let flushed = 0
  for (let i = 0; i < total; i += 1) {
    call.write(request('x'.repeat(size)), () => {
      flushed += 1
    })
  }
  // A round trip of another call on the same connection: whatever could be sent by then has been.
  await readAll(watchHealth(client))
  assert.ok(flushed < total, `all ${total} messages were taken off the wire`)
  go.resolve()
  call.end()
  const { error } = await readAll(call)
  assert.equal(error, null)
  assert.equal(read, total)
})

/** A stream that ends at once, on the same connection. */
function watchHealth(client: Client): Watched {
  const path = `/${ServerReflectionDefinition.fullName}/ServerReflectionInfo`
  const call = client.makeBidiStreamRequest<Uint8Array, Buffer>(path, bytes, (m) => m)
  call.end()
  return call
}

test('a message that can not be read ends its stream with BODY_MALFORMED', async (t) => {
  const binding = echoing(async (stream) => {
    for await (const { requestId } of stream.read()) {
      stream.write(ContactStreamResponse.fromPartial({ requestId }))
    }
  })
  const { client } = await grpcServer(t, [binding])
  const call = talk(client)
  call.write(request('good'))
  call.write(Uint8Array.of(0x0a, 0xff))
  const { error, messages } = await readAll(call)
  assert.equal(messages.length, 1)
  assert.equal(refusal(error).code, 'BODY_MALFORMED')
})

test('a handler may stop reading and still answer', async (t) => {
  const binding = echoing(async (stream) => {
    for await (const { requestId } of stream.read()) {
      stream.write(ContactStreamResponse.fromPartial({ requestId }))
      break
    }
    stream.write(ContactStreamResponse.fromPartial({ requestId: 'bye' }))
  })
  const { client } = await grpcServer(t, [binding])
  const call = talk(client)
  call.write(request('hello'))
  const { error, messages } = await readAll(call)
  assert.equal(error, null)
  assert.equal(messages.length, 2)
})

test('a stream from the caller alone is refused when it is bound', () => {
  const talk = {
    name: 'Talk',
    requestType: ContactStreamRequest,
    requestStream: true,
    responseType: ContactStreamResponse,
    responseStream: false,
  } as const
  const never = undefined as never
  const upload = () =>
    bind({ fullName: 'test.Upload', methods: { talk } } as const, { talk: never })
  assert.throws(upload, /streams from the caller alone are not served/)
})

// The queue by itself, with a sink that says exactly when it is full.
function sinkOf(room: number) {
  const events = new EventEmitter()
  const sent: number[] = []
  let left = room
  return {
    sent,
    write: (message: Uint8Array) => {
      sent.push(message[0] ?? -1)
      left -= 1
      return left > 0
    },
    on: (event: 'drain', listener: () => void) => events.on(event, listener),
    drain: (more: number) => {
      left = more
      events.emit('drain')
    },
  }
}

test('the queue keeps order through any number of stops', async () => {
  const sink = sinkOf(2)
  const queue = boundedQueue(sink, { queueMessagesMax: 10, queueBytesMax: 100 }, assert.fail)
  const said = [0, 1, 2, 3, 4, 5].map((i) => queue.write(Uint8Array.of(i)))
  assert.deepEqual(said, [true, false, false, false, false, false])
  assert.deepEqual(sink.sent, [0, 1])
  let caughtUp = false
  const drained = queue.drained().then(() => {
    caughtUp = true
  })
  sink.drain(3)
  assert.deepEqual(sink.sent, [0, 1, 2, 3, 4])
  assert.equal(caughtUp, false)
  sink.drain(2)
  await drained
  assert.deepEqual(sink.sent, [0, 1, 2, 3, 4, 5])
  assert.equal(queue.write(Uint8Array.of(6)), false)
})

for (const [what, limits, size] of [
  ['messages', { queueMessagesMax: 3, queueBytesMax: 1000 }, 1],
  ['bytes', { queueMessagesMax: 1000, queueBytesMax: 30 }, 10],
] as const) {
  test(`the queue overflows once, by ${what}, and then holds nothing`, () => {
    const sink = sinkOf(1)
    const overflows: string[] = []
    const queue = boundedQueue(sink, limits, (limit, which) => overflows.push(`${limit} ${which}`))
    for (let i = 0; i < 10; i += 1) queue.write(new Uint8Array(size))
    assert.deepEqual(overflows, [what === 'messages' ? '3 messages' : '30 bytes'])
    sink.drain(100)
    assert.equal(sink.sent.length, 1)
  })
}

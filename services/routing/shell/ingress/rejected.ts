import { type CodedError, timestamp } from '@evenkeel/chassis/errors'
import type { Received } from '@evenkeel/chassis/log/kafka'
import { IngressRejected } from '@evenkeel/proto/evenkeel/ingress/v1/ingress'
import { ingressLimits } from '../limits.ts'
import type { About } from './record.ts'

/** What the sender is told of a record that was refused. */
export function rejectedBytes(
  topic: string,
  { partition, offset, key, value }: Received,
  { requestId, pool, contactId }: About,
  { code, message, fields, retryable }: CodedError,
  nowMs: number,
): Buffer {
  const { originalBytesMax, keyBytesMax, aboutMax } = ingressLimits
  const original = value ?? Buffer.alloc(0)
  return Buffer.from(
    IngressRejected.encode({
      original: original.subarray(0, originalBytesMax),
      originalSize: original.length,
      key: (key ?? Buffer.alloc(0)).subarray(0, keyBytesMax),
      topic,
      partition,
      offset,
      code,
      message,
      fields: Object.fromEntries(
        Object.entries(fields).map(([name, field]) => [name, String(field)]),
      ),
      retryable,
      refusedAt: timestamp(nowMs),
      requestId: requestId.slice(0, aboutMax),
      pool: pool.slice(0, aboutMax),
      contactId: contactId.slice(0, aboutMax),
    }).finish(),
  )
}

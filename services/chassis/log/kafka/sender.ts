import { append } from './append.ts'
import { Fleet } from './fleet.ts'
import { prepareKafkajs } from './inside.ts'
import type { KafkaConnection } from './options.ts'

/** Writes to a public topic. */
export interface Sender {
  /**
   * Resolves when the record is on the replicas that must have it. `place` decides the partition:
   * equal ones go to the same. Rejects with LogRefused or LogAmbiguous; the caller sends it again.
   */
  send(place: number, key: Buffer | null, value: Buffer): Promise<void>
  close(): Promise<void>
}

export function openSender(connection: KafkaConnection, topic: string): Sender {
  prepareKafkajs()
  const fleet = new Fleet(connection)
  return {
    async send(place, key, value) {
      const partition = place % (await fleet.partitionsOf(topic))
      await append(fleet, topic, partition, [{ key, value }])
    },
    close: () => fleet.close(),
  }
}

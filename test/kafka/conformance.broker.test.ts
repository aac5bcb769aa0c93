import { after } from 'node:test'
import {
  logConformance,
  type SubjectFactory,
  streamsConformance,
} from '@evenkeel/chassis/log/conformance'
import { sharedBrokers, startBrokers, wayToBrokers } from '../brokers/index.ts'
import { connectionTo, freshTopics, openKafka, removeTopics } from './topics-of.ts'

/** What Kafka does its own way: it stamps records itself, frames them, and forgets who published. */
const freedoms = { ownClock: true, framing: true, repeats: true } as const

function onBrokers(addresses: readonly string[], replication: number): SubjectFactory {
  return async ({ partitions }) => {
    const options = await freshTopics(connectionTo(addresses), { partitions, replication })
    return {
      open: () => openKafka(options),
      remove: () => removeTopics(options),
    }
  }
}

const three = await sharedBrokers()
after(() => three.stopAll())
// Whoever names brokers has so many, and no others.
const replication = Math.min(3, three.addresses.length)
const names = `${three.addresses.length} Kafka brokers`
logConformance(names, onBrokers(three.addresses, replication), freedoms)
streamsConformance(names, onBrokers(three.addresses, replication), freedoms)

if ((await wayToBrokers()) !== 'given') {
  const one = await startBrokers({ count: 1 })
  after(() => one.stopAll())
  logConformance('one Kafka broker', onBrokers(one.addresses, 1), freedoms)
  streamsConformance('one Kafka broker', onBrokers(one.addresses, 1), freedoms)
}

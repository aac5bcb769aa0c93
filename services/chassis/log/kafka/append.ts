import { assertNoError, appendFailure, BrokerError, refusal } from './failure.ts'
import type { Fleet } from './fleet.ts'
import type { Line } from './line.ts'
import { type Message, produceExchange } from './requests.ts'

/**
 * Appends once, to the partition's leader. Resolves with the first offset. Rejects with LogRefused
 * or LogAmbiguous, and never tries again: that is for whoever knows what a repetition means.
 */
export async function append(
  fleet: Fleet,
  topic: string,
  partition: number,
  messages: readonly Message[],
): Promise<number> {
  let line: Line
  try {
    line = await fleet.line('append', await fleet.leaderOf(topic, partition))
  } catch (error) {
    throw refusal(error)
  }
  const { request, decode } = produceExchange(topic, partition, messages)
  try {
    const { errorCode, baseOffset } = await line.ask(request, decode)
    assertNoError(errorCode, `${topic}/${partition}`)
    return baseOffset
  } catch (error) {
    // An answer, whatever it says, shows that the line is good.
    if (error instanceof BrokerError) fleet.outdated()
    else fleet.drop(line)
    throw appendFailure(error)
  }
}

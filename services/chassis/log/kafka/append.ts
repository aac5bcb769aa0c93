import { LogRefused } from '../port.ts'
import { appendFailure, BrokerError, refusal } from './failure.ts'
import type { Fleet } from './fleet.ts'
import { Gathering } from './gathering.ts'
import type { Line } from './line.ts'
import type { Message } from './requests.ts'

const gatherings = new WeakMap<Line, Gathering>()

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
  try {
    return await gatheringFor(line).append(topic, partition, messages)
  } catch (error) {
    if (error instanceof LogRefused) throw error
    // An answer, whatever it says, shows that the line is good.
    if (error instanceof BrokerError) fleet.outdated()
    else fleet.drop(line)
    throw appendFailure(error)
  }
}

function gatheringFor(line: Line): Gathering {
  const known = gatherings.get(line)
  if (known !== undefined) return known
  const gathering = new Gathering(line)
  gatherings.set(line, gathering)
  return gathering
}

import type { CustomerFirst } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import type { Centre } from './centre.ts'
import type { Desk } from './desk.ts'
import { minutes, seconds } from './time.ts'

/** Customers who are dialled before an agent is free. */

const customerFirst: CustomerFirst = {
  agentWithin: seconds(2),
  holdMax: seconds(30),
  nuisanceShareBp: 300,
}

const names = ['ann', 'bob', 'cid', 'dee', 'eve', 'fay'] as const

/** Six agents talk, each for six seconds on average: one of them is always about to be free. */
export async function sixTalk(centre: Centre, retryMinutes = 10): Promise<readonly Desk[]> {
  const callback = { offerAbove: seconds(0), retryAfter: minutes(retryMinutes), customerFirst }
  await centre.queue('tax', { handleTime: seconds(6), callback })
  const desks: Desk[] = []
  for (const name of names) {
    const desk = await centre.agent(name)
    await centre.arrives(`with-${name}`, 'tax')
    await desk.takes(`with-${name}`)
    desks.push(desk)
  }
  return desks
}

import type { ServiceCore } from '@evenkeel/chassis/protocol'
import { CoreFault } from '@evenkeel/chassis/table'
import type { Command, RoutingEvent, RoutingState } from '@evenkeel/routing/core'

/** What the planted assertion says. */
export const poison = 'poison'

/** Routing, but for one contact on which it breaks an assertion when it has half decided. */
export function poisoned(
  service: ServiceCore<RoutingState, Command, RoutingEvent>,
): ServiceCore<RoutingState, Command, RoutingEvent> {
  const { core } = service
  return {
    ...service,
    core: {
      ...core,
      apply(state, command, at) {
        if (command.kind !== 'holdContact' || command.contactId !== poison) {
          return core.apply(state, command, at)
        }
        const { numbers, last } = state
        numbers.update(last, { seq: last.seq + 1 })
        throw new CoreFault(poison)
      },
    },
  }
}

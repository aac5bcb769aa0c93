import type { Service } from '@evenkeel/chassis/serve'
import {
  type Command,
  errors,
  routingCore,
  type RoutingEvent,
  type RoutingState,
} from './core/index.ts'
import { bridges } from './shell/bridge.ts'
import { keepHorizons } from './shell/calendar/horizon.ts'
import { startIngress } from './shell/ingress/index.ts'
import { metrics } from './shell/metrics.ts'
import { watchProfilesAge } from './shell/profiles-age.ts'
import { rpcs } from './shell/rpc.ts'
import { decodeCommand } from './shell/translate/commands.ts'
import { encodeEvent } from './shell/translate/events.ts'

/** Who takes which contact, and when a callback is offered instead. */
export const routing: Service<RoutingState, Command, RoutingEvent> = {
  name: 'routing',
  core: routingCore,
  logic: 1,
  codec: { decodeCommand, encodeEvent },
  bridges,
  errors,
  rpcs,
  metrics,
  attend: (replica, logger) => {
    keepHorizons(replica, logger)
    watchProfilesAge(replica)
  },
  inbox: (hosted, surroundings) => startIngress({ hosted, ...surroundings }),
}

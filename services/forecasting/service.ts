import type { Service } from '@evenkeel/chassis/serve'
import {
  core,
  errors,
  type ForecastingCommand,
  type ForecastingEvent,
  type ForecastingState,
} from './core/index.ts'
import { advise } from './shell/advisor/advisor.ts'
import { bridges } from './shell/bridge.ts'
import { pages } from './shell/intraday/pages.ts'
import { metrics } from './shell/metrics.ts'
import { rpcs } from './shell/rpc.ts'
import { keepStaffed } from './shell/staffing/advisor.ts'
import { codec } from './shell/translate/codec.ts'

/** What will arrive, how many it needs, and when the day goes otherwise. */
export const forecasting: Service<ForecastingState, ForecastingCommand, ForecastingEvent> = {
  name: 'forecasting',
  core,
  logic: 1,
  codec,
  bridges,
  errors,
  rpcs,
  metrics,
  attend(replica, logger) {
    advise(replica, logger)
    keepStaffed(replica, logger)
  },
  pages,
}

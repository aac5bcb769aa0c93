import type { Binding } from '@evenkeel/chassis/serve'
import type { ForecastingHosted } from './calls.ts'
import { history } from './rpc/history.ts'
import { plannedEvents } from './rpc/planned.ts'
import { planning } from './rpc/plans.ts'
import { drifts } from './rpc/drift.ts'
import { forecasts } from './rpc/forecast.ts'
import { reports } from './rpc/reports.ts'
import { selfService } from './rpc/self-service.ts'
import { settingsRpcs } from './rpc/settings.ts'
import { staffingRpcs } from './rpc/staffing.ts'

/** The whole API of forecasting, a file a service. */
export function rpcs(hosted: ForecastingHosted): readonly Binding[] {
  return [
    ...[settingsRpcs(hosted), reports(hosted), history(hosted), planning(hosted)],
    ...[plannedEvents(hosted), selfService(hosted)],
    ...[forecasts(hosted), drifts(hosted), staffingRpcs(hosted)],
  ]
}

import { type Binding, bind } from '@evenkeel/chassis/serve'
import { SettingsServiceDefinition } from '@evenkeel/proto/evenkeel/forecasting/v1/settings_service'
import { settingsView } from '../../core/index.ts'
import { type ForecastingHosted, read, submit } from '../calls.ts'
import { knownPool } from '../refusals.ts'
import { poolIdOf } from '../translate/ids.ts'
import { settingsOf, settingsWire } from '../translate/settings.ts'

export function settingsRpcs(hosted: ForecastingHosted): Binding {
  return bind(SettingsServiceDefinition, {
    async putSettings(request, call) {
      const settings = settingsOf('settings', request.settings)
      const replica = hosted.of(settings.pool)
      return submit(replica, { kind: 'putSettings', settings }, call, () => ({
        settings: settingsWire(settingsView(replica.state.pools.must(settings.pool))),
      }))
    },

    async getSettings(request, call) {
      const pool = poolIdOf('pool', request.pool)
      return read(hosted.of(pool), call, (s) => {
        knownPool(s, pool)
        return { settings: settingsWire(settingsView(s.pools.must(pool))) }
      })
    },
  })
}

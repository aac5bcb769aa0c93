import { serviceSettings } from '@evenkeel/chassis/process'
import { hostConfig } from 'evenkeel/host-config.ts'
import { readText } from './repository.ts'
import { withSettings } from './settings-table.ts'

/** docs/operations.md, its settings as they are now. */
export const operationsPage = (): string =>
  withSettings(readText('docs/operations.md'), { run: serviceSettings, start: hostConfig })

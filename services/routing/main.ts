import { environment } from '@evenkeel/chassis/config'
import { readServiceConfig, serve } from '@evenkeel/chassis/process'
import { routing } from './service.ts'

await serve([routing], readServiceConfig(environment()))

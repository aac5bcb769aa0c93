import { environment } from '@evenkeel/chassis/config'
import { readServiceConfig, serve } from '@evenkeel/chassis/process'
import { reallocation } from './service.ts'

await serve([reallocation], readServiceConfig(environment()))

import { environment } from '@evenkeel/chassis/config'
import { readServiceConfig, serve } from '@evenkeel/chassis/process'
import { skills } from './service.ts'

await serve([skills], readServiceConfig(environment()))

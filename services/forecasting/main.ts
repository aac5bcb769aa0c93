import { environment } from '@evenkeel/chassis/config'
import { readServiceConfig, serve } from '@evenkeel/chassis/process'
import { forecasting } from './service.ts'

await serve([forecasting], readServiceConfig(environment()))

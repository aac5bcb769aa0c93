import type { Address } from '@evenkeel/chassis/config'
import type { Site } from '../platform/connection.ts'
import { Api } from '../pool-file/api.ts'
import { poolIds } from '../pool-file/there.ts'
import { ACCESS_FLAGS, accessOf } from './access-flags.ts'
import { target, UsageError, type Values } from './flags.ts'

/** Where `evenkeel start` listens unless told otherwise. */
const USUAL: Address = { host: '127.0.0.1', port: 7400 }

/** Which system a command is about. */
export const SITE_FLAGS = {
  target: {
    ...target('gRPC of a process that runs'),
    fallback: USUAL,
    fallbackText: `${USUAL.host}:${USUAL.port}`,
  },
  skills: {
    ...target('gRPC of skills, where it is a process of its own'),
    fallbackText: 'as --target',
  },
  forecasting: {
    ...target('gRPC of forecasting, where it is a process of its own'),
    fallbackText: 'as --target',
  },
  reallocation: {
    ...target('gRPC of reallocation, where it is a process of its own'),
    fallbackText: 'as --target',
  },
  ...ACCESS_FLAGS,
} as const

export function siteOf(values: Values<typeof SITE_FLAGS>): Site {
  const { target: routing, skills = routing, forecasting = routing } = values
  const { reallocation = routing } = values
  return {
    routing: [shown(routing)],
    skills: [shown(skills)],
    forecasting: [shown(forecasting)],
    reallocation: [shown(reallocation)],
    access: accessOf(values),
  }
}

const shown = ({ host, port }: Address): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`

/** The pool that is named, or the only one there is. */
export async function poolNamed(site: Site, named: string | undefined): Promise<string> {
  if (named !== undefined) return named
  const ids = await poolsAt(site)
  const [only] = ids
  if (only !== undefined && ids.length === 1) return only
  if (only === undefined) throw new UsageError('--pool is missing, and there is none yet')
  throw new UsageError(`--pool is missing; there are ${ids.slice(0, 10).join(', ')}`)
}

export async function poolsAt(site: Site): Promise<readonly string[]> {
  const api = new Api(site)
  try {
    return await poolIds(api)
  } finally {
    api.close()
  }
}

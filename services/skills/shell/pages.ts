import { idPatterns, parse, refused } from '@evenkeel/chassis/errors'
import { limits } from '../core/index.ts'
import { poolIdOf } from './translate.ts'

/** What a list is of. A token of one list means nothing in another. */
export type Listed = 'skills' | 'agents'

export interface Page {
  readonly pool: string
  readonly size: number
  /** Go on after this id; '': from the start. */
  readonly afterId: string
}

interface ListRequest {
  readonly pool: string
  readonly pageSize: number
  readonly pageToken: string
}

export function pageOf(listed: Listed, request: ListRequest): Page {
  const pool = poolIdOf('pool', request.pool)
  const size = parse.pageSize('page_size', request.pageSize, limits.pageSizeMax, limits.pageSize)
  return { pool, size, afterId: afterIdOf(listed, pool, request.pageToken) }
}

/**
 * The last id shown rather than a count: whatever comes or goes in between, the next page neither
 * repeats nor leaves out what was there all the time.
 */
export function pageToken(listed: Listed, pool: string, lastId: string): string {
  return Buffer.from(`${listed} ${pool} ${lastId}`).toString('base64url')
}

function afterIdOf(listed: Listed, pool: string, token: string): string {
  if (token === '') return ''
  if (token.length > limits.pageTokenBytes) throw refused('PAGE_TOKEN_MALFORMED', 'page_token')
  const [ofList, ofPool, id = ''] = Buffer.from(token, 'base64url').toString('latin1').split(' ')
  const rule = listed === 'skills' ? idPatterns.slug : idPatterns.agent
  // base64url decodes leniently: only what this service itself would have written counts.
  const own = ofList === listed && ofPool === pool && rule.pattern.test(id)
  if (!own || pageToken(listed, pool, id) !== token) {
    throw refused('PAGE_TOKEN_MALFORMED', 'page_token')
  }
  return id
}

import { idPatterns, lastOf, pageToken as tokenOf, parse } from '@evenkeel/chassis/errors'
import { limits } from '../core/index.ts'
import { poolIdOf } from './translate.ts'

/** What a list is of. */
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
  const { pattern } = listed === 'skills' ? idPatterns.slug : idPatterns.agent
  const afterId = lastOf('page_token', `${listed} ${pool}`, request.pageToken, pattern)
  return { pool, size, afterId }
}

export const pageToken = (listed: Listed, pool: string, lastId: string): string =>
  tokenOf(`${listed} ${pool}`, lastId)

/** A place among shifts: begin and number of the last one shown. */
const placePattern = /^\d{1,15}-\d{1,16}$/

export function lastShiftOf(
  list: string,
  token: string,
): { readonly from: number; readonly seq: number } | undefined {
  const last = lastOf('page_token', list, token, placePattern)
  if (last === '') return undefined
  const [from = 0, seq = 0] = last.split('-').map(Number)
  return { from, seq }
}

export const shiftPageToken = (
  list: string,
  last: { readonly from: number; readonly seq: number },
): string => tokenOf(list, `${last.from}-${last.seq}`)

import {
  type IdPattern,
  idPatterns,
  lastOf,
  pageToken as tokenOf,
  parse,
} from '@evenkeel/chassis/errors'
import { limits } from '../core/index.ts'
import { poolIdOf } from './translate/ids.ts'

export interface Page {
  /** What is listed. */
  readonly list: string
  readonly pool: string
  readonly size: number
  /** Go on after this id; '': from the start. */
  readonly afterId: string
}

export interface ListRequest {
  readonly pool: string
  readonly pageSize: number
  readonly pageToken: string
}

export function pageOf(list: string, request: ListRequest): Page {
  const pool = poolIdOf('pool', request.pool)
  const size = parse.pageSize('page_size', request.pageSize, limits.pageSizeMax, limits.pageSize)
  const afterId = lastOf('page_token', `${list} ${pool}`, request.pageToken, idsOf(list).pattern)
  return { list, pool, size, afterId }
}

const idsOf = (list: string): IdPattern =>
  list.startsWith('agents') ? idPatterns.agent : idPatterns.slug

export const pageToken = (list: string, pool: string, lastId: string): string =>
  tokenOf(`${list} ${pool}`, lastId)

/**
 * One more than asked was read, to know whether there are more. `next`: the last one shown, if so.
 */
export function cut<T>(
  found: readonly T[],
  size: number,
): { readonly shown: readonly T[]; readonly next: T | undefined } {
  const shown = found.slice(0, size)
  return { shown, next: found.length > size ? shown.at(-1) : undefined }
}

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

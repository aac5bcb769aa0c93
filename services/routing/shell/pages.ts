import { lastOf, pageToken, parse } from '@evenkeel/chassis/errors'
import { NONE, type OrderedSets } from '@evenkeel/chassis/table'
import { answerLimits } from './limits.ts'

/** What a list is of, and which page of it. */
export interface Paging {
  readonly list: string
  readonly pageSize: number
  readonly pageToken: string
}

/** Where a page begins: after the row with this number. */
export function pageOf(p: Paging): { readonly size: number; readonly after: number } {
  const { pageSize, pageSizeMax } = answerLimits
  const size = parse.pageSize('page_size', p.pageSize, pageSizeMax, pageSize)
  const last = lastOf('page_token', p.list, p.pageToken, /^\d{1,15}$/)
  return { size, after: last === '' ? -1 : Number(last) }
}

/** The token of the page after the row with the number `last`. */
export const nextPage = (list: string, last: number): string => pageToken(list, String(last))

/** One page of a set whose order is the rows' numbers. */
export function pageThrough<Row extends { readonly seq: number }, T>(
  paging: Paging,
  order: Pick<OrderedSets, 'atOrAfter' | 'next'>,
  set: number,
  at: (slot: number) => Row,
  view: (row: Row) => T,
): { readonly found: T[]; readonly nextPageToken: string } {
  const { size, after } = pageOf(paging)
  const found: T[] = []
  let last = after
  let slot = order.atOrAfter(set, after + 1, 0)
  for (; slot !== NONE && found.length < size; slot = order.next(slot)) {
    const row = at(slot)
    last = row.seq
    found.push(view(row))
  }
  return { found, nextPageToken: slot === NONE ? '' : nextPage(paging.list, last) }
}

import { lastOf, pageToken } from '@evenkeel/chassis/errors'

/** A place in a list: when what was shown last begins, and its number. */
export interface Place {
  readonly from: number
  readonly seq: number
}

const placePattern = /^\d{1,15}-\d{1,16}$/

export function placeOf(list: string, token: string): Place {
  const last = lastOf('page_token', list, token, placePattern)
  const [from = 0, seq = 0] = last === '' ? [] : last.split('-').map(Number)
  return { from, seq }
}

export const placeToken = (list: string, { from, seq }: Place): string =>
  pageToken(list, `${from}-${seq}`)

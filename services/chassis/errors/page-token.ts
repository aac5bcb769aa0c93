import { refused } from './parse.ts'

/** Longer than any list's name and last key; what is longer is not worth decoding. */
const tokenBytesMax = 256

/**
 * Where a list goes on: after `last`, a key of the last row shown rather than a count, so that
 * whatever comes or goes in between, nothing else is repeated or left out. `list` names what is
 * listed, and of what: a token of one list means nothing in another.
 */
export function pageToken(list: string, last: string): string {
  return Buffer.from(`${list} ${last}`).toString('base64url')
}

/** The `last` of a token, '' if there is none. */
export function lastOf(field: string, list: string, token: string, pattern: RegExp): string {
  if (token === '') return ''
  const text = token.length > tokenBytesMax ? '' : Buffer.from(token, 'base64url').toString()
  const last = text.slice(text.lastIndexOf(' ') + 1)
  // base64url decodes leniently: only what pageToken itself would have written counts.
  if (!pattern.test(last) || pageToken(list, last) !== token) {
    throw refused('PAGE_TOKEN_MALFORMED', field)
  }
  return last
}

import type { Rejection } from './core.ts'

/**
 * From the offset of the last change: never twice the same for one thing, even if removed and made
 * again.
 */
export function etagOf(changed: number): string {
  return `v${changed.toString(36)}`
}

/**
 * Whoever edits must have seen what they replace: '' creates only. Whoever asks for what already
 * holds is answered before this is asked, so a repeated call never fails on its own success. The
 * code, ETAG_MISMATCH, is in the table of errors of each service that asks this.
 */
export function etagRefusal(
  field: string,
  sent: string,
  changed: number | undefined,
): Rejection | undefined {
  const now = changed === undefined ? '' : etagOf(changed)
  if (sent === now) return undefined
  return { code: 'ETAG_MISMATCH', fields: { field, value: sent, limit: now } }
}

import type { Rejection } from '@evenkeel/chassis/protocol'
import { rejection } from './errors.ts'

/**
 * From the offset of the last change: never twice the same for one thing, even if removed and made
 * again.
 */
export function etagOf(changed: number): string {
  return `v${changed.toString(36)}`
}

/**
 * Whoever edits must have seen what they replace: '' creates only. Whoever asks for what already
 * holds is answered before this is asked, so a repeated call never fails on its own success.
 */
export function etagRefusal(
  field: string,
  sent: string,
  changed: number | undefined,
): Rejection | undefined {
  const now = changed === undefined ? '' : etagOf(changed)
  return sent === now ? undefined : rejection('ETAG_MISMATCH', { field, value: sent, limit: now })
}

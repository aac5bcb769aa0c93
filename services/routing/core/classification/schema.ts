import { int, ref, text, value } from '@evenkeel/chassis/table'
import type { ClassificationRule } from './words.ts'

/** From needs to queues: one table of rules for each pool that has one. */
export const classifications = {
  /** The pool's. */
  id: text(64),
  pool: ref('pools'),
  rules: value<readonly ClassificationRule[]>(),
  version: int(),
  etag: text(32),
}

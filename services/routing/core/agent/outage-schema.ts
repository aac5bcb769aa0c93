import { deadline, int, oneOf, ref, text } from '@evenkeel/chassis/table'
import { keyBytesMax } from '../limits.ts'
import { breakerStates, channels, reconcileCauses, reconciliationStates } from '../words.ts'

/** Tables of what goes wrong around a pool: endpoints that fail, legs that are lost. */

/** Of a source, the last one; figures are of the counting, and then of the ending. */
export const reconciliations = {
  /** pool/source */
  id: text(keyBytesMax),
  pool: ref('pools'),
  /** Marks the contacts that it has listed. */
  seq: int(),
  requestId: text(64),
  cause: oneOf(...reconcileCauses),
  asOf: int(),
  state: oneOf(...reconciliationStates),
  pages: int(),
  listed: int(),
  listedUnknown: int(),
  /** Of the last page, what was in it: contact/reconcile.ts. */
  pageTaken: text(32),
  open: int(),
  live: int(),
  later: int(),
  callbacks: int(),
  missingWaiting: int(),
  missingOffered: int(),
  missingConnected: int(),
  missingHeld: int(),
  forgetAt: deadline(),
}

/** Of a pool's channel, while endpoints fail. */
export const breakers = {
  /** pool/channel */
  id: text(keyBytesMax),
  pool: ref('pools'),
  channel: oneOf(...channels),
  seq: int(),
  state: oneOf(...breakerStates),
  /** Endpoints, each counted once in the window. */
  failed: int(),
  worked: int(),
  /** Key of the contact that is tried; '' when none is. */
  probe: text(keyBytesMax),
  /** Number of the request class from which the next contact to try is looked for. */
  probeFrom: int(),
  /** Within that class the place to begin at; probeSeq 0: its first. */
  probeKey: int(),
  probeSeq: int(),
  openedAt: int(),
  /** Uptime at which the window is over, or the next contact is tried. */
  due: deadline(),
}

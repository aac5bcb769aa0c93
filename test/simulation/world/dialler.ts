import type { WireCommand } from './calls.ts'
import { deed } from './deeds.ts'
import type { Scene } from './scene.ts'

/** How often a dialler looks for what there is to dial, or says what came of it, per step. */
const often = 0.4

/** Machines that do nothing else: an attempt waits for seconds, and few people's turns come by then. */
export function dialDeed(s: Scene): WireCommand | undefined {
  if (!s.chance.happens(often)) return undefined
  return deed(s.chance.pick(['claimDial', 'reportDial']), s)
}

import {
  NewCallback,
  RequestCallbackRequest,
} from '@evenkeel/proto/evenkeel/routing/v1/callback_service'
import { DialPacing } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import type { WireCommand } from './calls.ts'
import { accept } from './blending.ts'
import { pool } from './plan.ts'
import { pacing } from './repacing.ts'
import { contactsIn, type Scene } from './scene.ts'
import type { VoiceOf } from './voices.ts'

/** More than this pool lets go out in one instant. */
const rush = 3
const paceWith = (inFlight: number) => DialPacing.fromPartial({ perSecond: 2, inFlight })

/**
 * One line is all there is until more wait for their turn than a second lets out, and then there
 * are many: in some seeds, where by chance two seldom go out in one instant.
 */
export const rushing: VoiceOf = (chance) => {
  if (!chance.happens(0.1)) return () => undefined
  let asked = 0
  const ask = (s: Scene): WireCommand => {
    asked += 1
    const request = RequestCallbackRequest.fromPartial({
      pool,
      contactId: `rush-${asked}`,
      addressRef: 'tel:4',
      newContact: NewCallback.fromPartial({ queueId: s.chance.any(s.plan.queues)?.queueId ?? '' }),
    })
    return { $case: 'requestCallback', value: request }
  }
  return (s) => {
    const row = s.state.pools.get(pool)
    if (row === undefined || !s.chance.happens(0.6)) return undefined
    const { dialPacing } = row
    const lines = dialPacing === 'plain' ? 0 : dialPacing.inFlightMax
    const waiting = contactsIn(s, 'dialling').filter(
      ({ callback }) => s.state.callbacks.at(callback).attemptState === 'scheduled',
    ).length
    if (waiting >= rush && lines === 1) return pacing(row, paceWith(0))
    if (waiting === 0 && lines !== 1) return pacing(row, paceWith(1))
    return accept(s) ?? ask(s)
  }
}

import { CodedError } from '@evenkeel/chassis/errors'
import { Command } from '@evenkeel/proto/evenkeel/routing/log/v1/command'
import {
  CallbackPolicy,
  EntryAction,
  type EntryLimit,
  PutPolicyRequest,
  type Queue,
  type Unstaffed,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { routing } from '@evenkeel/routing'
import { idOf, partPaths, policyFields } from '@evenkeel/routing/core'
import type { Chance } from '../chance.ts'
import type { WireCommand } from './calls.ts'
import { withDialling } from './dialling.ts'
import { withGuard } from './guarding.ts'
import { duration, pool, queueOf } from './plan.ts'
import type { Scene } from './scene.ts'
import type { Voice } from './voices.ts'

/** Every path that a change of policy can name. */
const paths: readonly string[] = [
  ...policyFields.plain.map(([, name]) => name),
  ...Object.values(partPaths),
  ...Object.entries(partPaths).flatMap(([part, path]) =>
    policyFields[part as keyof typeof partPaths].map(([, name]) => `${path}.${name}`),
  ),
]

/** There are no calendars in this world, so hours are refused; seldom is enough of that. */
const plausible = paths.filter((path) => !path.startsWith('hours'))

/** What decides who comes in; in most seeds it is there from the beginning. */
const entering = ['entry_limit', 'unstaffed', 'max_waiting'] as const

/** Somebody who changes how queues serve while they do: some fields, of several queues at once. */
export function policing(ofSeed: Chance): Voice {
  const often = ofSeed.pick([0, 0, 0.02, 0.1])
  return (s) => {
    if (!s.chance.happens(often)) return undefined
    const from = s.chance.happens(0.05) ? paths : plausible
    const named = Array.from({ length: s.chance.int(1, 5) }, () => s.chance.any(from) ?? '')
    return put(s, [...new Set(named)])
  }
}

/** The same of who is let in, and of whom nobody at work can serve. */
export function limiting(ofSeed: Chance): Voice {
  const often = ofSeed.pick([0, 0.02, 0.02, 0.06])
  let begun = false
  return (s) => {
    const first = !begun && often > 0 && s.state.queues.size > 0
    if (!first && !s.chance.happens(often)) return undefined
    begun = true
    const named = s.chance.some(entering, 0.7)
    return put(s, named.length === 0 ? entering : named)
  }
}

function put(s: Scene, mask: readonly string[]) {
  const { chance, plan } = s
  const rows = [...s.state.queues.slots()].map((slot) => s.state.queues.at(slot))
  const some = chance.some(rows, 0.4)
  const found = some.length > 0 ? some : rows.slice(0, 1)
  if (found.length === 0) return undefined
  s.given.requests += 1
  const channel = plan.queues.find(({ queueId }) => queueId === idOf(found[0]?.id ?? ''))?.channel
  const sent = found.map(({ etag }) => (chance.happens(0.9) ? etag : 'stale'))
  const value = PutPolicyRequest.fromPartial({
    pool,
    queueIds: found.map(({ id }) => idOf(id)),
    queue: endingIn(mask, valuesOf(s, queueOf('any', chance, `${s.given.requests}`, channel))),
    updateMask: [...mask],
    etags: chance.happens(0.3) ? sent : [],
    requestId: `p${chance.happens(0.1) ? s.given.requests - 1 : s.given.requests}`,
  })
  const command = { $case: 'putPolicy', value } as const
  return isTaken(command) ? command : undefined
}

/** By itself a callback is given up after a day: longer than simulations go on in peace. */
const endingIn = (mask: readonly string[], queue: Queue): Queue =>
  mask.includes('callback') || queue.callback !== undefined
    ? queue
    : { ...queue, callback: CallbackPolicy.fromPartial({ giveUpAfter: duration(3_600_000) }) }

/** Some fields mean nothing without others; what the edge refuses never comes into the log. */
function isTaken(kind: WireCommand): boolean {
  try {
    routing.codec.decodeCommand(Command.encode({ kind }).finish())
    return true
  } catch (error) {
    if (error instanceof CodedError) return false
    throw error
  }
}

function valuesOf({ chance, plan }: Scene, queue: Queue): Queue {
  const to = chance.any(plan.queues)?.queueId ?? ''
  return {
    ...withGuard(withDialling(queue, plan.seed), plan.seed),
    maxWaiting: chance.pick([0, 2, 5, 20]),
    serviceLevelGoalBp: chance.pick([0, 9_000]),
    wrapUpMax: chance.happens(0.5) ? duration(chance.pick([10_000, 60_000])) : undefined,
    redialWithin: chance.happens(0.5) ? duration(chance.pick([60_000, 600_000])) : undefined,
    entryLimit: chance.happens(0.8) ? limitOf(chance, to) : undefined,
    unstaffed: chance.happens(0.8) ? unstaffedOf(chance, to) : undefined,
  }
}

const { ENTRY_ACTION_REFUSE: refuse, ENTRY_ACTION_CALLBACK: callback } = EntryAction
const { ENTRY_ACTION_OVERFLOW: overflow, ENTRY_ACTION_TAKE: take } = EntryAction

const limitOf = (chance: Chance, queueId: string): EntryLimit => ({
  waiting: chance.pick([0, 1, 1, 2]),
  wait: chance.happens(0.4) ? duration(chance.pick([1_000, 20_000])) : undefined,
  action: chance.pick([refuse, refuse, callback, overflow, overflow]),
  queueId,
})

const unstaffedOf = (chance: Chance, queueId: string): Unstaffed => ({
  action: chance.pick([refuse, refuse, callback, overflow, overflow, take]),
  grace: duration(chance.pick([0, 1_000, 5_000])),
  queueId,
})

import { alternativeText } from '../explain/alternatives.ts'
import type { CallbackSetting } from '../schema.ts'
import { callingText, floorsText, shareText, spanText, wordText } from '../explain/spoken.ts'
import type { Interruptible } from '../contact/interruption-words.ts'
import type { CallingHours } from '../callback/words.ts'
import { unreachable } from '../turn.ts'
import type {
  AgentChoice,
  Alternative,
  AlternativesPolicy,
  CallbackPolicy,
  ContactOrder,
  CustomerFirst,
  EntryLimit,
  Escalation,
  QueueHours,
  QueuePolicy,
  RetryRule,
  UnstaffedPolicy,
  WithinPolicy,
} from '../words.ts'

/** All of a queue that has versions. */
export interface Settings {
  readonly policy: QueuePolicy
  readonly callback: CallbackSetting
}

/** How a field is told. `cap`: 0 is none; `id`: '' is none. */
type Telling =
  | 'span'
  | 'share'
  | 'count'
  | 'cap'
  | 'word'
  | 'id'
  | 'yesNo'
  | 'floors'
  | 'ahead'
  | 'retries'
  | 'alternatives'
  | 'words'
  | 'calls'

/** A field, its name in the API, and how it is told. */
export type Field<T> = readonly [key: keyof T & string, name: string, telling: Telling]

/** All fields of T: where one is left out it does not compile. */
const every =
  <T>() =>
  <const R extends readonly Field<T>[]>(
    fields: Exclude<keyof T, R[number][0]> extends never ? R : never,
  ): readonly Field<T>[] =>
    fields

export type PlainPolicy = Omit<
  QueuePolicy,
  | 'hours'
  | 'choice'
  | 'order'
  | 'escalation'
  | 'entryLimit'
  | 'unstaffed'
  | 'alternatives'
  | 'interruptible'
>
export type PlainCallback = Omit<CallbackPolicy, 'within'>

const plain = every<PlainPolicy>()([
  ['requirements', 'requirements', 'floors'],
  ['serviceLevelTargetMs', 'service_level_target', 'span'],
  ['serviceLevelGoalBp', 'service_level_goal_bp', 'share'],
  ['agingPerPointMs', 'aging_per_point', 'span'],
  ['timeToLiveMs', 'time_to_live', 'span'],
  ['maxWaiting', 'max_waiting', 'count'],
  ['offerTimeoutMs', 'offer_timeout', 'span'],
  ['connectTimeoutMs', 'connect_timeout', 'span'],
  ['handleLimitMs', 'handle_limit', 'span'],
  ['holdLimitMs', 'hold_limit', 'span'],
  ['wrapUpMs', 'wrap_up', 'span'],
  ['wrapUpMaxMs', 'wrap_up_max', 'span'],
  ['rosterGuardMs', 'roster_guard', 'span'],
  ['initialHandleTimeMs', 'initial_handle_time', 'span'],
  ['redialWithinMs', 'redial_within', 'span'],
  ['warnBeforeExpiryMs', 'warn_before_expiry', 'span'],
])

const hours = every<QueueHours>()([
  ['calendarId', 'calendar_id', 'id'],
  ['lastEntryBeforeMs', 'last_entry_before_closing', 'span'],
  ['lastPromiseBeforeMs', 'last_promise_before_closing', 'span'],
  ['serveOutAfterMs', 'serve_out_after_closing', 'span'],
  ['closingRule', 'closing_rule', 'word'],
  ['whenClosed', 'when_closed', 'word'],
  ['afterHoursQueueId', 'after_hours_queue_id', 'id'],
])

const choice = every<AgentChoice>()([
  ['rule', 'rule', 'word'],
  ['perHourMax', 'contacts_per_hour', 'cap'],
  ['inRowMax', 'contacts_in_row', 'cap'],
])

const order = every<ContactOrder>()([
  ['rule', 'rule', 'word'],
  ['overtakingMax', 'overtaking_max', 'cap'],
])

const escalation = every<Escalation>()([
  ['afterOffers', 'after_offers', 'count'],
  ['priorityBump', 'priority_bump', 'count'],
  ['queueId', 'queue_id', 'id'],
])

const entryLimit = every<EntryLimit>()([
  ['waitingMax', 'waiting', 'cap'],
  ['waitP80MaxMs', 'wait', 'span'],
  ['action', 'action', 'word'],
  ['queueId', 'queue_id', 'id'],
])

const unstaffed = every<UnstaffedPolicy>()([
  ['action', 'action', 'word'],
  ['graceMs', 'grace', 'span'],
  ['queueId', 'queue_id', 'id'],
])

const alternatives = every<AlternativesPolicy>()([
  ['offerAboveMs', 'offer_above', 'span'],
  ['offerLevelBp', 'offer_level_bp', 'share'],
  ['offerCadenceMs', 'offer_cadence', 'span'],
  ['offerTimeoutMs', 'offer_timeout', 'span'],
  ['choices', 'choices', 'alternatives'],
])

const interruptible = every<Interruptible>()([
  ['byChannels', 'by_channels', 'words'],
  ['priorityMax', 'priority_max', 'count'],
  ['resumeWithinMs', 'resume_within', 'span'],
  ['timesMax', 'times_max', 'count'],
])

const callback = every<PlainCallback>()([
  ['offerAboveMs', 'offer_above', 'span'],
  ['offerLevelBp', 'offer_level_bp', 'share'],
  ['offerCadenceMs', 'offer_cadence', 'span'],
  ['offerTimeoutMs', 'offer_timeout', 'span'],
  ['ringTimeoutMs', 'ring_timeout', 'span'],
  ['maxAttempts', 'max_attempts', 'count'],
  ['retryAfterMs', 'retry_after', 'span'],
  ['promiseToleranceMs', 'promise_tolerance', 'span'],
  ['giveUpAfterMs', 'give_up_after', 'span'],
  ['recoverAfterMs', 'recover_after', 'span'],
  ['customerFirst', 'customer_first', 'ahead'],
  ['retries', 'retries', 'retries'],
  ['callingHours', 'calling_hours', 'calls'],
])

const within = every<WithinPolicy>()([
  ['withinMs', 'within', 'span'],
  ['slackMs', 'slack', 'span'],
  ['windowMs', 'window', 'span'],
  ['windows', 'windows', 'count'],
  ['shareBp', 'capacity_share_bp', 'share'],
  ['only', 'only', 'yesNo'],
])

export const policyFields = {
  ...{ plain, hours, choice, order, escalation, entryLimit, unstaffed, alternatives },
  ...{ interruptible, callback, within },
} as const

/** Parts of a policy that it may lack, by their path in the API. */
export const partPaths = {
  hours: 'hours',
  choice: 'agent_choice',
  order: 'contact_order',
  escalation: 'escalation',
  entryLimit: 'entry_limit',
  unstaffed: 'unstaffed',
  alternatives: 'alternatives',
  interruptible: 'interruptible',
  callback: 'callback',
  within: 'callback.within',
} as const

export const optionalFields = [
  'callback.recover_after',
  'callback.customer_first',
  'callback.retries',
  'callback.calling_hours',
  'redial_within',
  'warn_before_expiry',
  'wrap_up_max',
  'roster_guard',
] as const
export type OptionalField = (typeof optionalFields)[number]

/** A part replaced, taken away, or some of its fields changed. */
export type PartPatch<T> =
  | { readonly kind: 'whole'; readonly value: T }
  | { readonly kind: 'none' }
  | { readonly kind: 'some'; readonly value: Partial<T> }

/** Some fields of a policy, with their new values; what is not named stays. */
export interface PolicyPatch {
  readonly plain: Partial<PlainPolicy>
  readonly hours?: PartPatch<QueueHours>
  readonly choice?: PartPatch<AgentChoice>
  readonly order?: PartPatch<ContactOrder>
  readonly escalation?: PartPatch<Escalation>
  readonly entryLimit?: PartPatch<EntryLimit>
  readonly unstaffed?: PartPatch<UnstaffedPolicy>
  readonly alternatives?: PartPatch<AlternativesPolicy>
  readonly interruptible?: PartPatch<Interruptible>
  readonly callback?: PartPatch<CallbackPolicy>
  /** Of the callback policy, once that is patched. */
  readonly within?: PartPatch<WithinPolicy>
  /** Optional fields that are taken away, by their path in the API. */
  readonly absent?: readonly OptionalField[]
}

/** The settings with the patch; or the path of the part of which it changes fields and that is not there. */
export function patched(s: Settings, patch: PolicyPatch): Settings | string {
  const { hours: h, choice: c, order: o, escalation: e, entryLimit: l, unstaffed: u } = s.policy
  const lacking: string[] = []
  function part<T>(path: string, before: T | undefined, wanted: PartPatch<T> | undefined) {
    if (wanted === undefined) return before
    if (wanted.kind === 'none') return undefined
    if (wanted.kind === 'whole') return wanted.value
    if (before === undefined) lacking.push(path)
    return before && { ...before, ...wanted.value }
  }
  const newHours = part(partPaths.hours, h, patch.hours)
  const newChoice = part(partPaths.choice, c, patch.choice)
  const newOrder = part(partPaths.order, o, patch.order)
  const newEscalation = part(partPaths.escalation, e, patch.escalation)
  const newLimit = part(partPaths.entryLimit, l, patch.entryLimit)
  const newUnstaffed = part(partPaths.unstaffed, u, patch.unstaffed)
  const { alternatives: a } = s.policy
  const newAlternatives = part(partPaths.alternatives, a, patch.alternatives)
  const newYield = part(partPaths.interruptible, s.policy.interruptible, patch.interruptible)
  const former = s.callback === 'none' ? undefined : s.callback
  const callback = part(partPaths.callback, former, patch.callback)
  if (patch.within && callback === undefined) lacking.push(partPaths.callback)
  const within = part(partPaths.within, callback?.within, patch.within)
  const [first] = lacking
  if (first !== undefined) return first
  return {
    policy: {
      ...plainOf(s.policy, patch),
      ...(newHours && { hours: newHours }),
      ...(newChoice && { choice: newChoice }),
      ...(newOrder && { order: newOrder }),
      ...(newEscalation && { escalation: newEscalation }),
      ...(newLimit && { entryLimit: newLimit }),
      ...(newUnstaffed && { unstaffed: newUnstaffed }),
      ...(newAlternatives && { alternatives: newAlternatives }),
      ...(newYield && { interruptible: newYield }),
    },
    callback: callback ? callbackOf(callback, within, patch) : 'none',
  }
}

function plainOf(policy: QueuePolicy, patch: PolicyPatch): PlainPolicy {
  const { redialWithinMs, warnBeforeExpiryMs, wrapUpMaxMs, rosterGuardMs, ...all } = policy
  const { hours: _h, choice: _c, order: _o, escalation: _e, ...most } = all
  const { entryLimit: _l, unstaffed: _u, alternatives: _a, interruptible: _i, ...rest } = most
  const stays = (path: OptionalField): boolean => patch.absent?.includes(path) !== true
  return {
    ...rest,
    ...(redialWithinMs !== undefined && stays('redial_within') && { redialWithinMs }),
    ...(warnBeforeExpiryMs !== undefined && stays('warn_before_expiry') && { warnBeforeExpiryMs }),
    ...(wrapUpMaxMs !== undefined && stays('wrap_up_max') && { wrapUpMaxMs }),
    ...(rosterGuardMs !== undefined && stays('roster_guard') && { rosterGuardMs }),
    ...patch.plain,
  }
}

function callbackOf(
  callback: CallbackPolicy,
  within: WithinPolicy | undefined,
  patch: PolicyPatch,
): CallbackPolicy {
  const { within: _former, recoverAfterMs, customerFirst, ...most } = callback
  const { retries, callingHours, ...rest } = most
  const stays = (path: OptionalField): boolean => patch.absent?.includes(path) !== true
  const recovers = recoverAfterMs !== undefined && stays('callback.recover_after')
  return {
    ...rest,
    ...(within && { within }),
    ...(recovers && { recoverAfterMs }),
    ...(customerFirst && stays('callback.customer_first') && { customerFirst }),
    ...(retries && stays('callback.retries') && { retries }),
    ...(callingHours && stays('callback.calling_hours') && { callingHours }),
  }
}

export interface FieldChange {
  readonly field: string
  readonly before: string
  readonly after: string
}

interface Told {
  readonly text: string
  /** The value itself: two that are told alike may differ by some ms. */
  readonly exact: string
}

/** Every field that differs, in the order of their names; before: undefined, the queue did not exist. */
export function policyChanges(
  before: Settings | undefined,
  after: Settings,
): readonly FieldChange[] {
  const former = before ? fieldsOf(before) : new Map<string, Told>()
  const now = fieldsOf(after)
  const changes: FieldChange[] = []
  for (const field of new Set([...former.keys(), ...now.keys()])) {
    const [was, is] = [former.get(field), now.get(field)]
    if (was?.exact === is?.exact) continue
    changes.push({ field, before: was?.text ?? 'none', after: is?.text ?? 'none' })
  }
  return changes.sort((a, b) => (a.field < b.field ? -1 : 1))
}

function fieldsOf({ policy, callback: setting }: Settings): Map<string, Told> {
  const told = new Map<string, Told>()
  const put = <T extends object>(
    prefix: string,
    fields: readonly Field<T>[],
    of: T | undefined,
  ): void => {
    if (of === undefined) return
    for (const [key, name, telling] of fields) {
      const value: unknown = of[key]
      if (value === undefined) continue
      told.set(prefix + name, { text: textOf(telling, value), exact: JSON.stringify(value) })
    }
  }
  put('', plain, policy)
  put(`${partPaths.hours}.`, hours, policy.hours)
  put(`${partPaths.choice}.`, choice, policy.choice)
  put(`${partPaths.order}.`, order, policy.order)
  put(`${partPaths.escalation}.`, escalation, policy.escalation)
  put(`${partPaths.entryLimit}.`, entryLimit, policy.entryLimit)
  put(`${partPaths.unstaffed}.`, unstaffed, policy.unstaffed)
  put(`${partPaths.alternatives}.`, alternatives, policy.alternatives)
  put(`${partPaths.interruptible}.`, interruptible, policy.interruptible)
  if (setting === 'none') return told
  put(`${partPaths.callback}.`, callback, setting)
  put(`${partPaths.within}.`, within, setting.within)
  return told
}

function textOf(telling: Telling, value: unknown): string {
  switch (telling) {
    case 'span':
      return spanText(Number(value))
    case 'share':
      return shareText(Number(value))
    case 'count':
      return String(value)
    case 'cap':
      return value === 0 ? 'none' : String(value)
    case 'word':
      return wordText(String(value))
    case 'id':
      return value === '' ? 'none' : String(value)
    case 'yesNo':
      return value === true ? 'yes' : 'no'
    case 'floors':
      return floorsText(value)
    case 'ahead':
      return aheadText(value as CustomerFirst)
    case 'words':
      return (value as readonly string[]).map(wordText).join(', ')
    case 'retries':
      return (value as readonly RetryRule[]).map(retryText).join('; ')
    case 'alternatives':
      return (value as readonly Alternative[]).map(choiceText).join('; ')
    case 'calls':
      return callingText(value as CallingHours)
    default:
      return unreachable(telling)
  }
}

const aheadText = ({ agentWithinMs, holdMaxMs, nuisanceShareBp }: CustomerFirst): string =>
  `an agent within ${spanText(agentWithinMs)} but for ${shareText(nuisanceShareBp)}, ` +
  `held for ${spanText(holdMaxMs)} at most`

const choiceText = (choice: Alternative): string =>
  `${choice.alternativeId}: ${alternativeText(choice)}`

const retryText = ({ outcome, delaysMs, attemptsMax }: RetryRule): string =>
  `${wordText(outcome)} after ${delaysMs.map(spanText).join(', ')}` +
  (attemptsMax === 0 ? '' : `, ${attemptsMax} times`)

import { decoded, parse } from '@evenkeel/chassis/errors'
import type { BridgeRule } from '@evenkeel/chassis/protocol'
import { minuteOfClock } from '@evenkeel/chassis/zones'
import { type Contact, EndCause, LegKind } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { type ContactEnded, Event } from '@evenkeel/proto/evenkeel/routing/v1/events'
import {
  type Calendar,
  type LocalHours,
  type Queue,
  WhenClosed,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import type { ForecastingCommand } from '../core/index.ts'
import { channelNames } from './translate/ids.ts'
import { isSkillsEvent, presenceKnown, requirementOf, staffOf } from './translate/staff.ts'

/** What comes and what becomes of it is counted from what routing tells. */
export const bridges: readonly BridgeRule<ForecastingCommand>[] = [
  { source: 'routing', decode, knows },
  { source: 'skills', decode: staffOf, knows: isSkillsEvent },
]

function decode(body: Uint8Array): ForecastingCommand | undefined {
  const { kind } = decoded('evenkeel.routing.v1.Event', Event, body)
  switch (kind?.$case) {
    case 'poolChanged':
      return kind.value.pool && { kind: 'poolKnown', pool: kind.value.pool.pool }
    case 'queueChanged':
      return kind.value.queue && queueKnown(kind.value.queue)
    case 'calendarChanged':
      return kind.value.calendar && calendarKnown(kind.value.calendar)
    case 'contactAccepted':
      return kind.value.contact && arrived(kind.value.contact)
    case 'contactEnded':
      return ended(kind.value)
    case 'presenceChanged':
      return presenceKnown(kind.value)
    default:
      return undefined
  }
}

function knows(body: Uint8Array): boolean {
  return decoded('evenkeel.routing.v1.Event', Event, body).kind !== undefined
}

const HOUR_MS = 3_600_000
/** What routing takes for absent; it always says what holds. */
const usual = { targetMs: 20_000, goalBp: 8_000, handleMs: 300_000 } as const

function queueKnown(q: Queue): ForecastingCommand | undefined {
  const channel = channelNames[q.channel]
  if (channel === undefined) return undefined
  const { pool, queueId, serviceLevelTarget, initialHandleTime } = q
  return {
    ...{ kind: 'queueKnown', pool, queueId, channel },
    targetMs: parse.durationMs('target', serviceLevelTarget, 0, 720 * HOUR_MS, usual.targetMs),
    goalBp: q.serviceLevelGoalBp === 0 ? usual.goalBp : q.serviceLevelGoalBp,
    usualHandleMs: parse.durationMs('handle', initialHandleTime, 0, 24 * HOUR_MS, usual.handleMs),
    requirements: q.requirements.map(requirementOf),
    calendarId: q.hours?.calendarId ?? '',
    takesWhileClosed: takesIn.has(q.hours?.whenClosed ?? WhenClosed.WHEN_CLOSED_UNSPECIFIED),
  }
}

const takesIn: ReadonlySet<WhenClosed> = new Set([
  WhenClosed.WHEN_CLOSED_WAIT,
  WhenClosed.WHEN_CLOSED_CALLBACK,
])

function calendarKnown(c: Calendar): ForecastingCommand {
  const hoursOf = (hours: LocalHours | undefined) => ({
    from: minuteOfClock('from', hours?.from ?? ''),
    to: minuteOfClock('to', hours?.to ?? ''),
  })
  return {
    ...{ kind: 'calendarKnown', pool: c.pool, calendarId: c.calendarId },
    rule: {
      timeZone: c.timeZone,
      weekly: c.weekly.map(({ weekday, hours }) => ({ day: weekday, ...hoursOf(hours) })),
      special: c.specialDays.map(({ date, name, hours }) => ({
        date,
        name,
        hours: hours.map(hoursOf),
      })),
    },
  }
}

/** A leg is no arrival of its own, and a test nobody's demand. */
const counts = ({ leg, test }: Contact): boolean => !test && leg === LegKind.LEG_KIND_UNSPECIFIED

function arrived(contact: Contact): ForecastingCommand | undefined {
  if (!counts(contact)) return undefined
  const { pool, queueId, redialOf } = contact
  return { kind: 'arrived', pool, queueId, enteredAt: enteredAt(contact), unique: redialOf === '' }
}

function ended({ contact, handleTime, waitTime }: ContactEnded): ForecastingCommand | undefined {
  if (contact === undefined || !counts(contact)) return undefined
  const { pool, queueId, answeredAt, endCause, callback } = contact
  const left = endCause === EndCause.END_CAUSE_CUSTOMER_LEFT
  const unanswered = left ? 'abandoned' : 'otherwise'
  const longest = Number.MAX_SAFE_INTEGER
  return {
    ...{ kind: 'ended', pool, queueId, enteredAt: enteredAt(contact) },
    end: answeredAt === undefined ? unanswered : 'answered',
    handleMs: parse.durationMs('handle_time', handleTime, 0, longest, 0),
    waitMs: parse.durationMs('wait_time', waitTime, 0, longest, 0),
    calledBack: callback?.acceptedAt !== undefined,
  }
}

const enteredAt = ({ enteredAt, createdAt }: Contact): number =>
  parse.timeMs('entered_at', enteredAt ?? createdAt)

import {
  CallbackStatus,
  type Contact,
  type Offer,
} from '@evenkeel/proto/evenkeel/routing/v1/contact'
import type { AgentPlan } from '../day/day.ts'
import { MINUTE } from '../day/day.ts'
import { endOf } from './ledger.ts'
import { durationMs, timeMs } from './wire.ts'

/** A wait worth a word. */
const LONG_WAIT_MS = 3 * MINUTE
/** A requirement worth a word. */
const HIGH_LEVEL = 4

const minutes = (ms: number) => `${Math.max(1, Math.round(ms / MINUTE))} min`

/** What happened to a contact's callback between two versions, when it is worth telling. */
export function callbackStory(before: Contact | undefined, now: Contact): string | undefined {
  const callback = now.callback
  if (callback === undefined) return undefined
  if (endOf(now) === 'given_up') return `${now.contactId}: nobody reached, callback given up`
  if (before?.callback?.status === callback.status) return undefined
  switch (callback.status) {
    case CallbackStatus.CALLBACK_STATUS_ACCEPTED: {
      const wait = durationMs(callback.expectedWait)
      const about = wait === undefined ? '' : ` in about ${minutes(wait)}`
      return callback.window === undefined
        ? `${now.contactId} will be called back${about} and keeps its place`
        : `${now.contactId} will be called back within its time`
    }
    case CallbackStatus.CALLBACK_STATUS_REACHED: {
      const promisedAt = timeMs(callback.promisedAt)
      const dialledAt = timeMs(callback.firstDialledAt)
      const answers = `${now.contactId} is called back and answers`
      if (promisedAt === undefined || dialledAt === undefined) return answers
      const off = Math.abs(dialledAt - promisedAt)
      const kept =
        off < MINUTE
          ? 'to the minute'
          : `${minutes(off)} ${dialledAt < promisedAt ? 'early' : 'late'}`
      return `${answers}, ${kept}`
    }
    default:
      return undefined
  }
}

/** Who takes whom, when the skill is rare or the wait was long. */
export function takenStory(agent: AgentPlan, offer: Offer, at: number): string | undefined {
  const contact = offer.contact
  const highest = contact?.requirements.toSorted((a, b) => b.minimumLevel - a.minimumLevel)[0]
  if (contact === undefined || highest === undefined) return undefined
  const waited = at - (timeMs(contact.enteredAt) ?? at)
  if (highest.minimumLevel < HIGH_LEVEL && waited < LONG_WAIT_MS) return undefined
  const own = agent.skills.find((skill) => skill.skillId === highest.skillId)
  const able = own === undefined ? '' : ` (${own.skillId} ${own.level})`
  const needs = `needs ${highest.skillId} ${highest.minimumLevel}`
  const after = waited < LONG_WAIT_MS ? '' : `, after ${minutes(waited)}`
  return `${agent.displayName}${able} takes ${contact.contactId}, which ${needs}${after}`
}

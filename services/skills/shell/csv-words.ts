import { idPatterns, type RejectedInput } from '@evenkeel/chassis/errors'
import {
  type ChannelWeight,
  channels,
  type Grant,
  type Source,
  sources,
  timeMsMax,
  usualHandleTimePermille,
} from '../core/index.ts'
import { malformedCell } from '@evenkeel/chassis/importing'
import { grantOf, weightOf } from './translate/profiles.ts'

/** The words in the cells of a file: levels of skills, and channels; read and written alike. */

const dayMs = 86_400_000
const time = '\\d{4}-\\d{2}-\\d{2}(?:T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,3})?Z)?'
const grantPattern = new RegExp(
  `^([^:@]+):(\\d{1,3})((?::[a-z0-9]+){0,2})(?:@(${time})?\\.\\.(${time})?)?$`,
)
const weightPattern = /^([^:@]+):(\d{1,3})(:uninterruptible)?(:on-request)?$/

/** tax:3, french:2:provisional:1400@2026-01-01..2026-12-31, french:2@2026-01-01T08:00:00Z.. */
export function grantIn(word: string): Grant {
  const [, skillId = '', level = '', more = '', from, until] = grantPattern.exec(word) ?? []
  if (!idPatterns.slug.pattern.test(skillId)) throw malformedGrant(word)
  return grantOf('skills', {
    skillId,
    level: Number(level),
    ...optionsIn(more, word),
    validFrom: from === undefined ? undefined : instantOf(from),
    validUntil: until === undefined ? undefined : endOf(until),
  })
}

/** ":provisional:1400", either of them or none. */
function optionsIn(text: string, word: string): Pick<Grant, 'source' | 'handleTimePermille'> {
  let source: Source | undefined
  let handleTimePermille: number | undefined
  for (const option of text.split(':').filter((one) => one !== '')) {
    const named = sources.find((known) => known === option && known !== 'unsaid')
    if (named !== undefined && source === undefined) source = named
    else if (/^\d{1,6}$/.test(option) && handleTimePermille === undefined) {
      handleTimePermille = Number(option)
    } else throw malformedGrant(word)
  }
  return {
    source: source ?? 'unsaid',
    handleTimePermille: handleTimePermille ?? usualHandleTimePermille,
  }
}

const malformedGrant = (word: string): RejectedInput =>
  malformedCell('skills', word, 'like tax:3 or french:2:provisional:1400@2026-01-01..2026-12-31')

export function weightIn(word: string): ChannelWeight {
  const [, name, weight = '', uninterruptible, onRequest] = weightPattern.exec(word) ?? []
  const channel = channels.find((known) => known === name)
  if (channel === undefined) {
    const examples = 'voice:100, email:20:uninterruptible or chat:30:on-request'
    throw malformedCell('channels', word, `like ${examples}, with one of ${channels.join(' ')}`)
  }
  return {
    channel,
    weight: weightOf('channels', Number(weight)),
    uninterruptible: uninterruptible !== undefined,
    onRequest: onRequest !== undefined,
  }
}

export function grantWord(grant: Grant): string {
  const { source, handleTimePermille, validFrom, validUntil } = grant
  const options = [
    ...(source === 'unsaid' ? [] : [source]),
    ...(handleTimePermille === usualHandleTimePermille ? [] : [String(handleTimePermille)]),
  ]
  const word = [grant.skillId, String(grant.level), ...options].join(':')
  if (validFrom === undefined && validUntil === undefined) return word
  const from = validFrom === undefined ? '' : timeWord(validFrom, validFrom)
  const until = validUntil === undefined ? '' : timeWord(validUntil, validUntil - dayMs)
  return `${word}@${from}..${until}`
}

export function weightWord({ channel, onRequest, uninterruptible, weight }: ChannelWeight): string {
  const options = [uninterruptible ? ':uninterruptible' : '', onRequest ? ':on-request' : '']
  return `${channel}:${weight}${options.join('')}`
}

/** A whole day by its name, any other instant in full. */
function timeWord(ms: number, day: number): string {
  const whole = ms % dayMs === 0 && day >= 0
  return whole ? new Date(day).toISOString().slice(0, 10) : new Date(ms).toISOString()
}

/** People mean the last day to count; valid_until is the instant after it. */
function endOf(text: string): number {
  const ms = instantOf(text)
  return text.includes('T') ? ms : Math.min(ms + dayMs, timeMsMax)
}

/**
 * Days are of UTC: a file says nothing of places. 2026-02-30 is refused rather than carried into
 * March.
 */
function instantOf(text: string): number {
  const ms = Date.parse(text.includes('T') ? text : `${text}T00:00:00Z`)
  const named = text.replace(/Z$/, '').replace(/\.\d+$/, '')
  const real = !Number.isNaN(ms) && ms >= 0 && new Date(ms).toISOString().startsWith(named)
  if (!real) throw malformedCell('skills', text, 'a day or a time in UTC of the years 1970-9999')
  return ms
}

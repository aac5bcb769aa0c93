import {
  type ErrorTable,
  importErrors,
  type Outcome,
  type Rejection,
} from '@evenkeel/chassis/protocol'

/** What this service refuses, beside the errors that all services share. */
export const errors = {
  POOL_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: true,
    message:
      'Pool "{value}" is not known here. Create it with PutPool; a new pool arrives within milliseconds, so try again.',
  },
  SKILL_UNKNOWN: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      '{field}: skill "{value}" is not in the catalogue of pool "{pool}". Create it with PutSkill first.',
  },
  LEVEL_OUT_OF_RANGE: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field}: level {value} of skill "{skill}" is not within 1 to {limit}.',
  },
  LEVEL_IN_USE: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      '{field}: {agents} profile(s) hold skill "{skill}" above level {value}, up to level {limit}. Lower them first.',
  },
  LEVEL_REQUIRED: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      '{field}: {templates} requirement template(s) ask for skill "{skill}" above level {value}, up to level {limit}. Change them first.',
  },
  TOO_MANY_MEANINGS: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field}: {value} meanings for the {limit} level(s) of skill "{skill}".',
  },
  SKILL_NOT_FOUND: {
    status: 'NOT_FOUND',
    retryable: false,
    message: 'Skill "{value}" is not in the catalogue of pool "{pool}". Create it with PutSkill.',
  },
  VALIDITY_OVERLAPS: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message:
      '{field}: skill "{value}" has two levels at {limit}. End the first before the second begins.',
  },
  LOGIN_TAKEN: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      '{field}: login "{value}" belongs to agent "{limit}", capital letters or not. Change that first.',
  },
  MASK_UNKNOWN: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field}: "{value}" is none of {limit}.',
  },
  FILTER_MALFORMED: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field}: "{value}" is not {limit}.',
  },
  TEMPLATE_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: false,
    message: 'Template "{value}" does not exist in pool "{pool}". Create it with PutTemplate.',
  },
  TOO_MANY_TEMPLATES: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: false,
    message:
      '{field}: template "{value}" can not be added, the {scope} has its {limit} templates already.',
  },
  ETAG_MISMATCH: {
    status: 'ABORTED',
    retryable: false,
    message:
      '{field}: you sent "{value}", it is "{limit}" now (empty: it does not exist). Read it again, then edit that.',
  },
  AGENT_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: false,
    message: 'Agent "{value}" has no profile in pool "{pool}". Create it with PutAgent.',
  },
  AGENT_IN_OTHER_POOL: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      '{field}: agent "{value}" belongs to another pool. An agent has one pool; remove the profile there first.',
  },
  TOO_MANY_POOLS: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: false,
    message: 'Pool "{value}" can not be taken in: this partition has {limit} pools already.',
  },
  TOO_MANY_SKILLS: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: false,
    message:
      '{field}: skill "{value}" can not be added, the {scope} has its {limit} skills already.',
  },
  TOO_MANY_AGENTS: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: false,
    message:
      '{field}: agent "{value}" can not be added, the {scope} has its {limit} agents already.',
  },
  SHIFT_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: false,
    message:
      '{field}: agent "{agent}" has no shift "{value}". ListShifts has those that there are.',
  },
  SHIFT_OVERLAP: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      '{field}: shift "{value}" of agent "{agent}" ({span}) overlaps shift "{other}" ({limit}). Change or remove that one first.',
  },
  SHIFT_ID_TAKEN: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      '{field}: agent "{agent}" has a shift "{value}" already ({limit}), outside the span that is replaced. Choose another id.',
  },
  SHIFT_RANGE: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message: '{field}: the shift {value} must {limit}.',
  },
  SHIFT_LENGTH: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field}: the shift lasts {value} minutes, allowed are {limit}.',
  },
  ACTIVITY_OUTSIDE: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field}: {value} is not within its shift ({limit}).',
  },
  ACTIVITY_OVERLAP: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field}: {value} overlaps {limit}. Nobody does two things at once.',
  },
  TOO_MANY_SHIFTS: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: false,
    message:
      '{field}: the shifts of agent "{value}" can not be stored, the limit per {scope} is {limit}.',
  },
  TOO_MANY_COURSES: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: false,
    message:
      '{field}: course "{value}" can not be added, the {scope} has its {limit} courses already.',
  },
  COURSE_UNKNOWN: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      '{field}: there is no course "{value}" in pool "{pool}". Create it with PutCourse first.',
  },
  COURSE_CHANGED: {
    status: 'ABORTED',
    retryable: true,
    message: '{field}: course "{value}" was edited at this moment. Send the record again.',
  },
  RECORD_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: false,
    message: '{field}: agent "{agent}" has no training record of {value}.',
  },
  TRAINING_IN_FUTURE: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message:
      '{field}: {value} has not begun where the pool is. Record a course when it is over; valid_from may be later.',
  },
  TOO_MANY_RECORDS: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: false,
    message:
      '{field}: no more can be added, the {scope} has its {limit} {value} already. Remove some that have run out.',
  },
  CSV_CELL_TOO_MANY: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field}: {value} in one cell, the limit is {limit}.',
  },
  CSV_DAY_LEFT: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field}: the day {value} stays as it was, since line {limit} of it is wrong.',
  },
  CSV_LOGIN_REPEATED: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field}: login "{value}" is in line {limit} already; that line counts.',
  },
  CSV_AGENT_REPEATED: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field}: agent "{value}" is in line {limit} already; that line counts.',
  },
  CSV_RECORD_REPEATED: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field}: {value} of agent "{agent}" is in line {limit} already; that line counts.',
  },
  COMBINATIONS_MISSING: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      '{field}: none is given, and pool "{pool}" has no requirement template. Give some, or put a template.',
  },
  ...importErrors,
} as const satisfies ErrorTable

export type SkillsErrorCode = keyof typeof errors

export function rejection(code: SkillsErrorCode, fields: Rejection['fields']): Rejection {
  return { code, fields }
}

export function refuse(
  code: SkillsErrorCode,
  fields: Rejection['fields'],
): Outcome<never> & { readonly ok: false } {
  return { ok: false, rejection: rejection(code, fields) }
}

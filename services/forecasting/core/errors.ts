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
  QUEUE_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: true,
    message:
      'Queue "{value}" of pool "{pool}" is not known here. Create it with PutQueue; a new queue arrives within milliseconds, so try again.',
  },
  ETAG_MISMATCH: {
    status: 'ABORTED',
    retryable: false,
    message:
      '{field}: you sent "{value}", it is "{limit}" now (empty: it does not exist). Read it again, then edit that.',
  },
  TOO_MANY_POOLS: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: false,
    message: 'Pool "{value}" can not be taken in: this partition has {limit} pools already.',
  },
  TOO_MANY_QUEUES: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: false,
    message: 'Queue "{value}" can not be taken in: this partition has {limit} queues already.',
  },
  TOO_MANY_AGENTS: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: false,
    message: 'Agent "{value}" can not be taken in: this partition has {limit} agents already.',
  },
  STAFFING_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: true,
    message:
      '{field}: what queue "{value}" of pool "{pool}" needs on {date} is not known, since no forecast of that day is. Days from today on are forecast once something is known of the days before.',
  },
  STAFFING_MISSHAPEN: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field}: has {value} intervals, and there must be {limit}.',
  },
  TOO_MANY_STAFFINGS: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: false,
    message:
      '{field}: no more days of queue "{value}" can be kept, this partition has {limit} already.',
  },
  TOO_MANY_DAYS: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: false,
    message:
      '{field}: no more days of queue "{value}" can be counted, this partition has {limit} days of queues already.',
  },
  INCIDENT_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: false,
    message: 'Incident "{value}" of pool "{pool}" is not known, or was forgotten after two years.',
  },
  INCIDENT_OVER: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message: '{field}: incident "{value}" is over. Declare another one, with an id of its own.',
  },
  INCIDENT_AHEAD: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message:
      '{field} is {value} ms ahead. An incident has begun; leave the field out for now, and put what is to come as a planned event.',
  },
  INCIDENT_SPAN: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field} is {value} ms after its beginning; it must be at least {limit} ms.',
  },
  INCIDENT_TOO_LONG: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message:
      '{field} is {value} days after its beginning, the limit is {limit}. What lasts longer is how things are.',
  },
  TOO_MANY_INCIDENTS: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: false,
    message: '{field}: "{value}" can not be declared, there are {limit} incidents already.',
  },
  TOO_MANY_CALENDARS: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: false,
    message:
      'Calendar "{value}" can not be taken in: this partition has {limit} calendars already.',
  },
  EVENT_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: false,
    message:
      'Planned event "{value}" of pool "{pool}" is not known, or was deleted, or forgotten after two years.',
  },
  EVENT_SPAN: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field} is {value} ms after its beginning; it must be at least {limit} ms.',
  },
  EVENT_TOO_LONG: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message:
      '{field} is {value} days after its beginning, the limit is {limit}. Put what lasts longer as several events.',
  },
  EVENT_TOO_FAR: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field} is {value} days ahead, the limit is {limit}.',
  },
  EVENT_TOO_OLD: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field} was {value} days ago; more than {limit} days are not kept.',
  },
  EVENT_CLOSED: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      '{field}: of {contacts} contacts expected in queue "{value}", {closed} come while it is closed; it opens {opens}. Move the event, or accept it with accept_closed.',
  },
  TOO_MANY_EVENTS: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: false,
    message: '{field}: "{value}" can not be put, there are {limit} planned events already.',
  },
  SELF_SERVICE_AHEAD: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field} is {value} ms ahead. Report what has begun.',
  },
  SELF_SERVICE_TOO_OLD: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field} is {value} days ago; more than {limit} days are not kept.',
  },
  TOO_MANY_TOPICS: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: false,
    message:
      '{field}: "{value}" would be one more than the {limit} topics that a queue may have. Report several as one.',
  },
  TOO_MANY_SELF_SERVICE_DAYS: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: false,
    message:
      '{field}: no more self-service of queue "{value}" can be kept, this partition has {limit} days of topics already.',
  },
  HISTORY_INTERVAL: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message:
      '{field}: how long an interval of the file is can not be told: most lines of a queue are {value} minutes apart. Name it: {limit} minutes.',
  },
  HISTORY_REPEATED: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field}: {value} is in line {limit} already; that line counts.',
  },
  HISTORY_TOO_OLD: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field} is {value} days ago; more than {limit} days are not kept.',
  },
  HISTORY_AHEAD: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field}: the interval ends {value} minutes from now; only what is over is history.',
  },
  HISTORY_COUNTED: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      '{field}: queue "{value}" has counted this interval itself, and that count stays. If it is wrong, declare a data gap first.',
  },
  FORECAST_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: true,
    message:
      'Nothing is known yet of what comes to queue "{value}" of pool "{pool}" on that day ("{date}"): days are forecast up to a week ahead, the night after a first whole day has been counted or when history is imported, and kept for two weeks.',
  },
  FORECAST_MISSHAPEN: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: '{field}: a forecast has {limit} intervals, not {value}.',
  },
  TOO_MANY_FORECASTS: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: false,
    message:
      '{field}: no more days of queue "{value}" can be forecast, this partition has {limit} already.',
  },
  ...importErrors,
} as const satisfies ErrorTable

export type ForecastingErrorCode = keyof typeof errors

export function rejection(code: ForecastingErrorCode, fields: Rejection['fields']): Rejection {
  return { code, fields }
}

export function refuse(
  code: ForecastingErrorCode,
  fields: Rejection['fields'],
): Outcome<never> & { readonly ok: false } {
  return { ok: false, rejection: rejection(code, fields) }
}

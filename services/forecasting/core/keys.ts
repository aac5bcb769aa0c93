/** Keys of rows. '/' is in no id. */

export const queueKey = (pool: string, queueId: string): string => `${pool}/${queueId}`

export const incidentKey = (pool: string, incidentId: string): string => `${pool}/${incidentId}`
export const calendarKey = (pool: string, calendarId: string): string => `${pool}/${calendarId}`

export const plannedKey = (pool: string, eventId: string): string => `${pool}/${eventId}`

/** `queue`: its key; `day`: days since 1970, UTC. */
export const selfServiceKey = (queue: string, topic: string, day: number): string =>
  `${queue}/${topic}/${day}`

/** `date`: yyyy-mm-dd in the pool's zone. */
export const forecastKey = (queue: string, date: string): string => `${queue}/${date}`

/** `day`: days since 1970, UTC. */
export const dayKey = (queue: string, day: number): string => `${queue}/${day}`

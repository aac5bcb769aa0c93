/** Keys of rows. '/' is in no id. */

export const keyOf = (pool: string, id: string): string => `${pool}/${id}`

/** `day`: days since 1970, UTC. */
export const ledgerKey = (agent: string, day: number): string => `${agent}/${day}`

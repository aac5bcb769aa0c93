/** Ids have no '/', so no two pairs share a key. */
export function skillKey(pool: string, skillId: string): string {
  return `${pool}/${skillId}`
}

export const courseKey = skillKey

/** "<course>/<yyyy-mm-dd>": a record among its agent's. */
export function recordIdOf(courseId: string, date: string): string {
  return `${courseId}/${date}`
}

/** An agent is in one pool of its partition, so the pool is no part of it. */
export function trainingKey(agentId: string, recordId: string): string {
  return `${agentId}/${recordId}`
}

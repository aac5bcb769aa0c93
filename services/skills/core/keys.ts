/** Ids have no '/', so no two pairs share a key. */
export function skillKey(pool: string, skillId: string): string {
  return `${pool}/${skillId}`
}

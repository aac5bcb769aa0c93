/**
 * The partition of a pool in a log of so many. Computed and never recorded, so all services and all
 * replicas agree without asking each other. Every record that exists was placed by it: a change
 * here, or of the count, would look for every pool in the wrong place. Genesis holds the count.
 */
export function partitionOf(pool: string, partitions: number): number {
  // FNV-1a over the id's bytes; ids are ASCII by their pattern.
  let hash = 0x811c9dc5
  for (let i = 0; i < pool.length; i++) {
    hash = Math.imul(hash ^ (pool.charCodeAt(i) & 0xff), 0x01000193)
  }
  // FNV's low bits alone depend on little of the id; murmur3's finaliser mixes them with the rest.
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  hash ^= hash >>> 16
  return (hash >>> 0) % partitions
}

import type { Environment } from './read.ts'

/** What the process was started with. The only place in the repository that reads process.env. */
export function environment(): Environment {
  return { ...process.env }
}

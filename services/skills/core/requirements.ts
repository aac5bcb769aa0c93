import { limits } from './limits.ts'

/** A floor for one skill, as routing has it. */
export interface Requirement {
  readonly skillId: string
  readonly minimumLevel: number
  /** Provisional levels do not count. */
  readonly fullyQualified: boolean
}

/** "tax:10!," */
export const requirementsBytesMax = limits.requirementsPerTemplate * (limits.idBytes + 5)

/** One text for one set: ids ascending, "!" for fully qualified. Ids have no ':'. */
export function requirementsText(requirements: readonly Requirement[]): string {
  return requirements
    .toSorted((a, b) => (a.skillId < b.skillId ? -1 : 1))
    .map((one) => `${one.skillId}:${one.minimumLevel}${one.fullyQualified ? '!' : ''}`)
    .join(',')
}

/** What requirementsText wrote. */
export function requirementsOf(text: string): readonly Requirement[] {
  if (text === '') return []
  return text.split(',').map((one) => {
    const [skillId = '', floor = ''] = one.split(':')
    const fullyQualified = floor.endsWith('!')
    return { skillId, minimumLevel: Number.parseInt(floor, 10), fullyQualified }
  })
}

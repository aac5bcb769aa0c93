import { brokerFaults } from './brokers.ts'
import type { Fault } from './fault.ts'
import { foreignFaults } from './foreign.ts'
import { leaderFaults } from './leaders.ts'
import { processFaults } from './processes.ts'

const ALL: Readonly<Record<'kafka' | 'sqlite', readonly Fault[]>> = {
  kafka: [...leaderFaults, ...brokerFaults, ...foreignFaults],
  sqlite: processFaults,
}

/** Those that have every one of the words in their row, name or description. */
export function faults(on: 'kafka' | 'sqlite', words: string): readonly Fault[] {
  const wanted = words.toLowerCase().split(/\s+/)
  return ALL[on].filter(({ row, name, what }) => {
    const text = `${row} ${name} ${what}`.toLowerCase()
    return wanted.every((word) => text.includes(word))
  })
}

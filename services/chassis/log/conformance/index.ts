export type { Freedoms, Opened, Subject, SubjectFactory } from './subject.ts'
export { logConformance } from './log.ts'
export { streamsConformance } from './streams.ts'

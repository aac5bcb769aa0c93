export * from './core.ts'
export * from './errors.ts'
export * from './limits.ts'
export type * from './record.ts'

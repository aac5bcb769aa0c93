export { type Material, packedUp } from './history.ts'
export type { Answer, Learn, Update } from './questions.ts'
export { Workers } from './workers.ts'

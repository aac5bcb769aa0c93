/**
 * What a core may know of analysis: + - * / only, so the same bits on every machine and engine.
 * Arguments out of range are a CoreFault; NaN is out of every range.
 */
export { incompleteBeta } from './beta.ts'
export { exp, log } from './exponent.ts'
export { incompleteGamma, logGamma, normalBelow } from './gamma.ts'

import { noCatch, noDoubleCast } from './casts.ts'
import { coreFence } from './core-fence.ts'
import { importDirections } from './imports.ts'
import { noObjectMaps } from './object-maps.ts'

/** Rules of this repository that no linter has; .oxlintrc.json says where each holds. */
export default {
  meta: { name: 'evenkeel' },
  rules: {
    'core-fence': coreFence,
    'import-directions': importDirections,
    'no-catch': noCatch,
    'no-double-cast': noDoubleCast,
    'no-object-maps': noObjectMaps,
  },
}

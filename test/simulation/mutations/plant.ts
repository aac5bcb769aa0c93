import { registerHooks } from 'node:module'
import type { Mutation } from './list.ts'

/** From now on, in this thread, the file is loaded with the bug in it. */
export function plant(mutation: Mutation): void {
  const { file, find, replace, name } = mutation
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      if (!url.endsWith(`/services/${file}`)) return loaded
      const source = String(loaded.source)
      const times = source.split(find).length - 1
      if (times !== 1) {
        throw new Error(`mutation "${name}": its text occurs ${times} times in ${file}, not once`)
      }
      return { ...loaded, source: source.replace(find, () => replace) }
    },
  })
}

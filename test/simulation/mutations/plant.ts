import { readdirSync, readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Mutation } from './list.ts'

const services = fileURLToPath(new URL('../../../services', import.meta.url))

/** The one file that holds the text. Throws when the code has moved on without its mutation. */
export function locate({ room, find, name }: Mutation): string {
  const folder = join(services, room)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('test/'))
    .map((file) => join(folder, file))
  const holders = files.flatMap((file) => {
    const times = readFileSync(file, 'utf8').split(find).length - 1
    return Array.from({ length: times }, () => file)
  })
  const [holder] = holders
  if (holder !== undefined && holders.length === 1) return holder
  const where = `services/${room}`
  throw new Error(
    `mutation "${name}": its text occurs ${holders.length} times in ${where}, not once`,
  )
}

/** From now on, in this thread, the code is loaded with the bug in it. */
export function plant(mutation: Mutation): void {
  const file = locate(mutation)
  const planted = pathToFileURL(file).href
  const { find, replace } = mutation
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      if (url !== planted) return loaded
      return { ...loaded, source: readFileSync(file, 'utf8').replace(find, () => replace) }
    },
  })
}

import { ConfigError } from '@evenkeel/chassis/config'
import { contents } from '@evenkeel/chassis/security'

/** Tokens live for minutes, and whoever renews them writes the file before they end. */
const LOOK_MS = 10_000

/**
 * The token in a file, looked at again now and then; one that can't be read changes nothing.
 * `setting` is what names the file. Throws ConfigError where there is none to begin with.
 */
export function tokenIn(setting: string, file: string): () => string {
  let token = read(setting, file)
  let lookedMs = performance.now()
  return () => {
    if (performance.now() - lookedMs < LOOK_MS) return token
    lookedMs = performance.now()
    try {
      token = read(setting, file)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
    }
    return token
  }
}

function read(setting: string, file: string): string {
  const token = contents(setting, file).toString('utf8').trim()
  if (/^[\w.~+/=-]+$/.test(token)) return token
  throw new ConfigError([`${setting}: ${file} holds no token and nothing else`])
}

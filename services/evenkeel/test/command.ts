import { run } from '../commands/index.ts'

/** The command line as if typed: its exit code, and what came of it. */
export async function command(...args: readonly string[]) {
  let out = ''
  let err = ''
  const code = await run(args, {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    live: false,
    interrupted: new AbortController().signal,
  })
  return { code, out, err }
}

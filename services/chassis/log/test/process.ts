import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const appender = fileURLToPath(new URL('./appender.ts', import.meta.url))

/** An appender at work in another process. */
export interface Appender {
  readonly process: ChildProcess
  /** Calls `each` with every line; resolves with all of them when the process has ended. */
  lines(each?: (line: string) => void): Promise<readonly string[]>
}

export function startAppender(
  file: string,
  options: { readonly size?: number; readonly batch?: number; readonly fileKbMax?: number } = {},
): Appender {
  const { size = 100, batch = 1, fileKbMax } = options
  const command = [process.execPath, appender, file, String(size), String(batch)]
  const limit = fileKbMax === undefined ? '' : `ulimit -f ${fileKbMax}; `
  const child = spawn('bash', ['-c', `${limit}exec "$@"`, 'bash', ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  return {
    process: child,
    async lines(each = () => {}) {
      const lines: string[] = []
      for await (const line of createInterface({ input: child.stdout })) {
        lines.push(line)
        each(line)
      }
      await exited
      return lines
    },
  }
}

/** The last head of which the process was told that it is durable. */
export function acknowledged(lines: readonly string[]): number {
  let head = 0
  for (const line of lines) {
    const [word, count] = line.split(' ')
    if (word === 'acknowledged' || word === 'open') head = Number(count)
  }
  return head
}

/** Where a command talks to people and to programs. */
export interface Terminal {
  /** Results. */
  out(text: string): void
  /** Everything else: progress, warnings, errors. */
  err(text: string): void
  /** A person looks at standard output, which can be drawn over. */
  readonly live: boolean
  /** Aborted when the person or the system asks the command to end. */
  readonly interrupted: AbortSignal
}

export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** The whole help page. */
  help(): string
  /** Resolves with the exit code. */
  run(args: readonly string[], terminal: Terminal): Promise<number>
}

/** Exit codes, the same for every command. */
export const EXIT = {
  done: 0,
  /** Violations were found, or the command could not go on. */
  failed: 1,
  /** The command line, or what it names, can't be used. */
  usage: 2,
  /** Done, but lines of the file were broken and left out. */
  brokenLines: 3,
  /** With --check: the system is not as the file says. */
  drift: 4,
  interrupted: 130,
} as const

const COLUMNS_LEAST = 40
const ROWS_LEAST = 10

/**
 * Whether a view can be drawn over on it. A terminal that tells no size (0 columns: a bare pty of
 * some CI) or hardly any gets lines instead: whatever wraps there would tear the picture apart.
 */
export function drawable(stream: {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}): boolean {
  const { isTTY = false, columns = 0, rows = 0 } = stream
  return isTTY && columns >= COLUMNS_LEAST && rows >= ROWS_LEAST
}

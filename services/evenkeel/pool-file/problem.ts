/** What is wrong, and where in the file. */
export interface Problem {
  /** 1 is the first line. */
  readonly line: number
  /** e.g. queues[3].callback.offer_above; empty: the file as a whole. */
  readonly path: string
  readonly text: string
}

/** One screen of work for whoever mends the file; all are counted. */
const SHOWN_MAX = 100

/** Nothing was done, for all of these. */
export class ProblemsFound extends Error {
  override readonly name = 'ProblemsFound'
  readonly problems: readonly Problem[]

  constructor(file: string, problems: readonly Problem[]) {
    super(inWords(file, problems))
    this.problems = problems
  }
}

/** file:line: path: text, in the order of the lines; the first hundred. */
export function inWords(file: string, problems: readonly Problem[]): string {
  const shown = problems.toSorted((a, b) => a.line - b.line).slice(0, SHOWN_MAX)
  const lines = shown.map(({ line, path, text }) => {
    const where = path === '' ? '' : `${path}: `
    return `${file}:${line}: ${where}${text}`
  })
  const more = problems.length - shown.length
  return [...lines, ...(more > 0 ? [`and ${more} more, ${problems.length} in all`] : [])].join('\n')
}

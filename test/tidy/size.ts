import { perLine, type SourceFile } from './repository.ts'

export const LINE_COLUMNS_MAX = 100
export const FILE_LINES_MAX = 400
export const MAIN_LINES_MAX = 20

/** Files that are longer than a file should be, and why that is better than two files. */
export const longFiles: ReadonlyMap<string, string> = new Map<string, string>([])

export function tooWide(file: SourceFile): readonly string[] {
  const max = columnsMax(file.path)
  if (max === undefined) return []
  return perLine(file, (line) => {
    const columns = [...line].length
    if (columns <= max || onOneLine(line)) return undefined
    return `${columns} columns, at most ${max}; wrap it`
  })
}

function onOneLine(line: string): boolean {
  return isLiteral(line) || isRpc(line) || isImportOfOne(line)
}

/** One literal and nothing else: cut in two, nobody finds it by searching for what it says. */
function isLiteral(line: string): boolean {
  return /^\s*(?:'[^']*'|"[^"]*"|`[^`]*`|\/.*\/[a-z]*)[,)]*$/.test(line)
}

export function tooLong(
  file: SourceFile,
  exceptions: ReadonlyMap<string, string>,
): readonly string[] {
  if (!/\.(ts|js)$/.test(file.path)) return []
  const lines = file.text.trimEnd().split('\n').length
  const main = /^services\/[^/]+\/main\.ts$/.test(file.path)
  if (main && lines > MAIN_LINES_MAX) {
    return [`${file.path}:1: main.ts has ${lines} lines, at most ${MAIN_LINES_MAX}; move the work`]
  }
  const allowed = exceptions.has(file.path)
  if (lines > FILE_LINES_MAX && !allowed) {
    return [`${file.path}:1: ${lines} lines, at most ${FILE_LINES_MAX}; divide it by subject`]
  }
  if (lines <= FILE_LINES_MAX && allowed) {
    return [`${file.path}:1: no longer too long; take it off the list in test/tidy/size.ts`]
  }
  return []
}

/** An entry of the list whose file is gone would excuse the next file of that name. */
export function staleExceptions(
  files: readonly SourceFile[],
  exceptions: ReadonlyMap<string, string>,
): readonly string[] {
  const known = new Set(files.map((file) => file.path))
  return [...exceptions.keys()]
    .filter((path) => !known.has(path))
    .map((path) => `test/tidy/size.ts:1: ${path} does not exist; take it off the list`)
}

/** `buf format` puts a method on one line, whatever its names are. */
function isRpc(line: string): boolean {
  return /^ {2}rpc \w+\(.*\) returns \(.*\)(?:;| \{)$/.test(line)
}

/** The formatter puts it on one line, whatever the name and the path are. */
function isImportOfOne(line: string): boolean {
  return /^import (?:type )?\{ [^,]+ \} from '[^']+'$/.test(line)
}

function columnsMax(path: string): number | undefined {
  if (path.startsWith('proto/vendor/')) return undefined
  return /\.(ts|js|proto)$/.test(path) ? LINE_COLUMNS_MAX : undefined
}

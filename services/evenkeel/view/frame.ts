/**
 * Colours of the view, by what they mean; the terminal and the picture each have their own for
 * them.
 */
export type Tone =
  | 'plain'
  | 'dim'
  | 'strong'
  | 'good'
  | 'warn'
  | 'bad'
  | 'accent'
  | 'title'
  | 'faint'

export interface Span {
  readonly text: string
  readonly tone: Tone
}

export type Line = readonly Span[]

/** A picture of one moment, as lines of coloured text. */
export type Frame = readonly Line[]

export function span(text: string, tone: Tone = 'plain'): Span {
  return { text, tone }
}

export function left(text: string, width: number, tone: Tone = 'plain'): Span {
  return span(clipped(text, width).padEnd(width), tone)
}

export function right(text: string, width: number, tone: Tone = 'plain'): Span {
  return span(clipped(text, width).padStart(width), tone)
}

export function clipped(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}

/** The words of a text in lines of a width; a word that is longer is cut off. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    const longer = last === undefined ? word : `${last} ${word}`
    if (last !== undefined && longer.length <= width) lines[lines.length - 1] = longer
    else lines.push(clipped(word, width))
  }
  return lines
}

/** A line cut off where the canvas ends. */
export function fitted(line: Line, columns: number): Line {
  let room = columns
  return line.flatMap(({ text, tone }) => {
    const shown = [...text].slice(0, Math.max(0, room)).join('')
    room -= [...text].length
    return shown === '' ? [] : [{ text: shown, tone }]
  })
}

export function textOf(line: Line): string {
  return line.map((one) => one.text).join('')
}

const BLOCKS = ' ▁▂▃▄▅▆▇█'

/** The last `width` values as bars, the highest of them full. */
export function sparkline(values: readonly number[], width: number): string {
  const shown = values.slice(-width)
  const most = Math.max(1, ...shown)
  const bars = shown.map((value) => {
    const step = value <= 0 ? 0 : Math.max(1, Math.round((value / most) * (BLOCKS.length - 1)))
    return BLOCKS[step] ?? ' '
  })
  return bars.join('').padStart(width)
}

/** Nothing where there is no room: a window may shrink to any size while it is looked at. */
export function bar(share: number, width: number): { full: string; rest: string } {
  const room = Math.max(0, width)
  const full = Math.round(Math.min(1, Math.max(0, share)) * room)
  return { full: '━'.repeat(full), rest: '─'.repeat(room - full) }
}

export function clockTime(sinceMidnightMs: number): string {
  const minutes = Math.floor(sinceMidnightMs / 60_000)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`
}

/** e.g. 45s, 3m20, 1h05. */
export function brief(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}`
  return `${Math.floor(seconds / 3600)}h${two(Math.floor((seconds % 3600) / 60))}`
}

export function bytesShown(bytes: number): string {
  if (bytes < 1e4) return `${bytes} B`
  return bytes < 1e7 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}

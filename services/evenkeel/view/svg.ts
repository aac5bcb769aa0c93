import type { Frame, Tone } from './frame.ts'

const FILLS: Readonly<Record<Tone, string>> = {
  plain: '#c9d1d9',
  dim: '#8b949e',
  strong: '#ffffff',
  good: '#7ee787',
  warn: '#e3b341',
  bad: '#ff7b72',
  accent: '#79c0ff',
  title: '#79c0ff',
  faint: '#484f58',
}

const FONTS = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"
const CELL_WIDTH = 8.4
const CELL_HEIGHT = 19
const MARGIN = 20
const BAR_HEIGHT = 34
const BLOCKS = ' ▁▂▃▄▅▆▇█'
/** Characters that fonts draw at other widths or not at all: drawn as shapes. */
const DRAWN = /^[▁▂▃▄▅▆▇█ ]+$|^[━─]+$/

/**
 * A frame as a picture of a terminal, of `columns`, under the command that shows it; every run of
 * text is pinned to its cells, whatever the font.
 */
export function toSvg(frame: Frame, columns: number, caption: string): string {
  const width = Math.ceil(columns * CELL_WIDTH + 2 * MARGIN)
  const height = Math.ceil(frame.length * CELL_HEIGHT + 2 * MARGIN + BAR_HEIGHT)
  const cells = frame.flatMap((line, row) => {
    const top = BAR_HEIGHT + MARGIN + row * CELL_HEIGHT
    let column = 0
    return line.flatMap(({ text, tone }) => {
      const from = column
      column += [...text].length
      return text.trim() === '' ? [] : [run(text, tone, from, top)]
    })
  })
  const size = `width="${width}" height="${height}"`
  const edge = `x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10"`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${width} ${height}" role="img">`,
    '<title>A day of contacts, routed: the view of evenkeel demo</title>',
    `<rect ${edge} fill="#0d1117" stroke="#30363d"/>`,
    ...['#ff5f57', '#febc2e', '#28c840'].map(
      (fill, index) => `<circle cx="${MARGIN + 6 + index * 20}" cy="22" r="6" fill="${fill}"/>`,
    ),
    `<text x="${width / 2}" y="26" text-anchor="middle" ${font(13)} fill="#8b949e">`,
    `${escaped(caption)}</text>`,
    `<g ${font(14)} xml:space="preserve">`,
    ...cells,
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

function font(size: number): string {
  return `font-family="${FONTS}" font-size="${size}"`
}

/** Text without the blanks around it, at its cells. */
function run(text: string, tone: Tone, from: number, top: number): string {
  const trimmed = text.trim()
  const column = from + text.length - text.trimStart().length
  const x = MARGIN + column * CELL_WIDTH
  if (DRAWN.test(trimmed)) return shapes(trimmed, tone, x, top)
  const length = [...trimmed].length * CELL_WIDTH
  const weight = tone === 'strong' || tone === 'title' ? ' font-weight="600"' : ''
  const y = top + 0.74 * CELL_HEIGHT
  const place = `x="${x.toFixed(1)}" y="${y.toFixed(1)}" textLength="${length.toFixed(1)}"`
  const look = `lengthAdjust="spacingAndGlyphs" fill="${FILLS[tone]}"${weight}`
  return `<text ${place} ${look}>${escaped(trimmed).replaceAll(' ', '\u00a0')}</text>`
}

function shapes(text: string, tone: Tone, x: number, top: number): string {
  const characters = [...text]
  if (/^[━─]/.test(text)) {
    const thick = text.startsWith('━') ? 4 : 2
    const y = top + (CELL_HEIGHT - thick) / 2
    const size = `width="${(characters.length * CELL_WIDTH).toFixed(1)}" height="${thick}"`
    return `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${size} rx="1" fill="${FILLS[tone]}"/>`
  }
  const bottom = top + CELL_HEIGHT - 3
  const bars = characters.flatMap((character, index) => {
    const high = (BLOCKS.indexOf(character) / (BLOCKS.length - 1)) * (CELL_HEIGHT - 4)
    if (high === 0) return []
    const left = (x + index * CELL_WIDTH).toFixed(1)
    return [`M${left} ${bottom}v-${high.toFixed(1)}h${CELL_WIDTH - 1.4}V${bottom}z`]
  })
  return `<path d="${bars.join('')}" fill="${FILLS[tone]}"/>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

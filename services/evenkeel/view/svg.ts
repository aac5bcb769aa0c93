import { type Frame, FRAME_COLUMNS, type Tone } from './frame.ts'

const FILLS: Readonly<Record<Tone, string>> = {
  plain: '#d6deeb',
  dim: '#637777',
  strong: '#ffffff',
  good: '#7fdb8a',
  warn: '#ecc48d',
  bad: '#ff6b6b',
  accent: '#7fdbca',
  title: '#82aaff',
}

const CELL_WIDTH = 8.4
const CELL_HEIGHT = 18
const MARGIN = 18
const BAR_HEIGHT = 26

/**
 * A frame as a picture of a terminal; every run of text is pinned to its cells, whatever the font.
 */
export function toSvg(frame: Frame): string {
  const columns = Math.max(FRAME_COLUMNS, ...frame.map(widthOf))
  const width = Math.ceil(columns * CELL_WIDTH + 2 * MARGIN)
  const height = Math.ceil(frame.length * CELL_HEIGHT + 2 * MARGIN + BAR_HEIGHT)
  const texts = frame.flatMap((line, row) => {
    const y = BAR_HEIGHT + MARGIN + (row + 0.75) * CELL_HEIGHT
    let column = 0
    return line.flatMap(({ text, tone }) => {
      const x = MARGIN + column * CELL_WIDTH
      column += [...text].length
      return text.trim() === '' ? [] : [textElement(text, tone, x, y)]
    })
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" rx="9" fill="#011627"/>`,
    ...['#ff5f57', '#febc2e', '#28c840'].map(
      (fill, index) => `<circle cx="${MARGIN + 2 + index * 20}" cy="17" r="6" fill="${fill}"/>`,
    ),
    `<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" xml:space="preserve">`,
    ...texts,
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

function textElement(text: string, tone: Tone, x: number, y: number): string {
  const length = [...text].length * CELL_WIDTH
  const weight = tone === 'strong' || tone === 'title' ? ' font-weight="600"' : ''
  const place = `x="${x.toFixed(1)}" y="${y.toFixed(1)}" textLength="${length.toFixed(1)}"`
  const look = `lengthAdjust="spacingAndGlyphs" fill="${FILLS[tone]}"${weight}`
  return `<text ${place} ${look}>${escaped(text)}</text>`
}

function widthOf(line: Frame[number]): number {
  return line.reduce((sum, { text }) => sum + [...text].length, 0)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

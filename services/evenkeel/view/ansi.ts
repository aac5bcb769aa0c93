import type { Frame, Tone } from './frame.ts'

const CODES: Readonly<Record<Tone, string>> = {
  plain: '',
  dim: '\u001b[90m',
  strong: '\u001b[1m',
  good: '\u001b[32m',
  warn: '\u001b[33m',
  bad: '\u001b[31m',
  accent: '\u001b[36m',
  title: '\u001b[1;36m',
  faint: '\u001b[2;90m',
}
const RESET = '\u001b[0m'

/** A frame for a terminal. */
export function toAnsi(frame: Frame): string {
  return frame
    .map((line) =>
      line.map(({ text, tone }) => (tone === 'plain' ? text : CODES[tone] + text + RESET)).join(''),
    )
    .join('\n')
}

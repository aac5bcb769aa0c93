import { randomBytes } from 'node:crypto'

/** 16 hexadecimal digits that nobody has had before. */
export function randomHex(): string {
  return randomBytes(8).toString('hex')
}

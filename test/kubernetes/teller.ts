/** Says how it goes on, each line with the seconds since the beginning. */
export type Teller = (line: string) => void

export function tellerTo(out: (text: string) => void): Teller {
  const began = performance.now()
  return (line) => {
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    out(`${seconds.padStart(6)} s  ${line}\n`)
  }
}

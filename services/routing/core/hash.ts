const mix = (h: number): number => {
  let x = h
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}

const byteTexts = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

const hex2 = (byte: number): string => byteTexts[byte & 255] ?? ''

const hex8 = (x: number): string => hex2(x >>> 24) + hex2(x >>> 16) + hex2(x >>> 8) + hex2(x)

/**
 * 128 bits of texts and bytes, as 32 hexadecimal digits: four multiplicative lanes with the
 * finaliser of MurmurHash3 (Appleby 2011). For telling contents apart, not against an adversary:
 * ids and contents come from the pool's own platform.
 */
export function hash128(parts: readonly (string | Uint8Array)[]): string {
  let a = 0x9e3779b1
  let b = 0x85ebca77
  let c = 0xc2b2ae3d
  let d = 0x27d4eb2f
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) {
      const code = typeof part === 'string' ? part.charCodeAt(i) : (part[i] ?? 0)
      a = Math.imul(a ^ code, 0x01000193)
      b = Math.imul(b ^ code, 0x5bd1e995) ^ (b >>> 15)
      c = Math.imul(c + code, 0x9e3779b1) ^ (c >>> 13)
      d = (Math.imul(d, 31) + code) | 0
    }
    a = Math.imul(a ^ 0x1ff, 0x01000193)
    b = Math.imul(b ^ 0x2ff, 0x5bd1e995)
    c = Math.imul(c + 0x3ff, 0x9e3779b1)
    d = (Math.imul(d, 31) + 0x4ff) | 0
  }
  const m = mix(a ^ mix(d))
  const n = mix(b ^ m)
  const o = mix(c ^ n)
  return hex8(m) + hex8(n) + hex8(o) + hex8(mix(d ^ o))
}

import { readFileSync } from 'node:fs'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { TlsFiles } from './options.ts'

const KEEP_ALIVE_MS = 60_000

interface Target {
  readonly host: string
  readonly port: number
  readonly onConnect: () => void
}

/** A socket for kafkajs, which leaves Nagle's algorithm on: it holds small appends up by 40 ms. */
export function openSocket(target: Target, tls: TlsFiles | undefined): Socket {
  const { host, port, onConnect } = target
  const socket =
    tls === undefined
      ? connect({ host, port }, onConnect)
      : connectTls({ host, port, ...nameFor(host), ...material(tls) }, onConnect)
  socket.setNoDelay(true)
  socket.setKeepAlive(true, KEEP_ALIVE_MS)
  return socket
}

function nameFor(host: string): { readonly servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {}
}

function material(files: TlsFiles): { ca: Buffer; cert?: Buffer; key?: Buffer } {
  return {
    ca: readFileSync(files.ca),
    ...(files.cert === undefined ? {} : { cert: readFileSync(files.cert) }),
    ...(files.key === undefined ? {} : { key: readFileSync(files.key) }),
  }
}

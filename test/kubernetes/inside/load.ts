// Runs in a pod of our image: sends contacts to ROUTING, by JSON over HTTP as a platform would,
// until another pod with STOP has sent the one that says so. A call that fails in a way that may be
// repeated is repeated; at the end all that was accepted must be there. The last line is the
// outcome, as JSON.
import { existsSync, readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import { commonErrors } from '@evenkeel/chassis/errors'
import { protocolErrors } from '@evenkeel/chassis/protocol'

const { ROUTING = '', POOL: pool = 'load', STOP } = process.env
/** The contact by which pods are told to stop. */
const LAST = 'stop'
const WORKERS = 4
const BETWEEN_MS = 50
const CALL_MS_MAX = 5_000
const TELL_MS = 5_000
/** Longer than any rollout of a replica; how long it took is told. */
const LONGEST_MS_MAX = 300_000

const errors: Readonly<Record<string, { readonly retryable: boolean } | undefined>> = {
  ...commonErrors,
  ...protocolErrors,
}
/** As cert-manager writes a secret; none: plaintext. */
const secure = existsSync('/etc/tls')
const tls = () => ({
  ca: readFileSync('/etc/tls/ca.crt'),
  cert: readFileSync('/etc/tls/tls.crt'),
  key: readFileSync('/etc/tls/tls.key'),
})
const agent = secure
  ? new https.Agent({ keepAlive: true, ...tls() })
  : new http.Agent({ keepAlive: true })
const accepted: string[] = []
const repeated: Record<string, number> = {}
const failed: string[] = []
let longestMs = 0

/** What was answered; undefined: it was not, in a way that may be repeated, and is counted. */
async function tried(method: string, body: object): Promise<object | undefined> {
  const counted = (what: string) => {
    repeated[what] = (repeated[what] ?? 0) + 1
    return undefined
  }
  let answered: Answered
  try {
    answered = await post(`/evenkeel.routing.v1.${method}`, JSON.stringify(body))
  } catch (error) {
    return counted(String(Object(error).code ?? Object(error).name))
  }
  const answer: ReturnType<typeof JSON.parse> = JSON.parse(answered.text)
  if (answered.status === 200) return answer
  const reason = String(answer.details?.[0]?.debug?.reason ?? answer.code)
  if (errors[reason]?.retryable === true) return counted(reason)
  throw new Error(`${method}: ${reason}: ${answer.message}`)
}

interface Answered {
  readonly status: number | undefined
  readonly text: string
}

function post(path: string, body: string): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const [host, port] = ROUTING.split(':')
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    }
    const signal = AbortSignal.timeout(CALL_MS_MAX)
    const options = { host, port, path, method: 'POST', headers, signal, agent }
    const request = (secure ? https : http).request(options, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.once('end', () => resolve({ status: response.statusCode, text }))
      response.once('error', reject)
    })
    request.once('error', reject)
    request.end(body)
  })
}

async function call(method: string, body: object): Promise<object> {
  const began = performance.now()
  for (let waitMs = 20; ; waitMs = Math.min(2 * waitMs, 500)) {
    const answer = await tried(method, body)
    const tookMs = performance.now() - began
    longestMs = Math.max(longestMs, tookMs)
    if (answer !== undefined) return answer
    if (tookMs > LONGEST_MS_MAX)
      throw new Error(`${method}: nobody answered for ${LONGEST_MS_MAX} ms`)
    await pause(waitMs)
  }
}

await call('QueueService/PutPool', { pool: { pool } })
const queue = { pool, queueId: 'line', channel: 'CHANNEL_VOICE' }
const requirements = [{ skillId: 'any', minimumLevel: 1 }]
await call('QueueService/PutQueue', { queue: { ...queue, requirements } })

if (STOP !== undefined) {
  await call('ContactService/SubmitContact', { pool, contactId: LAST, queueId: 'line' })
  process.exit()
}

let stopped = false
const told = setInterval(() => {
  call('ContactService/GetContact', { pool, contactId: LAST }).then(
    () => {
      stopped = true
    },
    () => {},
  )
  console.log(`${accepted.length} accepted, repeated ${JSON.stringify(repeated)}`)
}, TELL_MS)

async function work(worker: number): Promise<void> {
  for (let i = 0; !stopped; i += 1) {
    const contactId = `${worker}-${i}`
    try {
      await call('ContactService/SubmitContact', { pool, contactId, queueId: 'line' })
      accepted.push(contactId)
    } catch (error) {
      failed.push(String(error))
    }
    await pause(BETWEEN_MS)
  }
}

await Promise.all(Array.from({ length: WORKERS }, (_, worker) => work(worker)))
clearInterval(told)
const lost: string[] = []
for (const contactId of accepted) {
  const found = await call('ContactService/GetContact', { pool, contactId }).catch(() => undefined)
  if (found === undefined) lost.push(contactId)
}
const outcome = {
  accepted: accepted.length,
  lost,
  failed: failed.slice(0, 10),
  repeated,
  longestMs,
}
console.log(JSON.stringify(outcome))
process.exitCode = lost.length + failed.length > 0 ? 1 : 0

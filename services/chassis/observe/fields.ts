/**
 * Everything that a log line may say. A new field needs a name and a shape here; contacts'
 * attributes, addresses and keys have neither, so they can't be logged even by mistake.
 */
const shapes = {
  // who and where
  replica: 'word',
  partition: 'number',
  pool: 'word',
  address: 'endpoint',
  rpc: 'word',
  protocol: 'word',
  peer: 'endpoint',
  actor: 'word',
  // what about
  contactId: 'word',
  agentId: 'word',
  queueId: 'word',
  requestId: 'word',
  kind: 'word',
  stream: 'word',
  file: 'path',
  variable: 'word',
  signal: 'word',
  level: 'word',
  version: 'word',
  // how it went
  code: 'word',
  cause: 'word',
  status: 'word',
  reference: 'word',
  reason: 'phrase',
  field: 'word',
  state: 'word',
  chain: 'word',
  // how much
  offset: 'number',
  cursor: 'number',
  position: 'number',
  broker: 'number',
  epoch: 'number',
  sequence: 'number',
  count: 'number',
  limit: 'number',
  bytes: 'number',
  records: 'number',
  ms: 'number',
  waitMs: 'number',
  port: 'number',
  lag: 'number',
  // why
  why: 'ours',
  error: 'error',
} as const satisfies Record<string, Shape>

type Shape = 'number' | 'word' | 'phrase' | 'endpoint' | 'path' | 'ours' | 'error'

interface Values {
  readonly number: number
  readonly ours: OwnWords
  readonly error: unknown
}

type Value<S extends Shape> = S extends keyof Values ? Values[S] : string

/** A sentence of ours, with numbers; a string that is passed down from somewhere is none. */
class OwnWords {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type { OwnWords }

/** Only for what this project's own code says: ids and numbers of ours, and quoted what is not. */
export function ours(sentence: string): OwnWords {
  return new OwnWords(sentence)
}

export type LogFields = {
  readonly [K in keyof typeof shapes]?: Value<(typeof shapes)[K]> | undefined
}

const patterns = {
  // Ids and codes, as the API allows them.
  word: /^[a-zA-Z0-9._:@/-]{1,160}$/,
  // Our own words: letters and few signs, no digits, so that no number of anybody fits in.
  phrase: /^[a-zA-Z ,.;:'()_-]{1,200}$/,
  endpoint: /^[a-zA-Z0-9._:[\]-]{1,256}$/,
  path: /^[a-zA-Z0-9._/-]{1,256}$/,
} as const

const withheld = '(withheld)'

/**
 * Fields as they may be written. A field that isn't known or has another shape is named, not shown.
 */
export function describeFields(fields: object): Record<string, unknown> {
  const described: Record<string, unknown> = {}
  const unknown: string[] = []
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue
    const shape = Object.hasOwn(shapes, name) ? shapeOf(name) : undefined
    if (shape === undefined) unknown.push(name)
    else described[name] = describe(shape, value)
  }
  // Names come from our code, save where somebody spread a map of a caller's; hence the pattern and
  // the limit.
  const names = unknown.filter((name) => /^[a-zA-Z_]{1,40}$/.test(name)).slice(0, 10)
  if (unknown.length > 0) described.withheldFields = names
  return described
}

function shapeOf(name: string): Shape | undefined {
  const known: Readonly<Record<string, Shape>> = shapes
  return known[name]
}

function describe(shape: Shape, value: unknown): unknown {
  switch (shape) {
    case 'number':
      return typeof value === 'number' ? value : withheld
    case 'word':
    case 'phrase':
    case 'endpoint':
    case 'path':
      return typeof value === 'string' && patterns[shape].test(value) ? value : withheld
    case 'ours':
      return value instanceof OwnWords ? unquoted(value.text) : withheld
    case 'error':
      return describeError(value, 0)
    default:
      return shape satisfies never
  }
}

/**
 * Their messages are written by us and name ids and numbers of ours; what they quote is blanked all
 * the same.
 */
const ownErrors = new Set([
  'BrokerError',
  'ConfigError',
  'CoreFault',
  'HaltedAtStart',
  'LogAmbiguous',
  'LogRefused',
  'LogUnusable',
  'SlotFault',
  'Undecodable',
])

/**
 * The engine's messages that can only hold names of the program; its other ones may quote values.
 */
const enginePatterns = [
  /^Cannot (read|set) properties of (undefined|null) \((reading|setting) '[A-Za-z]{1,40}'\)$/,
  /^[A-Za-z_.$()[\] ]{1,80} is not (a function|defined|a constructor)$/,
]

const causesMax = 3
const framesMax = 30

/**
 * Name, code and stack frames always; the message only where it can't quote a request (JSON.parse,
 * for one, does).
 */
function describeError(value: unknown, depth: number): unknown {
  if (!(value instanceof Error)) return { name: 'not_an_error', type: typeof value }
  const { name, cause } = value
  const code = 'code' in value ? value.code : undefined
  return {
    name: patterns.word.test(name) ? name : withheld,
    ...(typeof code === 'string' && { code: patterns.word.test(code) ? code : withheld }),
    ...(typeof code === 'number' && { code }),
    message: sayable(value),
    stack: frames(value),
    ...(cause !== undefined && depth < causesMax && { cause: describeError(cause, depth + 1) }),
  }
}

function sayable(error: Error): string {
  const { message } = error
  if (enginePatterns.some((pattern) => pattern.test(message))) return message
  // Errors of the system name the call, the file (quoted) or the peer.
  return ownErrors.has(error.name) || 'syscall' in error ? unquoted(message) : withheld
}

/** A quotation has no end where its own quotes are escaped, or where it was cut off. */
function unquoted(message: string): string {
  return message
    .replace(/(["'`])(?:\\.|(?!\1)[^\\])*\1/gs, `'${withheld}'`)
    .replace(/".*$/s, `'${withheld}'`)
    .replace(/[^\x20-\x7e]/g, ' ')
    .slice(0, 500)
}

/** Only the frames: the first lines of a stack repeat the message. */
function frames({ stack = '' }: Error): readonly string[] {
  const lines = stack.split('\n').filter((line) => /^ {4}at .+:\d+:\d+\)?$/.test(line))
  return lines.slice(0, framesMax).map((line) => line.trim())
}

import { posix } from 'node:path'
import { type Context, type Node, nodeAt, type Rule, textAt } from './node.ts'

/** Rooms of the chassis that hold no I/O; the fence of the cores holds in them too. */
export const PURE_ROOMS = ['table', 'protocol', 'detmath', 'words']

/**
 * Contracts without code that acts: what a core is told in (entries, moments), named from anywhere.
 */
const CONTRACTS = ['services/chassis/log/port.ts']

/**
 * Rooms of the chassis that are entered by the door alone: the table's one write path and its
 * journal can't be gone around, and whoever wants a log gets the port, not an adapter's inside.
 */
const CLOSED_ROOMS = ['table', 'log']

/**
 * Files of a service's shell that may know the wire; a file that outgrew a page may be a folder.
 */
const WIRE_FILES = ['translate', 'rpc', 'bridge', 'ingress']

/** What stands outside, as a platform does: it knows the API and nothing else of us. */
const CLIENTS = ['consumer']

/**
 * What chassis may know of the wire: its own log, and what gRPC itself defines; never a service's.
 */
const CHASSIS_WIRE = ['evenkeel/log/', 'evenkeel/operations/', 'google/', 'grpc/']

/**
 * Imports run one way: core -> own core and the chassis' pure rooms; shell -> core, proto, chassis.
 */
export const importDirections: Rule = {
  create(context) {
    const check = (node: Node): void => {
      const target = textAt(nodeAt(node, 'source'), 'value')
      if (target === undefined) return
      for (const message of refusals(repositoryPath(context.filename), target)) {
        context.report({ node, message: `import direction: ${message}` })
      }
    }
    return {
      ImportDeclaration: check,
      ImportExpression: (node) => checkDynamic(context, node, check),
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    }
  },
}

function checkDynamic(context: Context, node: Node, check: (node: Node) => void): void {
  check(node)
  if (textAt(nodeAt(node, 'source'), 'value') !== undefined || isTest(context.filename)) return
  context.report({
    node,
    message: 'import direction: import by a literal name, so that it is seen',
  })
}

/**
 * Everything that is wrong about `file` importing `target`; both as written, file from the root.
 */
export function refusals(file: string, target: string): readonly string[] {
  const from = placeOf(file)
  const path = target.startsWith('.') ? posix.join(posix.dirname(file), target) : undefined
  if (path !== undefined) return refuseRelative(file, from, path)
  if (isTest(file)) return []
  const found: string[] = []
  if (from.pure && !pureDoor(target)) {
    found.push(`a core imports its own core and chassis' ${PURE_ROOMS.join(', ')}; not ${target}`)
  }
  const service = /^@evenkeel\/([a-z]+)/.exec(target)?.[1]
  const known = CLIENTS.includes(from.package) ? ['proto'] : ['chassis', 'proto']
  const foreign = service !== undefined && ![...known, from.package].includes(service)
  if (foreign && from.package !== 'evenkeel') {
    found.push(`${from.package} may not know ${service}; ask over gRPC or bridge its events`)
  }
  const wire = /^@evenkeel\/proto\/(.+)$/.exec(target)?.[1]
  if (wire !== undefined && wire !== 'topics' && !mayKnowWire(file, from, wire)) {
    found.push(`generated code stays in shell/${WIRE_FILES.join('.ts, ')}.ts; not ${target}`)
  }
  return found
}

interface Place {
  /** chassis, routing, proto, test... */
  readonly package: string
  /** Folder of the package where the file is: core, shell, table...; '' at its top. */
  readonly room: string
  readonly pure: boolean
}

function placeOf(file: string): Place {
  const parts = file.split('/')
  if (parts[0] !== 'services') return { package: parts[0] ?? '', room: '', pure: false }
  const room = parts.length > 3 ? (parts[2] ?? '') : ''
  const name = parts[1] ?? ''
  const fenced = name === 'chassis' ? PURE_ROOMS.includes(room) : room === 'core'
  return { package: name, room, pure: fenced && !isTest(file) }
}

function refuseRelative(file: string, from: Place, path: string): readonly string[] {
  const found: string[] = []
  const to = placeOf(path)
  if (to.package !== from.package) {
    found.push(`${path} is in another package; import it by its name, through its door`)
  }
  if (isTest(path) && !isTest(file)) found.push(`${path} is a test's; move what both need`)
  if (isTest(file) || CONTRACTS.includes(path)) return found
  if (from.pure && !to.pure)
    found.push(`a core may not import ${path}; pass what it needs as input`)
  const closed = from.package === 'chassis' && CLOSED_ROOMS.includes(to.room)
  if (closed && to.room !== from.room && !path.endsWith('/index.ts')) {
    found.push(`${path} is inside another room; import its door ${to.room}/index.ts`)
  }
  return found
}

function pureDoor(target: string): boolean {
  return PURE_ROOMS.some((room) => target === `@evenkeel/chassis/${room}`)
}

function mayKnowWire(file: string, from: Place, wire: string): boolean {
  if (from.package === 'evenkeel' || CLIENTS.includes(from.package)) return true
  if (from.package === 'chassis') return CHASSIS_WIRE.some((start) => wire.startsWith(start))
  const name = /\/shell\/([a-z_-]+)(?:\/.+)?\.ts$/.exec(file)?.[1] ?? file
  return from.package === 'proto' || WIRE_FILES.includes(name)
}

function isTest(file: string): boolean {
  return /(^|\/)test\//.test(file)
}

/** The linter gives absolute names; the rules are about places in the repository. */
function repositoryPath(filename: string): string {
  const place = /(?:^|\/)((?:services|proto|test)\/.*)$/.exec(filename.replaceAll('\\', '/'))
  return place?.[1] ?? filename
}

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { objectsIn } from './rendered.ts'
import { type Loose, nameOf } from './rules.ts'

/** The command that speaks to a cluster; undefined: none was given. */
export function givenKubectl(): string | undefined {
  const { KUBECTL: command, KUBECONFIG: config } = process.env
  return command ?? (config === undefined ? undefined : 'kubectl')
}

/** A cluster, as kubectl has it. */
export class Cluster {
  readonly #command: string

  constructor(command: string) {
    this.#command = command
  }

  /** What it says; throws with what it says of why not. */
  run(args: readonly string[], input = ''): string {
    const ended = spawnSync(this.#command, args, { input, encoding: 'utf8', maxBuffer: 2 ** 28 })
    if (ended.error !== undefined) throw ended.error
    if (ended.status === 0) return ended.stdout
    throw new Error(`kubectl ${args.join(' ')}: ${ended.stderr.trim()}`)
  }

  has(kind: string, name: string, namespace = 'default'): boolean {
    return this.run(['-n', namespace, 'get', kind, name, '--ignore-not-found', '-o', 'name']) !== ''
  }

  get(kind: string, name: string, namespace: string): Loose {
    return JSON.parse(this.run(['-n', namespace, 'get', kind, name, '-o', 'json']))
  }

  /** Puts objects as they are, by the server's strictest reading. */
  apply(objects: readonly Loose[], ...more: readonly string[]): string {
    const strict = ['--server-side', '--validate=strict', '--warnings-as-errors']
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
    return this.run(['apply', ...strict, '--force-conflicts', ...more, '-f', '-'], list)
  }

  /** Kinds of operators and namespaces that must be there before anything of them can be. */
  prepare(): readonly string[] {
    const operators = readFileSync(join(import.meta.dirname, 'operators.yaml'), 'utf8')
    const kinds: readonly Loose[] = objectsIn(operators)
    const lacking = kinds.filter((one) => !this.has('crd', one.metadata.name))
    const namespaces = ['evenkeel', 'kafka'].filter((name) => !this.has('namespace', name))
    const made = [
      ...lacking,
      ...namespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    ]
    if (made.length > 0) this.apply(made)
    for (const { metadata } of lacking) {
      this.run(['wait', '--for=condition=Established', `crd/${metadata.name}`, '--timeout=60s'])
    }
    return made.map(nameOf)
  }
}

/** The parts of the syntax tree that the rules read; the linter hands over plain ESTree objects. */
export interface Node {
  readonly type: string
  readonly parent?: Node
  readonly [field: string]: unknown
}

export interface Context {
  readonly filename: string
  report(finding: { readonly node: Node; readonly message: string }): void
}

export type Visitor = Readonly<Record<string, (node: Node) => void>>

export interface Rule {
  create(context: Context): Visitor
}

export function nodeAt(node: Node | undefined, field: string): Node | undefined {
  const value = node?.[field]
  return isNode(value) ? value : undefined
}

export function nodesAt(node: Node | undefined, field: string): readonly Node[] {
  const value = node?.[field]
  return Array.isArray(value) ? value.filter(isNode) : []
}

export function textAt(node: Node | undefined, field: string): string | undefined {
  const value = node?.[field]
  return typeof value === 'string' ? value : undefined
}

/** `a.b` and `a?.b` give 'b', `a['b']` too; `a[b]` gives undefined. */
export function memberName(node: Node): string | undefined {
  const property = nodeAt(node, 'property')
  return node['computed'] === true ? textAt(property, 'value') : textAt(property, 'name')
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value
}

import { type Context, memberName, type Node, nodeAt, nodesAt, type Rule, textAt } from './node.ts'

// Why a fence: every replica applies the same log and must come to the same state, bit for bit,
// today and after an upgrade of the engine. What a core may not touch is what could differ between
// two machines.

/**
 * Math functions whose result is fixed to the last bit on every engine; all others are
 * approximations.
 */
const EXACT_MATH = new Set([
  'abs',
  'ceil',
  'clz32',
  'floor',
  'fround',
  'imul',
  'max',
  'min',
  'round',
  'sign',
  'trunc',
])

const LOCALE_METHODS = new Set([
  'localeCompare',
  'normalize',
  'toLocaleDateString',
  'toLocaleLowerCase',
  'toLocaleString',
  'toLocaleTimeString',
  'toLocaleUpperCase',
  'toLowerCase',
  'toUpperCase',
])

const SORTS = new Set(['sort', 'toSorted'])

/** Refuses what .oxlintrc.json's lists of restricted globals can't express. */
export const coreFence: Rule = {
  create(context) {
    const caught = new Set<string>()
    return {
      Identifier: (node) => checkMath(context, node),
      MemberExpression: (node) => checkMember(context, node, caught),
      BinaryExpression: (node) => checkPower(context, node),
      AssignmentExpression: (node) => checkPower(context, node),
      CallExpression: (node) => checkSort(context, node),
      Literal: (node) => checkPattern(context, node),
      TSTypeReference: (node) => checkTypeName(context, node),
      ForInStatement: (node) => context.report({ node, message: FOR_IN }),
      AwaitExpression: (node) => context.report({ node, message: ASYNC }),
      FunctionDeclaration: (node) => checkAsync(context, node),
      FunctionExpression: (node) => checkAsync(context, node),
      ArrowFunctionExpression: (node) => checkAsync(context, node),
      VariableDeclaration: (node) => checkModuleState(context, node),
      CatchClause: (node) => {
        const name = textAt(nodeAt(node, 'param'), 'name')
        if (name !== undefined) caught.add(name)
      },
    }
  },
}

const FOR_IN = 'core fence: for-in walks an object in engine order; iterate an index or an array'
const ASYNC = 'core fence: a core is synchronous; what must wait belongs in the shell'
const POWER = 'core fence: ** is not specified to the last bit; multiply, or use detmath'

function checkMath(context: Context, node: Node): void {
  if (textAt(node, 'name') !== 'Math') return
  const parent = node.parent
  if (parent?.type === 'MemberExpression' && nodeAt(parent, 'object') === node) {
    const name = memberName(parent)
    if (name !== undefined && EXACT_MATH.has(name)) return
    const called = `Math.${name ?? '[...]'}`
    const message = `core fence: ${called} is not specified to the last bit; use detmath`
    context.report({ node: parent, message })
    return
  }
  // A property or a key that happens to be called Math is nobody's business; `const { pow } = Math`
  // is.
  if (parent?.type === 'MemberExpression' || parent?.type === 'Property') return
  context.report({
    node,
    message: 'core fence: call Math functions by name, so that they can be seen',
  })
}

function checkMember(context: Context, node: Node, caught: ReadonlySet<string>): void {
  const name = memberName(node)
  if (name === undefined) return
  if (LOCALE_METHODS.has(name)) {
    const message = `core fence: ${name}() follows the engine's Unicode tables; compare ASCII`
    context.report({ node, message })
  }
  const object = textAt(nodeAt(node, 'object'), 'name')
  if (name === 'stack' || (name === 'message' && object !== undefined && caught.has(object))) {
    const message = `core fence: .${name} of an error is the engine's text; decide by code or class`
    context.report({ node, message })
  }
}

function checkPower(context: Context, node: Node): void {
  const operator = textAt(node, 'operator')
  if (operator === '**' || operator === '**=') context.report({ node, message: POWER })
}

function checkSort(context: Context, node: Node): void {
  const callee = nodeAt(node, 'callee')
  if (callee?.type !== 'MemberExpression' || nodesAt(node, 'arguments').length > 0) return
  if (!SORTS.has(memberName(callee) ?? '')) return
  context.report({ node, message: 'core fence: sort needs a comparator that is a total order' })
}

function checkPattern(context: Context, node: Node): void {
  const regex = node['regex']
  if (typeof regex !== 'object' || regex === null) return
  const pattern = 'pattern' in regex && typeof regex.pattern === 'string' ? regex.pattern : ''
  const flags = 'flags' in regex && typeof regex.flags === 'string' ? regex.flags : ''
  const folds = flags.includes('i') && (flags.includes('u') || flags.includes('v'))
  if (!/\\p\{/i.test(pattern) && !folds) return
  context.report({
    node,
    message: 'core fence: the pattern depends on Unicode tables; list characters',
  })
}

function checkTypeName(context: Context, node: Node): void {
  const name = textAt(nodeAt(node, 'typeName'), 'name')
  if (name === 'Promise' || name === 'PromiseLike') context.report({ node, message: ASYNC })
  if (name === 'Date') context.report({ node, message: 'core fence: times are whole milliseconds' })
}

function checkAsync(context: Context, node: Node): void {
  if (node['async'] === true) context.report({ node, message: ASYNC })
}

function checkModuleState(context: Context, node: Node): void {
  const kind = textAt(node, 'kind')
  const place = node.parent?.type === 'ExportNamedDeclaration' ? node.parent.parent : node.parent
  if ((kind !== 'let' && kind !== 'var') || place?.type !== 'Program') return
  const message =
    'core fence: a variable of the module is state outside the tables; undo would miss it'
  context.report({ node, message })
}

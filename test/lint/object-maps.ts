import { type Context, memberName, type Node, nodeAt, nodesAt, type Rule, textAt } from './node.ts'

const KEY_LISTS = new Set(['keys', 'values', 'entries', 'fromEntries', 'getOwnPropertyNames'])

/**
 * An object used as a map reorders integer-like keys and inherits names such as 'constructor'.
 * State is in tables;
 * what a function needs for itself is a Map or an array.
 */
export const noObjectMaps: Rule = {
  create(context) {
    return {
      CallExpression: (node) => checkKeyList(context, node),
      UnaryExpression: (node) => checkDelete(context, node),
      BinaryExpression: (node) => checkIn(context, node),
      VariableDeclarator: (node) => checkEmptyRecord(context, node),
    }
  },
}

function checkKeyList(context: Context, node: Node): void {
  const callee = nodeAt(node, 'callee')
  if (callee?.type !== 'MemberExpression') return
  if (textAt(nodeAt(callee, 'object'), 'name') !== 'Object') return
  const name = memberName(callee) ?? ''
  if (!KEY_LISTS.has(name)) return
  context.report({
    node,
    message: `object as a map: Object.${name}; iterate an index, array or Map`,
  })
}

function checkDelete(context: Context, node: Node): void {
  if (textAt(node, 'operator') !== 'delete') return
  context.report({ node, message: 'object as a map: delete; use a table or a Map' })
}

function checkIn(context: Context, node: Node): void {
  if (textAt(node, 'operator') !== 'in' || nodeAt(node, 'left')?.type === 'Literal') return
  context.report({ node, message: 'object as a map: `key in object`; use a table or a Map' })
}

function checkEmptyRecord(context: Context, node: Node): void {
  const init = nodeAt(node, 'init')
  if (init?.type !== 'ObjectExpression' || nodesAt(init, 'properties').length > 0) return
  context.report({ node, message: 'object as a map: starts as {}; use a table or a Map' })
}

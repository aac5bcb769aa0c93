import { nodeAt, type Rule } from './node.ts'

/** `x as unknown as T` says that the checker is wrong; it is right more often than we are. */
export const noDoubleCast: Rule = {
  create(context) {
    return {
      TSAsExpression(node) {
        const to = nodeAt(node, 'typeAnnotation')?.type
        const from = nodeAt(node, 'expression')
        if (to === 'TSAnyKeyword') {
          context.report({ node, message: 'cast to any: parse the value into a type instead' })
        }
        if (from?.type !== 'TSAsExpression') return
        if (nodeAt(from, 'typeAnnotation')?.type === 'TSConstKeyword') return
        context.report({ node, message: 'double cast: parse the value into a type instead' })
      },
    }
  },
}

/**
 * Assertions crash, refusals are data: a core that catches would hide the first and has none of the
 * second.
 */
export const noCatch: Rule = {
  create(context) {
    return {
      CatchClause: (node) =>
        context.report({ node, message: 'catch in a core: reject with a code, or let it crash' }),
    }
  },
}

/** What Kubernetes' OpenAPI says of a value, as far as it is asked here. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly required?: readonly string[]
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-int-or-string'?: boolean
  readonly 'x-kubernetes-group-version-kind'?: readonly {
    readonly group: string
    readonly version: string
    readonly kind: string
  }[]
}

export interface Schemas {
  /** 'apps/v1 StatefulSet': its definition's name. */
  readonly kinds: Readonly<Record<string, string>>
  readonly definitions: Readonly<Record<string, Schema>>
}

/** An object of Kubernetes, or a value inside of one. */
export type Value = unknown

/** 'apps/v1 StatefulSet' */
export function kindOf(value: Value): string {
  const { apiVersion, kind } = Object(value)
  return `${String(apiVersion)} ${String(kind)}`
}

/**
 * What is wrong with an object, as `path: what`. Strict, as the server is with --validate=strict: a
 * field that the schema does not have is misspelt.
 */
export function schemaFindings(object: Value, schemas: Schemas): readonly string[] {
  const name = schemas.kinds[kindOf(object)]
  if (name === undefined) return [`: no schema of ${kindOf(object)}`]
  return findings(object, { $ref: `#/definitions/${name}` }, '', schemas)
}

function findings(value: Value, schema: Schema, at: string, schemas: Schemas): readonly string[] {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace('#/definitions/', '')
    const definition = schemas.definitions[name]
    return definition === undefined
      ? [`${at}: no definition ${name}`]
      : findings(value, definition, at, schemas)
  }
  if (value === null) return [`${at}: null`]
  if (schema['x-kubernetes-int-or-string'] === true || schema.format === 'int-or-string') {
    const either = Number.isInteger(value) || typeof value === 'string'
    return either ? [] : [`${at}: neither a whole number nor text`]
  }
  switch (schema.type) {
    case 'object':
      return ofObject(value, schema, at, schemas)
    case 'array':
      if (!Array.isArray(value)) return [`${at}: no list`]
      return value.flatMap((one, index) =>
        findings(one, schema.items ?? {}, `${at}[${index}]`, schemas),
      )
    case 'integer':
    case 'number':
      return ofNumber(value, schema, at)
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${at}: neither true nor false`]
    case 'string':
      return ofText(value, schema, at)
    default:
      return []
  }
}

function ofObject(value: Value, schema: Schema, at: string, schemas: Schemas): readonly string[] {
  if (typeof value !== 'object' || Array.isArray(value)) return [`${at}: no object`]
  const fields = Object.entries(Object(value))
  const names = fields.map(([name]) => name)
  const missing = (schema.required ?? []).filter((name) => !names.includes(name))
  return [
    ...missing.map((name) => `${at}.${name}: is missing`),
    ...fields.flatMap(([name, inner]) => {
      const { properties, additionalProperties: others } = schema
      const known = properties?.[name] ?? (typeof others === 'object' ? others : undefined)
      if (known !== undefined) return findings(inner, known, `${at}.${name}`, schemas)
      const open = schema['x-kubernetes-preserve-unknown-fields'] === true
      const nothingSaid = properties === undefined && others === undefined
      return open || nothingSaid ? [] : [`${at}.${name}: there is no such field`]
    }),
  ]
}

function ofNumber(value: Value, schema: Schema, at: string): readonly string[] {
  if (typeof value !== 'number') return [`${at}: no number`]
  if (schema.type === 'integer' && !Number.isInteger(value)) return [`${at}: not whole`]
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = schema
  return value < minimum || value > maximum ? [`${at}: ${value} is out of its range`] : []
}

function ofText(value: Value, schema: Schema, at: string): readonly string[] {
  if (typeof value !== 'string') return [`${at}: no text`]
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    return [`${at}: ${value} is none of ${schema.enum.join(', ')}`]
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)) {
    return [`${at}: ${value} is not as ${schema.pattern}`]
  }
  return []
}

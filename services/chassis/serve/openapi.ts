import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type DescMethod,
  type DescOneof,
  type DescService,
  ScalarType,
} from '@bufbuild/protobuf'
import { connectCodes } from './connect.ts'
import type { Binding } from './bind.ts'
import { descriptors, onlyInAnswers } from './descriptors.ts'
import type { ServeLimits } from './limits.ts'
import { scopesOf } from '../security/scopes.ts'

type Schema = Readonly<Record<string, unknown>>

/** What is being written: the schemas found so far, and where descriptions come from. */
interface Document {
  readonly schemas: Map<string, Schema>
  readonly commentOf: (proto: object) => string
}

/** An OpenAPI document of every unary call, from the protos and their comments. */
export function openApi(bindings: readonly Binding[], limits: ServeLimits) {
  const { registry, commentOf } = descriptors()
  const into: Document = { schemas: new Map(), commentOf }
  const services = bindings.flatMap(({ fullName }) => registry.getService(fullName) ?? [])
  const unary = services.flatMap(({ methods }) =>
    methods.filter(({ methodKind }) => methodKind === 'unary'),
  )
  const paths = new Map(
    unary.map((method) => [
      `/${method.parent.typeName}/${method.name}`,
      { post: operation(method, into) },
    ]),
  )
  return {
    openapi: '3.1.0',
    info: { title: 'Evenkeel', version: 'v1', description: introduction(limits) },
    tags: services.map((service) => ({
      name: service.typeName,
      description: serviceComment(service, into),
    })),
    paths: Object.fromEntries(paths),
    components: {
      parameters,
      responses: { Error: errorResponse },
      schemas: { ...Object.fromEntries(into.schemas), Error: errorSchema },
    },
  }
}

function introduction(limits: ServeLimits): string {
  return [
    'Every unary gRPC call as JSON over HTTP, in the Connect protocol, whose',
    'clients work as they are.',
    'Streams are served over gRPC only.',
    `A call that names no deadline (Connect-Timeout-Ms) gets ${limits.httpCallMs} ms; one longer`,
    `than ${limits.callMsMax} ms counts as that. After a timeout, retry with the same ids.`,
    `A body has at most ${limits.messageBytesMax} bytes. Unknown fields are refused.`,
  ].join(' ')
}

const reference = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` })

function operation(method: DescMethod, into: Document) {
  return {
    tags: [method.parent.typeName],
    operationId: `${method.parent.name}_${method.name}`,
    summary: firstSentence(into.commentOf(method.proto)),
    description: `${into.commentOf(method.proto)}\n\nScope: ${scopesOf(method).join(' or ')}.`,
    parameters: Object.keys(parameters).map((name) => reference('parameters', name)),
    requestBody: {
      required: true,
      content: { 'application/json': { schema: messageRef(method.input, into) } },
    },
    responses: {
      '200': {
        description: 'The answer.',
        headers: {
          'evenkeel-position': {
            description: 'Send it as evenkeel-at-least to read what this call has written.',
            schema: { type: 'string', examples: ['0/1234'] },
          },
        },
        content: { 'application/json': { schema: messageRef(method.output, into) } },
      },
      default: reference('responses', 'Error'),
    },
  }
}

const parameters = {
  timeout: {
    name: 'Connect-Timeout-Ms',
    in: 'header',
    description: 'Deadline of the call in ms.',
    schema: { type: 'string', pattern: '^[0-9]{1,10}$', examples: ['5000'] },
  },
  atLeast: {
    name: 'evenkeel-at-least',
    in: 'header',
    description: 'Wait, within the deadline, until this position has been applied.',
    schema: { type: 'string', pattern: '^[0-9]{1,5}/[0-9]{1,16}$', examples: ['0/1234'] },
  },
} as const

const errorResponse = {
  description:
    'A refusal, as Connect has it; the code is in google.rpc.ErrorInfo (docs/errors.md).',
  content: { 'application/json': { schema: reference('schemas', 'Error') } },
}

const errorSchema = {
  type: 'object',
  properties: {
    code: { type: 'string', enum: Object.values(connectCodes).map(({ code }) => code) },
    message: { type: 'string' },
    details: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          type: { type: 'string', examples: ['google.rpc.ErrorInfo'] },
          value: { type: 'string', description: 'The message, base64 without padding.' },
          debug: { type: 'object', description: 'The message as JSON.' },
        },
      },
    },
  },
}

/** Well-known types whose JSON isn't an object of their fields. */
const wellKnown: Readonly<Record<string, Schema>> = {
  'google.protobuf.Timestamp': { type: 'string', format: 'date-time' },
  'google.protobuf.Duration': {
    type: 'string',
    pattern: '^-?[0-9]+(\\.[0-9]{1,9})?s$',
    examples: ['1.5s'],
  },
  'google.protobuf.FieldMask': { type: 'string', examples: ['name,level'] },
  'google.protobuf.Any': { type: 'object', properties: { '@type': { type: 'string' } } },
}

function messageRef(message: DescMessage, into: Document): Schema {
  const known = wellKnown[message.typeName]
  if (known !== undefined) return known
  if (!into.schemas.has(message.typeName)) {
    // Set before its fields are looked at: messages may contain themselves.
    into.schemas.set(message.typeName, {})
    into.schemas.set(message.typeName, {
      type: 'object',
      description: into.commentOf(message.proto),
      additionalProperties: false,
      properties: Object.fromEntries(
        message.fields.map((field) => [field.jsonName, fieldSchema(field, into)]),
      ),
    })
  }
  return reference('schemas', message.typeName)
}

function fieldSchema(field: DescField, into: Document): Schema {
  const schema = valueSchema(field, into)
  return onlyInAnswers(field) ? { ...schema, readOnly: true } : schema
}

function valueSchema(field: DescField, into: Document): Schema {
  const described = { ...oneLevel(field, into), description: fieldComment(field, into) }
  switch (field.fieldKind) {
    case 'list':
      return { type: 'array', items: oneLevel(field, into), description: fieldComment(field, into) }
    case 'map':
      return {
        type: 'object',
        additionalProperties: oneLevel(field, into),
        description: fieldComment(field, into),
      }
    case 'scalar':
    case 'enum':
    case 'message':
      return described
    default:
      return field satisfies never
  }
}

/** A field's value, or a list's or map's element. */
function oneLevel(field: DescField, into: Document): Schema {
  if (field.message !== undefined) return messageRef(field.message, into)
  if (field.enum !== undefined) return enumRef(field.enum, into)
  return field.scalar === undefined ? {} : scalarSchema(field.scalar)
}

function enumRef(type: DescEnum, into: Document): Schema {
  const values = type.values.map((value) => `${value.name}: ${into.commentOf(value.proto)}`)
  into.schemas.set(type.typeName, {
    type: 'string',
    enum: type.values.map(({ name }) => name),
    description: [into.commentOf(type.proto), ...values].join('\n\n'),
  })
  return reference('schemas', type.typeName)
}

function scalarSchema(scalar: ScalarType): Schema {
  switch (scalar) {
    case ScalarType.STRING:
      return { type: 'string' }
    case ScalarType.BYTES:
      return { type: 'string', contentEncoding: 'base64' }
    case ScalarType.BOOL:
      return { type: 'boolean' }
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return { type: 'number' }
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return { type: 'integer', format: 'int32' }
    // Canonical JSON has 64 bits as text, since a JSON number loses some of them.
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return { type: 'string', format: 'int64' }
    default:
      return scalar satisfies never
  }
}

function fieldComment(field: DescField, into: Document): string {
  const { oneof } = field
  return oneof === undefined
    ? into.commentOf(field.proto)
    : `${into.commentOf(field.proto)} ${alternatives(oneof)}`
}

function alternatives(oneof: DescOneof): string {
  return `(At most one of ${oneof.fields.map(({ jsonName }) => jsonName).join(', ')}.)`
}

function serviceComment(service: DescService, into: Document): string {
  const streams = service.methods.filter(({ methodKind }) => methodKind !== 'unary')
  const names = streams.map(({ name }) => name).join(', ')
  return names === ''
    ? into.commentOf(service.proto)
    : `${into.commentOf(service.proto)}\n\nOver gRPC only, being streams: ${names}.`
}

function firstSentence(comment: string): string {
  return /^[^\n]*?[.](?=\s|$)/.exec(comment)?.[0] ?? comment.split('\n')[0] ?? ''
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DescField, DescMessage } from '@bufbuild/protobuf'
import { descriptors } from '../../serve/index.ts'
import { scopes, scopesOf } from '../index.ts'

const { registry } = descriptors()
const methods = [...registry].flatMap((one) =>
  one.kind === 'service' && one.typeName.startsWith('evenkeel.') ? one.methods : [],
)
const nameOf = ({ parent, name }: (typeof methods)[number]) => `${parent.typeName}/${name}`

test('every call says in its .proto for whom it is', () => {
  const missing = methods.filter((method) => scopesOf(method).length === 0).map(nameOf)
  const how = 'add e.g. option (evenkeel.type.v1.scope) = SCOPE_PLANNER; (CONTRIBUTING.md)'
  assert.deepEqual(missing, [], how)
})

test('every scope is one of the .proto, and some call is for it', () => {
  const wire = registry.getEnum('evenkeel.type.v1.Scope')?.values.slice(1)
  assert.deepEqual(
    wire?.map(({ name }) => name),
    scopes.map((scope) => `SCOPE_${scope.toUpperCase()}`),
  )
  const unused = scopes.filter(
    (scope) => !methods.some((method) => scopesOf(method).includes(scope)),
  )
  assert.deepEqual(unused, [])
})

/** Of a stream each of whose messages is one of several requests: these; else the request. */
function requestsOf({ input, methodKind }: (typeof methods)[number]): readonly DescMessage[] {
  if (methodKind !== 'bidi_streaming') return [input]
  return input.oneofs.flatMap(({ fields }) => fields.flatMap(({ message }) => message ?? []))
}

test('whatever a desk may send names its agent, so that an identity can be bound to one', () => {
  const isAgent = ({ name }: DescField) => name === 'agent_id'
  const nameless = methods
    .filter((method) => scopesOf(method).includes('agent'))
    .flatMap(requestsOf)
    .filter(({ fields }) => fields.length > 0 && !fields.some(isAgent))
    .map(({ typeName }) => typeName)
  assert.deepEqual(nameless, [])
})

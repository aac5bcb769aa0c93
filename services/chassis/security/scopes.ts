import { type DescMethod, getOption } from '@bufbuild/protobuf'
import { descriptors } from '../serve/descriptors.ts'

/** For whom a call is; what each means stands in proto/evenkeel/type/v1/scope.proto. */
export const scopes = ['contacts', 'agent', 'supervisor', 'planner', 'operator'] as const

export type Scope = (typeof scopes)[number]

const OPTION = 'evenkeel.type.v1.scope'
const PREFIX = 'SCOPE_'

/**
 * Any one of these lets a caller make the call, as its option in the .proto says. None: nobody may
 * make it where callers must be known.
 */
export function scopesOf(method: DescMethod): readonly Scope[] {
  const option = descriptors().registry.getExtension(OPTION)
  if (option?.fieldKind !== 'list' || option.enum === undefined) throw new Error(`no ${OPTION}`)
  const values = option.enum.values
  const numbers: unknown = getOption(method, option)
  if (!Array.isArray(numbers)) throw new Error(`${OPTION} is no list`)
  return scopes.filter((scope) =>
    values.some(({ name, number }) => name === nameOf(scope) && numbers.includes(number)),
  )
}

const nameOf = (scope: Scope): string => `${PREFIX}${scope.toUpperCase()}`

import { RejectedInput } from '../errors/index.ts'
import { importErrors } from '../protocol/index.ts'

export function refusedInput(
  code: keyof typeof importErrors,
  fields: Readonly<Record<string, string | number>>,
): RejectedInput {
  return new RejectedInput(code, importErrors[code], fields)
}

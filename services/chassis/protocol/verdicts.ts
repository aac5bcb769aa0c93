import type { Rejection } from './core.ts'
import type { Halt } from './halts.ts'
import type { IgnoredReason, Verdict } from './record.ts'

export function applied(ref = '', events = 0): Verdict {
  return { kind: 'applied', ref, events }
}

export function ignored(reason: IgnoredReason): Verdict {
  return { kind: 'ignored', reason }
}

export function halted({ code, reason }: Halt): Verdict {
  return { kind: 'halted', code, reason }
}

export function rejected(code: string, fields: Rejection['fields']): Verdict {
  return { kind: 'rejected', rejection: { code, fields } }
}

/** What a verdict tells its caller, as far as it goes into the chain. */
export function answerOf(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'applied':
      return verdict.ref
    case 'rejected':
    case 'failed':
      return verdict.rejection.code
    case 'ignored':
      return verdict.reason
    case 'halted':
      return ''
    default:
      return verdict satisfies never
  }
}

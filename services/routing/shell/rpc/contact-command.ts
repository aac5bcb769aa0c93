import type { Call } from '@evenkeel/chassis/serve'
import type { Contact } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { contactView, findContact } from '../../core/index.ts'
import { knownContact, type RoutingHosted, submit } from '../calls.ts'
import type { WireCommand } from '../translate/commands.ts'
import { contactWire } from '../translate/views.ts'

export type ContactCommand = Extract<WireCommand, { value: { pool: string; contactId: string } }>

/**
 * A command about one contact, answered with the contact as it stands after it, by unary calls and
 * on ContactStream. Undefined: the command came before its contact, and waits for it.
 */
export function commandContact(
  hosted: RoutingHosted,
  command: ContactCommand,
  call: Call,
): Promise<Contact | undefined> {
  return submit(hosted, command, call, (s, at) => {
    const { pool, contactId } = command.value
    const ahead = 'mayPrecede' in command.value && command.value.mayPrecede
    if (ahead && findContact(s, pool, contactId) === undefined) return undefined
    return contactWire(contactView(s, knownContact(s, command.value), at))
  })
}

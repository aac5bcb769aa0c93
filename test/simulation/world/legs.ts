import {
  CloseContactRequest,
  StartConsultRequest,
  SwitchChannelRequest,
  TransferContactRequest,
} from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { type ContactRow, idOf } from '@evenkeel/routing/core'
import type { WireCommand } from './calls.ts'
import { pool, requirementsOf } from './plan.ts'
import { contactsIn, type Scene } from './scene.ts'

/** How often an agent does anything of this, per step. */
const often = 0.25

/** What agents do with a contact that they have, beside finishing it; undefined: nothing now. */
export function legDeed(s: Scene): WireCommand | undefined {
  if (!s.chance.happens(often)) return undefined
  return s.chance.pick([consult, consult, handOver, handOver, change, change, close])(s)
}

const ownerOf = (s: Scene, contact: ContactRow): string =>
  contact.agent < 0 ? 'nobody' : idOf(s.state.agents.at(contact.agent).id)

/** Beside its parent's parameters; few ids, so that some are said twice. */
function legOf(s: Scene, parent: ContactRow) {
  return {
    pool,
    contactId: idOf(parent.id),
    agentId: ownerOf(s, parent),
    queueId: s.chance.any(s.plan.queues)?.queueId ?? '',
    requirements: s.chance.happens(0.3) ? requirementsOf(s.chance, 2) : [],
  }
}

const legId = (parent: ContactRow, s: Scene): string => `${idOf(parent.id)}-${s.chance.int(1, 20)}`

function consult(s: Scene): WireCommand | undefined {
  const parent = s.chance.any(contactsIn(s, 'connected'))
  if (parent === undefined) return undefined
  const leg = { consultContactId: legId(parent, s), expertMayTakeOver: s.chance.happens(0.5) }
  const value = StartConsultRequest.fromPartial({ ...legOf(s, parent), ...leg })
  return value.consultContactId.length > 64 ? undefined : { $case: 'startConsult', value }
}

/** Mostly where the expert is there. */
function handOver(s: Scene): WireCommand | undefined {
  const stories = [...s.state.stories.slots()].map((slot) => s.state.stories.at(slot))
  const open = stories.filter(({ parent, leg }) => parent >= 0 && leg === 'consult')
  const ready = open.filter(({ contact }) => s.state.contacts.at(contact).state === 'connected')
  const story = s.chance.any(ready.length > 0 ? ready : open)
  if (story === undefined) return undefined
  s.given.requests += 1
  const requestId = `w${s.given.requests}`
  const contactId = idOf(s.state.contacts.at(story.parent).id)
  if (s.chance.happens(0.3)) {
    return { $case: 'requeueContact', value: { pool, contactId, requestId } }
  }
  const consultContactId = idOf(story.id)
  const value = { pool, contactId, consultContactId, requestId }
  return { $case: 'transferContact', value: TransferContactRequest.fromPartial(value) }
}

function change(s: Scene): WireCommand | undefined {
  const parent = s.chance.any(contactsIn(s, 'connected').filter((c) => c.channel !== 'voice'))
  if (parent === undefined) return undefined
  const legContactId = legId(parent, s)
  const value = SwitchChannelRequest.fromPartial({ ...legOf(s, parent), legContactId })
  return legContactId.length > 64 ? undefined : { $case: 'switchChannel', value }
}

function close(s: Scene): WireCommand | undefined {
  const found = contactsIn(s, 'connected', 'wrapUp', 'held', 'completed')
  const contact = s.chance.any(found)
  if (contact === undefined) return undefined
  const agentId = contact.state === 'completed' ? contact.chosenAgentId : ownerOf(s, contact)
  const said = { reason: 'moved', resolved: s.chance.happens(0.5), topic: 'address' }
  const value = { pool, contactId: idOf(contact.id), agentId, ...said }
  return { $case: 'closeContact', value: CloseContactRequest.fromPartial(value) }
}
